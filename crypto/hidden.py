"""Keeps key material out of everything that prints, copies or stores Python objects."""

from typing import NoReturn, SupportsIndex


class Hidden:
    """Base of every object that holds a key: its name is all it ever shows, and it is never pickled or copied."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the kind of key, never the key."""
        return f"<{type(self).__name__}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Refuse pickle, copy and deepcopy, which would write the key where nobody expects one."""
        raise TypeError(f"{type(self).__name__} holds a key and is never pickled or copied")
