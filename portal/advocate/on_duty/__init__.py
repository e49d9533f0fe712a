"""Night, the rota, and who can be paged."""
