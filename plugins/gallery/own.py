"""The plugin itself."""

from plugins.sdk import Plugin

plugin = Plugin(__name__.rpartition(".")[0])
