"""The two Alembic trees: the vault, and the spools."""
