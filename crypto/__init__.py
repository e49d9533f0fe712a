"""Bytes in, bytes out: keys, sealed boxes, sealing to a public key. Knows no table, no Flask and no settings."""
