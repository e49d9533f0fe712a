"""What every table shares: the declarative base, named constraints, aware UTC times, and the sealed column type."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, LargeBinary, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass
from sqlalchemy.types import TypeDecorator

SMALLEST_BOX = 4 + 12 + 16
"""Bytes of a box that holds nothing: header, nonce and tag."""


class Base(MappedAsDataclass, DeclarativeBase):
    """Base of the vault's tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UnsealedValue(TypeError):
    """Something that is not a sealed box was about to be written to a box column."""


class SealedBox(TypeDecorator[bytes]):
    """A column that takes sealed boxes only: version 1, suite 1, long enough to hold a nonce and a tag."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Refuse anything that does not carry the header of a box; None is left to NOT NULL."""
        if value is None:
            return None
        if not isinstance(value, bytes) or len(value) < SMALLEST_BOX or value[:2] != b"\x01\x01":
            raise UnsealedValue("a box column takes sealed boxes only")
        return value


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time; naive times are refused on the way in, and are never handed out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Hand out aware UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
