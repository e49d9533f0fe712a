"""The one way in for source agencies. Knows public keys and an insert-only spool; nothing it stores can it read."""

from portal.intake.app import IntakeParts, create_app

__all__ = ["IntakeParts", "create_app"]
