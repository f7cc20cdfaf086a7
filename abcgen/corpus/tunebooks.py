"""Tunebooks as sources: a file of ABC, a folder of such files, or a zip of them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from abcgen.corpus.provenance import VOUCHED, RawTune, SourceInfo, called
from abcgen.corpus.tables import table_files
from abcgen.errors import InputError
from abcgen.files import BROKEN_ZIP, abc_files, file_digest, is_abc_name, lines_of, printable, text_lines
from abcgen.notation.parser import split_tunes

#: A zip that unpacks to more than this is no tunebook.
MAX_ZIP_BYTES = 2**30
MAX_ZIP_FILES = 100_000
#: ABC is packed to a fourth or so; tunes that are all the same, to a thirtieth.
MAX_ZIP_RATIO = 100
_LARGE = 2**24


@dataclass(frozen=True, slots=True)
class TunebookSource:
    """The `.abc` files of a folder or a zip, or one file. The user vouches for the rights."""

    path: Path
    name: str = ""
    music_rights: str = VOUCHED
    encoding_rights: str = VOUCHED
    version: str = ""
    license: str = ""
    origin: str = ""

    def info(self) -> SourceInfo:
        files = self._members() if self._is_zip() else self.files()
        return SourceInfo(
            self._name,
            self.version,
            file_digest([self.path] if self._is_zip() else self.files()),
            len(files),
            self.music_rights,
            self.encoding_rights,
            self.license,
        )

    def files(self) -> list[Path]:
        """Every `.abc` file below the folder, in order. Raises InputError when there is none."""
        if not self.path.exists():
            raise InputError(f"{self.path} is not there; give a folder or a zip of .abc files, or one file")
        if self.path.is_file():
            return [self.path]
        found = abc_files(self.path)
        if not found:
            raise InputError(f"{self.path} holds no .abc file")
        return found

    def tunes(self, without_tune: Callable[[str], None] = lambda _: None) -> Iterator[RawTune]:
        """`without_tune` is told the files that hold none, and tables, which are not read here.

        Files are read as streams. Raises InputError on one that is no text.
        """
        for name, lines in self._files():
            tune = None
            for tune in split_tunes(lines):
                place = f"{name} line {tune.start}"
                rights = self.music_rights, self.encoding_rights
                yield RawTune(tune, self._name, place, *rights, self.origin)
            if tune is None:
                without_tune(f"{self._name} {name}")
        for table in table_files(self.path) if self.path.is_dir() else ():
            name = printable(table.relative_to(self.path).as_posix())
            without_tune(f"{self._name} {name}: a table; give it as a source of its own")

    def _files(self) -> Iterator[tuple[str, Iterator[str]]]:
        """The name of every file within the source, and its lines."""
        if self._is_zip():
            with zipfile.ZipFile(self.path) as archive:
                for member in self._members():
                    yield printable(member.filename), self._unpacked(archive, member)
            return
        root = self.path if self.path.is_dir() else self.path.parent
        for path in self.files():
            yield printable(path.relative_to(root).as_posix()), text_lines(path)

    def _is_zip(self) -> bool:
        return self.path.is_file() and zipfile.is_zipfile(self.path)

    def _members(self) -> list[zipfile.ZipInfo]:
        """The `.abc` files of the zip, in order. Raises InputError for none, or for too many."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                every = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise InputError(f"{self.path} is no zip that can be read: {error}") from error
        found = sorted(
            (m for m in every if is_abc_name(Path(m.filename).name) and not m.is_dir()),
            key=lambda m: m.filename,
        )
        if not found:
            raise InputError(f"{self.path} holds no .abc file")
        size = sum(member.file_size for member in found)
        if len(found) > MAX_ZIP_FILES or size > MAX_ZIP_BYTES:
            raise InputError(
                f"{self.path} unpacks to more than {MAX_ZIP_BYTES >> 20} MiB or {MAX_ZIP_FILES} files; "
                "unpack it first"
            )
        if size > _LARGE and size > MAX_ZIP_RATIO * sum(member.compress_size for member in found):
            raise InputError(
                f"{self.path} unpacks to more than {MAX_ZIP_RATIO} times its size: no tunebook does"
            )
        return found

    def _unpacked(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[str]:
        """The lines of one file; never more bytes than the zip said it has."""
        name = f"{printable(member.filename)} in {self.path}"
        try:
            with archive.open(member) as stream:
                yield from lines_of(stream, name)
        except BROKEN_ZIP as error:
            raise InputError(f"{name} cannot be unpacked: {error}") from error

    @property
    def _name(self) -> str:
        return self.name or called(str(self.path))
