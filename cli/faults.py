"""Faults that a person can mend: the command prints them as one line and exits 1."""

from config.home import HomeError
from config.settings import SettingsError
from crypto.errors import CryptoError
from outreach.records.errors import RecordsError


class Mendable(Exception):
    """A fault of a command itself; its text says what, where and how to mend."""


MENDABLE: tuple[type[Exception], ...] = (Mendable, HomeError, SettingsError, CryptoError, RecordsError)
