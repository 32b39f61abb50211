"""What an instructor with a small machine may have got wrong, found before a learner finds it.

Read `finding` (what a check sees and says), then the families: `program`, `settings`, `addresses`,
`files` with `disk`, `database` with `opened` and `rebuilt`, `content`, `clock`; and `telegram`,
`discord`, `claude`, which ask the services through `asking`. The table of the families is
in `bot/commands/doctor.py`.
It refuses to change anything: no file is made, written or carried over, and no secret is said.
"""
