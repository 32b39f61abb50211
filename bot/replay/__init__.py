"""Conversations as files: `script` reads .chat, `stage` plays it, `recorder` writes it, and
`record_words` says records in words.

Drivers are the worlds it is played in: `engine_driver` (the core alone, in memory) and
`terminal_driver` (the whole program with a real SQLite file). What the first one remembers of
learners and groups is counted by `learner_progress` and `cohort_memory`.
"""
