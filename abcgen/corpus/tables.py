"""Tables as sources: JSON, JSON Lines, CSV, Parquet, and datasets of the Hugging Face Hub or on disk.

A row is a tune: one column holds the music, or the whole tune, others its header lines. Rows are streamed.
Reading is left to the `datasets` library; no code of a dataset is ever run.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abcgen.corpus.provenance import VOUCHED, RawTune, SourceInfo, called
from abcgen.corpus.terms import notice_for
from abcgen.errors import InputError, UsageError
from abcgen.files import decode, file_digest
from abcgen.notation.fields import KNOWN_FIELDS, is_field
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
#: Names under which columns are found when none are given: for the music, for header lines by letter.
_BODY_NAMES = ("abc notation", "abc_notation", "abc", "body", "music", "notation", "tune", "text")
_HEADER_NAMES = {
    "T": ("title", "name"),
    "R": ("rhythm", "type"),
    "M": ("meter", "metre", "time_signature"),
    "L": ("unit_length", "unit length", "unit"),
    "K": ("key", "mode"),
    "C": ("composer",),
    "O": ("origin",),
    "Z": ("transcriber", "transcription", "username"),
}
_HEADER_ORDER = "TCORZMLK"


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns hold what: `body` the music or whole tunes, `headers` header lines by their letter.

    `begins` is one that holds the beginning of the header, as corpora of ours have it.
    """

    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    begins: str = ""

    def text(self, row: Mapping[str, Any], number: int) -> str:
        """The row as a tune. Columns give what the header lines that the body begins with do not say."""
        text = (_plain(row.get(self.begins)) if self.begins else "") + _plain(row.get(self.body))
        lines = [line for line in text.split("\n") if line.strip()]
        own = list(takewhile(lambda line: is_field(line) or line.startswith("%"), lines))
        given = {line[0] for line in own}
        music = [f"N:{line}" if line.startswith("X:") else line for line in lines[len(own) :]]
        columns = {}
        for letter in sorted(self.headers, key=_HEADER_ORDER.find):
            value = " ".join(_plain(row.get(self.headers[letter])).split())
            if value and letter not in given:
                columns[letter] = f"{letter}:{value}"
        key = [columns.pop("K")] if "K" in columns else []
        reference = own.pop(0) if own and own[0].startswith("X:") else f"X:{number}"
        return "\n".join([reference, *columns.values(), *own, *key, *music])


def _plain(value: object) -> str:
    """A cell as text. Raises InputError for one that holds values of its own."""
    if isinstance(value, bytes):
        value = decode(value)
    if isinstance(value, dict | list):
        raise InputError("a column that should be text holds tables or lists; name another with --columns")
    return "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n")


def parse_columns(text: str) -> Columns:
    """columns = body | "body=" name {"," letter "=" name}. Raises UsageError."""
    if "=" not in text:
        return Columns(text.strip())
    body, headers = "", {}
    for part in text.split(","):
        letter, equals, name = (piece.strip() for piece in part.partition("="))
        if not equals or not name or (letter != "body" and letter not in KNOWN_FIELDS - {"X"}):
            raise UsageError(f"--columns has {part.strip()!r}; write it as body=abc,T=title,M=meter,K=key")
        if letter == "body":
            body = name
        else:
            headers[letter] = name
    if not body:
        raise UsageError("--columns names no body; write it as body=abc,T=title,M=meter,K=key")
    return Columns(body, headers)


def guessed_columns(names: Sequence[str], source: str) -> Columns:
    """The columns by their usual names. Raises InputError when none looks like music."""
    lower = {name.strip().lower(): name for name in reversed(names)}
    body = next((lower[name] for name in _BODY_NAMES if name in lower), None)
    if body is None:
        raise InputError(
            f"{source} has no column that looks like music (it has: {', '.join(names)}); "
            "name one with --columns, as in body=abc,T=title,M=meter,K=key"
        )
    begins = lower.get("header", "") if {"header", "body", "id"} <= set(lower) else ""
    headers = {}
    for letter, usual in _HEADER_NAMES.items():
        found = next((lower[name] for name in usual if name in lower and lower[name] != body), None)
        if found is not None:
            headers[letter] = found
    return Columns(body, headers, begins)


def is_table(path: Path) -> bool:
    """Whether a path is a table: a file of one of the `FORMATS`, or a folder with such files and no ABC."""
    if path.is_file():
        return path.suffix.lower() in FORMATS
    if not path.is_dir():
        return False
    if (path / "dataset_dict.json").is_file() or (path / "dataset_info.json").is_file():
        return True
    endings = {p.suffix.lower() for p in path.rglob("*") if p.is_file()}
    return ".abc" not in endings and bool(endings & set(FORMATS))


