"""Pictures of what the core knows, as PNGs: boards, maps and certificates.

What people typed is drawn as far as the font goes and cut where it would not fit: nothing in a
picture can keep it from being drawn. One thread at a time may draw, since matplotlib's settings
are the whole program's.
"""

from bot.conversation import BoardPicture, CertificatePicture, MapPicture, Picture
from bot.views import board, certificate, ink, map
from bot.views.marks import PAD, RIGHT, SMALL, SOFT, TITLE, Drawing, Words
from bot.views.page import AIR, bordered, closing
from bot.views.paint import png


def shown(picture: Picture) -> bytes:
    """The PNG of a picture: the same bytes for the same data.

    A board's first 40 lines (board.MOST) are drawn, and a map's first 60 rows and 60 columns
    (grid.ROWS, grid.COLUMNS): who has more says so in `foot`.
    """
    return png(drawing(picture), map.COLOURS if isinstance(picture, MapPicture) else ())


def drawing(picture: Picture) -> Drawing:
    """The marks of a picture."""
    match picture:
        case CertificatePicture():
            return certificate.layout(picture)
        case BoardPicture():
            head = _head(picture)
            return _sheet(head, board.layout(picture, head.bottom), picture.foot)
        case MapPicture():
            head = _head(picture)
            return _sheet(head, map.layout(picture, head.bottom), picture.foot)


def _head(picture: BoardPicture | MapPicture) -> Drawing:
    room = RIGHT - PAD
    title = ink.folded(ink.legible(picture.title), room, TITLE, most=3, bold=True)
    marks: list[Words] = ink.block(title, PAD, PAD - 8, TITLE, bold=True)
    top = PAD - 8 + ink.height(title, TITLE)
    subtitle = ink.folded(ink.legible(picture.subtitle), room, SMALL, most=2)
    marks += ink.block(subtitle, PAD, top + 6, SMALL, colour=SOFT)
    return Drawing(tuple(marks), top + 6 + ink.height(subtitle, SMALL) + AIR)


def _sheet(head: Drawing, body: Drawing, foot: str) -> Drawing:
    """The paper round a board or a map."""
    marks, bottom = (*head.marks, *body.marks), body.bottom
    if lines := ink.folded(ink.legible(foot), RIGHT - PAD, SMALL, most=4):
        last = closing(lines, bottom + AIR)
        marks, bottom = (*marks, *last.marks), last.bottom
    return bordered(Drawing(marks, bottom + PAD - 8))
