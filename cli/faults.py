"""Faults that a person can mend: the command prints them as one line and exits 1."""

from config.home import HomeError
from config.settings import SettingsError

MENDABLE: tuple[type[Exception], ...] = (HomeError, SettingsError)
