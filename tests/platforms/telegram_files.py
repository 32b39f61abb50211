"""Files that a bot uploads, and the file_ids by which it may send them again."""

from dataclasses import dataclass, field

from tests.platforms import telegram_rules as rules
from tests.platforms.telegram_chats import Json
from tests.platforms.telegram_feed import Refused


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came as a part of a multipart request."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that Telegram keeps: what a file_id stands for."""

    kind: str  # photo or document
    content: bytes = field(repr=False)
    name: str
    json: object  # the sizes of the photo, or the Document


class Files(dict[str, Stored]):
    """What each file_id stands for; once it is cleared, no file_id is known."""

    def named(self, data: Json, sent: object, kind: str) -> Stored:
        """The file of a parameter: uploaded now, attached to this request, or sent before."""
        if isinstance(sent, str) and sent.startswith("attach://"):
            sent = data.get(sent.removeprefix("attach://"))
        if isinstance(sent, Upload):
            return self._photo(sent) if kind == "photo" else self._document(sent)
        if not isinstance(sent, str) or not sent:
            raise rules.Rejected(f"there is no {kind} in the request")
        if sent not in self:
            raise Refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
        if self[sent].kind != kind:
            was, wanted = self[sent].kind.title(), kind.title()
            raise rules.Rejected(f"can't use file of type {was} as {wanted}")
        return self[sent]

    def _photo(self, upload: Upload) -> Stored:
        width, height = rules.photo(upload.content)
        number = f"{len(self):06d}"
        sizes = [_size(number, "s", 90, width, height), _size(number, "x", 1280, width, height)]
        stored = Stored("photo", upload.content, upload.name, sizes)
        self.update((str(size["file_id"]), stored) for size in sizes)
        return stored

    def _document(self, upload: Upload) -> Stored:
        rules.document(upload.content)
        number = f"{len(self):06d}"
        document: Json = {
            "file_id": f"BQACAgIAAx{number}",
            "file_unique_id": f"AgAD{number}",
            "file_name": upload.name,
            "file_size": len(upload.content),
        }
        stored = Stored("document", upload.content, upload.name, document)
        self[str(document["file_id"])] = stored
        return stored


def _size(number: str, letter: str, most: int, width: int, height: int) -> Json:
    """One of the sizes that Telegram makes of a photo."""
    scale = min(1.0, most / max(width, height))
    return {
        "file_id": f"AgACAgIAAxkDAAI{letter}{number}",
        "file_unique_id": f"AQAD{letter}{number}",
        "width": max(1, round(width * scale)),
        "height": max(1, round(height * scale)),
    }
