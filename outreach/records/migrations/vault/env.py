"""Alembic's entry point for the tree of the vault: runs on the connection it is given, and on nothing else."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"], target_metadata=None, transaction_per_migration=False
)
context.run_migrations()
