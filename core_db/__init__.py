"""The community base database: a library that knows no HTTP, no template, and commits in one place only."""
