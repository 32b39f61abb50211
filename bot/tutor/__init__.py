"""What a lab is made of, pure: recognise ideas, count exchanges, choose the next move, word it.

Read `talk` (what is remembered), `words`, `recognise`, `acts` and `exchange` (what a line is),
`moves` (what to do about it) and `wording` (how to say it). Choosing a move and wording it are
apart, so that a model may word what the tutor chose.
"""
