"""What the command `shequyun` does, one module a subject; `app_shell.command` puts them together."""