@dataclass(frozen=True, slots=True)
class TableSource:
    """The rows of a table. `place` is a file, a folder, or `user/name` on the Hub, with `:split` after it."""

    place: str
    columns: Columns | None = None
    music_rights: str = VOUCHED
    encoding_rights: str = VOUCHED
    license: str = ""
    name: str = ""

    def info(self) -> SourceInfo:
        names = tuple(self._columns_there())
        path = Path(self._where)
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        version = "" if path.exists() else _revision(self._where) or ""
        sha256 = file_digest(files) if path.exists() else hashlib.sha256(version.encode("ascii")).hexdigest()
        notice = notice_for(self.place, names)
        return SourceInfo(
            self._name,
            version,
            sha256,
            len(files),
            self.music_rights,
            self.encoding_rights,
            self.license,
            names,
            notice,
            self._permission(),
        )

    def _permission(self) -> str:
        """What the manifest says, where the table is a corpus of ours."""
        try:
            manifest = json.loads((Path(self.place) / "manifest.json").read_text("utf-8"))
            return str(manifest.get("permission", ""))
        except (OSError, ValueError, AttributeError):
            return ""

    def tunes(self, without_tune: Callable[[str], None] = lambda _: None) -> Iterator[RawTune]:
        """`without_tune` is told the rows that hold none. Raises InputError when the table cannot be read."""
        names = self._columns_there()
        columns = self.columns or guessed_columns(names, self.place)
        missing = [name for name in (columns.body, *columns.headers.values()) if name not in names]
        if missing:
            raise InputError(f"{self.place} has no column {missing[0]!r}; it has: {', '.join(names)}")
        for number, row in enumerate(self._rows(), 1):
            tune = None
            for tune in split_tunes(columns.text(row, number).split("\n")):
                yield RawTune(tune, self._name, f"row {number}", self.music_rights, self.encoding_rights)
            if tune is None:
                without_tune(f"{self._name} row {number}")

    @property
    def _where(self) -> str:
        return self.place if Path(self.place).exists() else self.place.partition(":")[0]

    @property
    def _split(self) -> str:
        return "train" if Path(self.place).exists() else self.place.partition(":")[2] or "train"

    @property
    def _name(self) -> str:
        return self.name or called(self.place)

    def _columns_there(self) -> list[str]:
        """The names of the table's columns."""
        first = next(self._rows(), None)
        if first is None:
            raise InputError(f"{self.place} has no rows")
        return list(first)

    def _rows(self) -> Iterator[dict[str, Any]]:
        try:
            yield from self._dataset()
        except InputError:
            raise
        except Exception as error:  # whatever the readers make of a damaged table, or of no network
            lines = str(error).strip().splitlines()
            why = lines[0][:200] if lines else ""
            message = f"{self.place} cannot be read as a table: {type(error).__name__}: {why}"
            if not Path(self._where).exists():
                message += "; a dataset of the Hub needs a network, its exact name, a login if it is private"
            raise InputError(message) from error

    def _dataset(self) -> datasets.IterableDataset:
        import datasets

        datasets.disable_progress_bars()
        path = Path(self._where)
        if path.is_file():
            return _file(path)
        if (path / "dataset_dict.json").is_file():
            return datasets.concatenate_datasets(list(datasets.load_from_disk(str(path)).values()))
        if (path / "dataset_info.json").is_file():
            return datasets.load_from_disk(str(path))
        revision = _revision(self._where)
        return datasets.load_dataset(self._where, split=self._split, streaming=True, revision=revision)


@cache
def _revision(name: str) -> str | None:
    """The commit of a dataset on the Hub, asked once, so that one alone is read; None when none is told."""
    from huggingface_hub import HfApi

    try:
        return HfApi().dataset_info(name).sha
    except Exception:  # no network, no such set: reading it says so
        return None


def _file(path: Path) -> datasets.IterableDataset:
    """One file, streamed; every value of a CSV as text."""
    import datasets

    kind = FORMATS[path.suffix.lower()]
    options: dict[str, Any] = {}
    if kind == "csv":
        sign = "\t" if path.suffix.lower() == ".tsv" else ","
        with path.open(encoding="utf-8-sig", newline="") as stream:
            names = [
                name or f"column {number}"
                for number, name in enumerate(next(csv.reader(stream, delimiter=sign), []), 1)
            ]
        features = datasets.Features({name: datasets.Value("string") for name in names})
        options = {"features": features, "keep_default_na": False, "sep": sign}
        options |= {"column_names": names, "skiprows": 1}
    return datasets.load_dataset(kind, data_files=str(path), split="train", streaming=True, **options)
