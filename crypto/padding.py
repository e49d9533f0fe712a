"""Hides how long a record is: blocks of the key class to 4 KiB, Padmé above."""

BLOCKS_TO = 4096
"""Up to here lengths are rounded to whole blocks; above, to Padmé sizes."""


def padded_length(length: int, block: int) -> int:
    """
    Return the length to which `length` bytes are padded; at least one block.

    Source: Padmé, Nikitin et al., "Reducing metadata leakage from encrypted files and communication
    with PURBs" (PETS 2019), algorithm 1: at most 12 % longer, O(log log n) bits of the length shown.
    """
    if length <= BLOCKS_TO:
        return max(1, -(-length // block)) * block
    exponent = length.bit_length() - 1
    kept_bits = exponent.bit_length()
    mask = (1 << (exponent - kept_bits)) - 1
    return (length + mask) & ~mask
