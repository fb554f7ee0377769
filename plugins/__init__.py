"""X: the open platform. Plugins import `plugins.sdk` and nothing else of ours."""
