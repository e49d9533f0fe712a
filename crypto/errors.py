"""What can go wrong in crypto. None of these ever carries key material or plaintext."""


class CryptoError(Exception):
    """Base of every error this package raises on purpose."""


class CannotDecrypt(CryptoError):
    """A box, deposit or wrapped key did not open: wrong key, wrong place or changed bytes. Says nothing more."""


class KeyFileError(CryptoError):
    """A key file cannot be used; the message says which file, what is wrong and how to mend it."""


class KeyNotHeld(CryptoError):
    """This process asked for a key of a class it was not given."""
