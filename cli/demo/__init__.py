"""The demo: fictional people, real programs. Everything it makes lives in a home marked as a demo."""
