"""Tables as sources: JSON, JSON Lines, CSV, Parquet, and datasets of the Hugging Face Hub or on disk.

A row is a tune: one column holds the music, or the whole tune, others its header lines. Rows are streamed.
Reading is left to the `datasets` library; no code of a dataset is ever run.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abcgen.corpus.columns import Columns, guessed_columns
from abcgen.corpus.provenance import VOUCHED, RawTune, SourceInfo, called
from abcgen.corpus.terms import notice_for
from abcgen.errors import InputError
from abcgen.files import abc_files, file_digest, printable
from abcgen.notation.parser import split_tunes

if TYPE_CHECKING:
    import datasets

#: File endings and the reader of `datasets` for each.
FORMATS = {
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
}
#: Letters of a cell at most.
MAX_CELL = 2**26
#: What `datasets` and `abcgen` write beside their rows.
_NO_TABLES = frozenset({"dataset_info.json", "dataset_infos.json", "dataset_dict.json", "manifest.json"})


def table_files(folder: Path) -> list[Path]:
    """Every table below a folder, in order; not those within a dataset on disk, such as a corpus of ours."""
    found: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in _NO_TABLES:
            continue
        if path.is_dir() and not path.is_symlink() and not is_dataset(path):
            found += table_files(path)
        elif path.is_file() and path.suffix.lower() in FORMATS:
            found.append(path)
    return found


def is_dataset(folder: Path) -> bool:
    """Whether a folder is what `save_to_disk` of `datasets` writes."""
    return any((folder / name).is_file() for name in ("dataset_dict.json", "dataset_info.json"))


def is_table(path: Path) -> bool:
    """Whether a path is a table: a file of one of the `FORMATS`, or a folder with such files and no ABC."""
    if path.is_file():
        return path.suffix.lower() in FORMATS
    return path.is_dir() and (is_dataset(path) or (not abc_files(path) and bool(table_files(path))))


@dataclass(frozen=True, slots=True)
class _Part:
    """One table of a source: a file, or a split; without a `name` where it is all there is."""

    name: str
    rows: Callable[[], Any]

    def columns(self) -> tuple[str, ...]:
        """The names of its columns, none when it has no rows."""
        return tuple(next(iter(self.rows()), {}))


@dataclass(frozen=True, slots=True)
class TableSource:
    """The rows of a table: a file, every table of a folder, or a dataset on disk or on the Hub.

    `place` is its path, or `user/name` on the Hub, every split of it, or one with `:split` after it.
    """

    place: str
    columns: Columns | None = None
    music_rights: str = VOUCHED
    encoding_rights: str = VOUCHED
    license: str = ""
    name: str = ""

    @property
    def path(self) -> Path | None:
        """Where it lies on this machine; None when it is on the Hub."""
        path = Path(self.place)
        return path if path.exists() else None

    def info(self) -> SourceInfo:
        with self._told():
            names = tuple(dict.fromkeys(name for part in self._parts() for name in part.columns()))
        if not names:
            raise InputError(f"{self.place} has no rows")
        if self.path is not None:
            files, version = self._files(), ""
            sha256 = file_digest(files)
        else:
            files, version = [], _revision(self._hub_name) or ""
            sha256 = hashlib.sha256(version.encode("ascii")).hexdigest()
        return SourceInfo(
            self._name,
            version,
            sha256,
            len(files) or 1,
            self.music_rights,
            self.encoding_rights,
            self.license,
            names,
            notice_for(self.place, names),
        )

    def tunes(self, without_tune: Callable[[str], None] = lambda _: None) -> Iterator[RawTune]:
        """`without_tune` is told the rows that hold none. Raises InputError when the table cannot be read."""
        with self._told():
            parts = [(part, part.columns()) for part in self._parts()]
            if not any(names for _, names in parts):
                raise InputError(f"{self.place} has no rows")
            for part, names in parts:
                yield from self._tunes_of(part, names, without_tune)

    def _tunes_of(
        self, part: _Part, names: Sequence[str], without_tune: Callable[[str], None]
    ) -> Iterator[RawTune]:
        where = f"{self.place} {part.name}".strip()
        if not names:
            without_tune(f"{self._name} {part.name}")
            return
        columns = self.columns or guessed_columns(names, where)
        missing = [name for name in (columns.body, *columns.headers.values()) if name not in names]
        if missing:
            raise InputError(f"{where} has no column {missing[0]!r}; it has: {', '.join(names)}")
        for number, row in enumerate(part.rows(), 1):
            place = f"{part.name} row {number}".strip()
            tune = None
            for tune in split_tunes(columns.text(row, number).split("\n")):
                yield RawTune(tune, self._name, place, self.music_rights, self.encoding_rights)
            if tune is None:
                without_tune(f"{self._name} {place}")

    @property
    def _hub_name(self) -> str:
        return self.place.partition(":")[0]

    @property
    def _name(self) -> str:
        return self.name or called(self.place)

    def _files(self) -> list[Path]:
        path = Path(self.place)
        if path.is_file():
            return [path]
        if is_dataset(path):
            return sorted(p for p in path.rglob("*") if p.is_file())
        return table_files(path)

    def _parts(self) -> list[_Part]:
        """The tables of the source, in order."""
        import datasets

        datasets.disable_progress_bars()
        if self.path is None:
            return self._splits_of_the_hub()
        if self.path.is_file():
            return [_file_part(self.path, "")]
        if (self.path / "dataset_dict.json").is_file():
            splits = datasets.load_from_disk(str(self.path))
            return [_whole_part(rows, name) for name, rows in splits.items()]
        if (self.path / "dataset_info.json").is_file():
            rows = datasets.load_from_disk(str(self.path))
            return [_whole_part(rows, "")]
        root = self.path
        return [_file_part(path, printable(path.relative_to(root).as_posix())) for path in table_files(root)]

    def _splits_of_the_hub(self) -> list[_Part]:
        import datasets

        split = self.place.partition(":")[2]
        found = datasets.load_dataset(
            self._hub_name, split=split or None, streaming=True, revision=_revision(self._hub_name)
        )
        if split:
            return [_whole_part(found, "")]
        return [_whole_part(rows, name) for name, rows in found.items()]

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever the readers make of a damaged table, or of no network, as an InputError."""
        try:
            with warnings.catch_warnings():
                # of what a row has beyond the columns, which is nothing (`_names_of`)
                warnings.filterwarnings("ignore", "Length of header or names does not match")
                yield
        except InputError:
            raise
        except Exception as error:
            lines = str(error).strip().splitlines()
            why = lines[0][:200] if lines else ""
            message = f"{self.place} cannot be read as a table: {type(error).__name__}: {why}"
            if self.path is None:
                message += "; a dataset of the Hub needs a network, its exact name, a login if it is private"
            raise InputError(message) from error


