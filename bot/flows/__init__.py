"""One module for each kind of unit or family of commands.

A flow for a unit is a module with three pure functions over a `Scene`: `enter` (the unit opens),
`show` (the current prompt once more) and `handle` (a press or words meant for it; None when they
mean nothing to it). `engine` chooses among them with a match over the unit.
"""
