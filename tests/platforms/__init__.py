"""The platforms on loopback: the real libraries talk to them, unmodified."""
