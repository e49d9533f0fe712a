"""The texting desk and a case to write letters to, for every test here."""

from letter_world import make, world
from stacks import print_desk
from texting_desk import deposit_keys, desk, emulator

__all__ = ["deposit_keys", "desk", "emulator", "make", "print_desk", "world"]
