"""The `wayside` command: composition root of everything that is not a web app."""
