"""What authors write: read from YAML, checked as a whole, and put together as a `Library`.

Shapes first: `base`, `items`, `lab`, `model`. Then the way from a folder to them: `files` (bytes),
`parse` with `nodes` and `traps` (YAML with its places), `shape` (nodes to parts), `folders` with
`sheets` and `pictures` (the walk), `load` (the door). `check` finds what does not fit together; it
asks `check_options`, `check_labs`, `text` and `teaching`. Every fault is a `problem` with a place
and a cure. `album` gives the pictures to whoever sends them.
"""
