"""One module for each kind of unit or family of commands, all pure over a `Scene`.

`units` is the table of unit kinds; `home`, `reference` and `account` answer commands.
"""
