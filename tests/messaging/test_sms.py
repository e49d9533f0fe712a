"""Calls to Twilio: what is sent, to the letter, and what is known after each way it can go wrong."""
