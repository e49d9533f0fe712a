"""The domain: events, cases, people, the gate, texts and letters. Knows no Flask, reads no settings, has no clock of its own."""
