"""
A stand-in for Twilio's Messages API, for the demo and the tests; loopback only.

Its own process and its own package: it imports nothing of Wayside's, and signs callbacks with its own code, so
that both sides of the wire are not wrong in the same way.
"""
