"""What people look at: boards, maps and charts, as text and as pictures.

A figure is data in a course (`pictures`). One module a kind (`flow`, `bars`, `lines`, `table`)
lays it out as `marks` in pixels, `page` puts title, key and source round it, and `paint` alone
turns marks into a PNG. Nothing is measured but by `ink`, in one font that matplotlib brings along,
so the same data makes the same bytes.
"""
