"""One module for each kind of unit or family of commands, all pure over a `Scene`.

Read `scene` first, then `units`, the table of unit kinds (`lesson`, `quiz`, `lab`, `exam`,
`supplement`). A quiz and an exam put items by `asking`, and `verdict` says how an exam ended; a lab
is put together by `talk`, and by `modelled` where a model finds the words. Commands are answered by
`home`, `find`, `reference`, `deck`, `account`, `consent`, `usage`; `public` speaks where others
read along, `suggest` completes what is typed, `streak` counts days. `groups` is about cohorts,
`when` reads and says times.
"""
