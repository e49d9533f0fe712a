"""The domain: events, cases, people, the gate, texts and letters. Knows no Flask, no settings, no clock of its own."""
