"""The table of a spool. Its own metadata: a spool is another database than the vault, and holds nothing else."""

from sqlalchemy import Column, LargeBinary, MetaData, Table, Uuid

from outreach.records.base import UtcTime

spool_metadata = MetaData()

deposit = Table(
    "deposit",
    spool_metadata,
    Column("id", Uuid, primary_key=True),
    Column("received_at", UtcTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
