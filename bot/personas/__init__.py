"""Models that word what the personas of labs say: `base` is the port, `claude` a real one,
`scripted` its double for tests.

None of them decides anything: the tutor chose the move, and what may be shown is checked after.
"""
