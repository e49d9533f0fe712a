"""Compiled SQL, kept for all databases of a process: a test with a vault of its own need not compile it anew."""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

ROOM = 5_000
"""Statements; the whole program has fewer."""


def keep_statements() -> None:
    """
    Let every engine of this process share what is compiled.

    SQLAlchemy keeps a statement by its dialect, and each engine has a dialect of its own. A process of Wayside opens
    one engine of each kind; a process of tests opens thousands, all alike, and would compile everything for each.
    """
    for dialect in (PGDialect_psycopg, SQLiteDialect_pysqlite):
        dialect.__eq__ = lambda one, other: type(one) is type(other)
        dialect.__hash__ = lambda one: hash(type(one))
    kept: LRUCache[Any, Any] = LRUCache(ROOM)
    Engine._compiled_cache = property(lambda _: kept, lambda *_: None)
