"""
What Twilio may tell us: two POST routes. Verifies, seals to the worker, stores, and answers with a constant.

This process holds Twilio's token and our public sealing key. It knows no case, no phone and no table but its spool.
"""

from portal.callbacks.app import CallbacksParts, create_app

__all__ = ["CallbacksParts", "create_app"]
