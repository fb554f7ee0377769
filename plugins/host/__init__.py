"""Where plugins are looked at and, later, run. Nothing in here is promised to plugins: they import `plugins.sdk`."""