@cache
def _revision(name: str) -> str | None:
    """The commit of a dataset on the Hub, asked once, so that one alone is read; None when none is told."""
    from huggingface_hub import HfApi

    try:
        return HfApi().dataset_info(name).sha
    except Exception:  # no network, no such set: reading it says so
        return None


def _file_part(path: Path, name: str) -> _Part:
    return _Part(name, cache(lambda: _file(path)))


def _whole_part(rows: Any, name: str) -> _Part:
    return _Part(name, lambda: rows)


def _file(path: Path) -> datasets.IterableDataset | Sequence[dict[str, Any]]:
    """One file, streamed; every value of a CSV as text."""
    import datasets
    import pyarrow.parquet

    kind = FORMATS[path.suffix.lower()]
    if not path.stat().st_size or (kind == "parquet" and not pyarrow.parquet.read_metadata(path).num_rows):
        return []
    options: dict[str, Any] = {}
    if kind == "csv":
        sign = "\t" if path.suffix.lower() == ".tsv" else ","
        encoding = _encoding(path)
        names = _names_of(path, encoding, sign)
        features = datasets.Features({name: datasets.Value("string") for name in names})
        options = {"features": features, "keep_default_na": False, "sep": sign, "encoding": encoding}
        options |= {"column_names": names, "skiprows": 1, "index_col": False}
    return datasets.load_dataset(kind, data_files=str(path), split="train", streaming=True, **options)


def _names_of(path: Path, encoding: str, sign: str) -> list[str]:
    """The columns of a CSV. Raises InputError for a row that has more than they hold."""
    csv.field_size_limit(MAX_CELL)
    with path.open(encoding=encoding, newline="") as stream:
        rows = csv.reader(stream, delimiter=sign)
        names = [name or f"column {number}" for number, name in enumerate(next(rows, []), 1)]
        for row in rows:
            surplus = next(filter(None, row[len(names) :]), "")
            if surplus:
                raise InputError(
                    f"{path}:{rows.line_num}: a row of more than the {len(names)} columns, {surplus[:40]!r} "
                    "among them; put values with a comma in quotes"
                )
    return names


def _encoding(path: Path) -> str:
    """The encoding of a text file: UTF-16 by its mark, UTF-8, or else Latin-1."""
    with path.open("rb") as stream:
        begin = stream.read(2)
        if begin in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(begin)
            while block := stream.read(2**20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8-sig"
