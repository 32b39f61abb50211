"""What people look at: boards, maps and charts, as text and as pictures.

A figure is data in a course (`figures`, from a file by `read`). One module a kind (`flow`, `bars`,
`lines`, `table`) lays it out as `marks` in pixels, `page` puts title, key and source round it, and
`paint` alone turns marks into a PNG; `draw` is the whole way from file to picture.

What the bot itself shows goes the same way from `shown`: a `board`, a `map` (measured by `grid`,
filled with `cells`) or a `certificate`. Nothing is measured but by `ink`, in fonts that matplotlib
brings along, so the same data makes the same bytes.
"""
