"""The commands of the command line: one module each, with `add_arguments` and `run`.

Read `common` first, and `figures`, a short one that uses it. Then what teaches: `running` (the
program with its file and its model), `play`, `serve` with `watching`, and `healthy`, which asks
`serve` how it fares. What an author runs: `check`, `new`, `schema`, `stats`, `figures`; and for
labs `tutor_report`, `check_persona`. What an operator runs: `doctor`, `usage`, `export`, `verify`,
`backup`, `restore`, `rebuild`. Last `replay`, which plays conversations as tests.
They refuse to decide anything that a part of `bot` can decide: they read arguments, and print.
"""
