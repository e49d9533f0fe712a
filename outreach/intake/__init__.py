"""What intake and the worker both need to read an agency's event: fields, faults, keys. Pure or public."""
