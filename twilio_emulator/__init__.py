"""A Twilio for demos and tests, on loopback only: messages, statuses, signed callbacks, and a page of phones."""
