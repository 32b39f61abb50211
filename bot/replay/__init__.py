"""Conversations as files: `script` reads .chat, `stage` plays it, `recorder` writes it.

Drivers are the worlds it is played in: `engine_driver` (the core alone, in memory) and
`terminal_driver` (the whole program with a real SQLite file).
"""
