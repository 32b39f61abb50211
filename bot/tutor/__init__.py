"""What a lab is made of, pure: recognise ideas, count exchanges, choose the next move, word it.

Read `words`, `recognise`, `acts` and `exchange` (what a line is), `ladder` and `moves` (what to do
about it), `answers` (to questions) and `wording` (how to say it). Choosing a move and wording it
are apart, so that a model may word what the tutor chose: `prompt` is what it is told, `check` is
whether its reply may be shown. `report` and `audit` measure both, on lines that are written down.
"""
