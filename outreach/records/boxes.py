"""
The registry of box numbers: each kind of sealed record, for ever.

A box is sealed to its number and its row. Numbers are owned by this file, never derived from a table
name, and never used again for something else. docs/boxes.md says which fields each holds.
"""

from enum import IntEnum


class BoxNumber(IntEnum):
    """What a box holds."""

    CASE_STANDING = 1
    VICTIM_PARTICULARS = 2
    DESTINATION = 3
    LEVEL_EVENT = 4
    TASK_DETAIL = 5
    ATTEMPT = 6
    TEXT = 7
    LETTER = 8
    LETTER_PDF = 9
    TEXT_CONSENT = 10
    LIVE_REQUEST = 11
    POSSIBLE_MATCH = 12
    STAFF_SECRETS = 13
    SUPPRESSED_NUMBER = 14
    QUARANTINED_DEPOSIT = 15
