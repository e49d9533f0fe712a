"""The texting desk, for every test here."""

from texting_desk import deposit_keys, desk, emulator

__all__ = ["deposit_keys", "desk", "emulator"]
