"""What every tune carries with it from its source, and what a source is: a giver of such tunes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from abcgen.errors import UsageError
from abcgen.files import printable
from abcgen.notation.parser import TuneText

#: Rights that only the user can know.
VOUCHED = "vouched for by whoever built the corpus"
_LICENSE = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")


def require_license(license_id: str) -> None:
    """Raise UsageError for what is no id of a licence as the Hub writes them."""
    if not _LICENSE.fullmatch(license_id):
        raise UsageError(
            f"{license_id[:80]!r} is no licence of the Hub's list; write it as cc0-1.0 or cc-by-4.0"
        )


def licensed(license_id: str) -> str:
    """The rights in encodings that their owner hands on under a licence."""
    return f"{license_id}, stated by whoever built the corpus" if license_id else VOUCHED


def called(place: str) -> str:
    """What a source is called by itself: a file or folder by its last name, a dataset by all of it."""
    path = Path(place)
    return printable(path.resolve().name) if path.exists() else place


@dataclass(frozen=True, slots=True)
class RawTune:
    """A tune as its source has it, still to be read, and where that is.

    `origin` is where the tunes of its collection are from, "" when it is from here and there; `repairs` says
    what was mended already, in a corpus that is read again.
    """

    text: TuneText
    source: str
    place: str
    music_rights: str
    encoding_rights: str
    origin: str = ""
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a manifest says of a source: name, version, checksum of its bytes, terms.

    `license` is that under which its encodings may be handed on, "" when they may not. `columns` are those of
    a table, `notice` what its users should know of its terms. Of a corpus that is read again, `permission` is
    that which it was built with, `of` what its manifest says of its sources.
    """

    name: str
    version: str
    sha256: str
    files: int
    music_rights: str
    encoding_rights: str
    license: str = ""
    columns: tuple[str, ...] = ()
    notice: str = ""
    permission: str = ""
    of: tuple[Mapping[str, Any], ...] = ()


class Source(Protocol):
    """Anything that gives raw tunes, always in the same order."""

    def info(self) -> SourceInfo: ...

    def tunes(self, without_tune: Callable[[str], None] = ...) -> Iterator[RawTune]: ...
