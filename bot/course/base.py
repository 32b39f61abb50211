"""What all files of a course are made of: a strict base, and the kinds of text."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=30)]
"""An id: small letters, digits and single hyphens. 30, so that a button's key fits 64 bytes."""

CourseSlug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=16)]
Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True, pattern=r"^[^\n]+$")]
Title = Annotated[
    str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True, pattern=r"^[^\n]+$")
]
"""60 characters: with a word before it ("Quiz: ...") it fits a button of 80."""

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
"""Red, green and blue as pairs of digits from 0 to F: "#5865F2"."""


class Part(BaseModel):
    """The base of every shape: no extra keys, no guessing of types, no change after reading."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
