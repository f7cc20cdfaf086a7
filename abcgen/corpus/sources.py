"""Where tunes come from, and under what terms: a source gives raw tunes with their provenance.

music21's collections are read as text from the installed package and handed on to nobody; music21
itself is not imported. Nothing is judged or cleaned here.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from abcgen.errors import InputError
from abcgen.files import read_text
from abcgen.notation.parser import parse_book
from abcgen.notation.tune import Tune


@dataclass(frozen=True, slots=True)
class RawTune:
    """A tune as its source has it, and where that is."""

    tune: Tune
    source: str
    place: str
    music_rights: str
    encoding_rights: str

    @property
    def transcriber(self) -> str:
        return "; ".join(f.text for f in self.tune.fields if f.letter == "Z" and f.text)


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a manifest says of a source: name, version, checksum of its bytes, terms."""

    name: str
    version: str
    sha256: str
    files: int
    music_rights: str
    encoding_rights: str


class Source(Protocol):
    """Anything that gives raw tunes, always in the same order."""

    def info(self) -> SourceInfo: ...

    def tunes(self, without_tune: Callable[[str], None] = ...) -> Iterator[RawTune]: ...


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A folder of `.abc` files, or one file. The user vouches for the rights."""

    path: Path
    name: str = ""
    music_rights: str = "stated by whoever built the corpus"
    encoding_rights: str = "stated by whoever built the corpus"
    version: str = ""

    def files(self) -> list[Path]:
        """Every `.abc` file below the folder, in order. Raises InputError when there is none."""
        if not self.path.exists():
            raise InputError(f"{self.path} is not there; give a folder of .abc files, or one file")
        if self.path.is_file():
            return [self.path]
        found = sorted(p for p in self.path.rglob("*") if p.suffix.lower() == ".abc" and not p.is_dir())
        if not found:
            raise InputError(f"{self.path} holds no .abc file")
        return found

    def info(self) -> SourceInfo:
        digest = hashlib.sha256()
        files = self.files()
        for path in files:
            digest.update(path.read_bytes())
        return SourceInfo(
            self._name(),
            self.version,
            digest.hexdigest(),
            len(files),
            self.music_rights,
            self.encoding_rights,
        )

    def tunes(self, without_tune: Callable[[str], None] = lambda _: None) -> Iterator[RawTune]:
        """`without_tune` is told the files that hold none. Raises InputError on one that is no text."""
        root = self.path if self.path.is_dir() else self.path.parent
        for path in self.files():
            name = _printable(path.relative_to(root).as_posix())
            tunes = parse_book(read_text(path)).tunes
            if not tunes:
                without_tune(f"{self._name()} {name}")
            for tune in tunes:
                place = f"{name} X:{tune.reference} line {tune.line}"
                yield RawTune(tune, self._name(), place, self.music_rights, self.encoding_rights)

    def _name(self) -> str:
        return self.name or _printable(self.path.resolve().name)


def _printable(name: str) -> str:
    """A file name as text, whatever its bytes."""
    return os.fsencode(name).decode("utf-8", "replace")


_ENCODING = "transcribers' encodings, read from the installed music21 package and not handed on"
#: music21's collections whose music is in the public domain: folder, what was printed when.
PUBLIC_DOMAIN: dict[str, str] = {
    "oneills1850": "public domain: O'Neill's Music of Ireland, printed 1903",
    "ryansMammoth": "public domain: Ryan's Mammoth Collection, printed 1883",
    "airdsAirs": "public domain: Aird's Airs, printed 1782-1801",
    "miscFolk": "public domain: traditional and 19th-century military music",
}


def music21_source(collection: str) -> FolderSource:
    """One of music21's public-domain collections. Raises InputError without music21 or without it."""
    spec = importlib.util.find_spec("music21")
    if spec is None or not spec.submodule_search_locations:
        raise InputError("music21 is not installed; its collections are read from the package")
    folder = Path(next(iter(spec.submodule_search_locations))) / "corpus" / collection
    if not folder.is_dir():
        raise InputError(f"the installed music21 has no collection {collection}")
    version = f"music21 {importlib.metadata.version('music21')}"
    return FolderSource(folder, collection, PUBLIC_DOMAIN[collection], _ENCODING, version)


def find_sources(names: Sequence[str]) -> list[Source]:
    """Sources by name or path; the public-domain four when none is named.

    Raises InputError for a name that is neither a collection nor a path.
    """
    if not names:
        return [music21_source(name) for name in PUBLIC_DOMAIN]
    found: list[Source] = []
    for name in names:
        if name in PUBLIC_DOMAIN:
            found.append(music21_source(name))
        elif Path(name).exists():
            found.append(FolderSource(Path(name)))
        else:
            known = ", ".join(PUBLIC_DOMAIN)
            raise InputError(f"{name} is no path and no known collection (known: {known})")
    return found
