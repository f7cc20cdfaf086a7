"""A corpus on disk: its folder, its manifest, its rows, whole or not there at all.

Nothing here knows how a corpus is made, or what its columns mean.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from abcgen.corpus.cleaning import COLUMNS
from abcgen.corpus.splits import SPLITS
from abcgen.errors import CorpusError, InputError, OutputError
from abcgen.files import put_back
from abcgen.plain import as_kind, parsed_json
from abcgen.resources import resource

if TYPE_CHECKING:
    import datasets

#: What a corpus folder holds; a folder that holds anything else is not replaced.
CLUSTERS, DROPPED = "clusters.jsonl", "dropped.jsonl"
CORPUS_FILES = frozenset({"dataset_dict.json", "manifest.json", CLUSTERS, DROPPED, "README.md", *SPLITS})
#: What of a manifest is shown, and what kind of value it is.
_SHOWN: dict[str, type | tuple[type, ...]] = {
    "abcgen": str,
    "sources": list,
    "arguments": dict,
    "duplicates": str,
    "permission": str,
    "near_duplicate": str,
    "split_rule": str,
    "read": int,
    "repaired": int,
    "cleaned": int,
    "kept": dict,
    "kept_share_of_no_duplicates": (int, float),
    "dropped": dict,
    "examples": dict,
    "left_off": dict,
    "lists_sha256": dict,
    "common_titles": list,
    "largest_likeness": (int, float),
}
_COUNTS = ("kept", "dropped", "left_off")
FROZEN_TEST = "datasets/public-domain/test-hashes.txt"


def load_corpus(path: str | Path, columns: Sequence[str] = ("id", "header", "body")) -> datasets.DatasetDict:
    """A built corpus. Raises CorpusError when the folder holds none, or a row lacks one of `columns`."""
    import datasets

    path = Path(path)
    if not path.exists():
        put_back(path)
    if not (path / "dataset_dict.json").is_file():
        raise CorpusError(f"{path} is no corpus; make one with: abcgen corpus build --out {path}")
    try:
        corpus = datasets.load_from_disk(str(path))
    except Exception as error:  # whatever pyarrow and datasets make of a damaged folder
        raise CorpusError(f"{path} cannot be read as a corpus ({type(error).__name__}: {error})") from error
    for split in SPLITS:
        if split not in corpus or not len(corpus[split]):
            raise CorpusError(f"{path} is no whole corpus: its split {split} is missing or empty")
        _refuse_missing(path, corpus, split, columns)
    return corpus


def whole_corpus(path: Path) -> tuple[datasets.DatasetDict, dict[str, Any]]:
    """A built corpus with every column, and its manifest.

    Raises CorpusError when something is missing, or the rows are not those that the manifest names.
    """
    corpus, manifest = load_corpus(path, COLUMNS), whole_manifest(path)
    if rows_digest(corpus) != manifest["rows_sha256"]:
        raise CorpusError(f"the rows of {path} are not those of its manifest.json; build the corpus anew")
    return corpus, manifest


def _refuse_missing(path: Path, corpus: datasets.DatasetDict, split: str, columns: Sequence[str]) -> None:
    """Raise CorpusError when a split lacks a column, or one of its rows a value."""
    for column in columns:
        if column not in corpus[split].column_names:
            raise CorpusError(f"{path} is no corpus of ours: {split} has no column {column}")
        if corpus[split].data.column(column).null_count:
            raise CorpusError(f"{path} is damaged: {split} has a row without {column}; build it anew")


def rows_digest(corpus: Mapping[str, Iterable[Mapping[str, Any]]]) -> str:
    """The SHA-256 over the rows of a corpus in canonical form."""
    digest = RowsDigest()
    for split in SPLITS:
        for row in corpus[split]:
            digest.add(split, row)
    return digest.hexdigest()


def load_manifest(path: str | Path) -> dict[str, Any]:
    """What `manifest.json` of a corpus says. Raises CorpusError without one."""
    path = Path(path)
    try:
        manifest = parsed_json((path / "manifest.json").read_text("utf-8"))
        manifest["rows_sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        raise CorpusError(f"{path} has no manifest.json that names its rows_sha256; build it anew") from None
    return dict(manifest)


def whole_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a corpus, with all that a card shows. Raises CorpusError when something is missing."""
    manifest = load_manifest(path)
    wrong = [name for name, kind in _SHOWN.items() if not isinstance(manifest.get(name), kind)]
    wrong += [name for name in _COUNTS if name not in wrong and not _are_counts(manifest[name])]
    if not wrong and set(manifest["kept"]) != set(SPLITS):
        wrong = ["how many tunes of which split it kept"]
    if not wrong and not all(manifest["examples"].get(reason) for reason in manifest["dropped"]):
        wrong = ["examples of what was dropped"]
    if not wrong:
        try:
            as_kind(tuple[_ToldSource, ...], manifest["sources"], "sources")
        except ValueError as error:
            raise CorpusError(f"the manifest.json of {path} is odd: {error}; build the corpus anew") from None
    if wrong:
        raise CorpusError(f"the manifest.json of {path} lacks {wrong[0]}; build the corpus anew")
    return manifest


@dataclass(frozen=True)
class _ToldSource:
    """What a manifest has to say of a source."""

    name: str
    files: int
    version: str
    music_rights: str
    encoding_rights: str
    license: str = ""
    notice: str = ""
    of: tuple[_ToldSource, ...] = ()


def _are_counts(values: Mapping[str, Any]) -> bool:
    return all(type(count) is int and count >= 0 for count in values.values())


def frozen_test_hashes() -> frozenset[str]:
    """The music hashes of the frozen public-domain test set."""
    try:
        text = resource(FROZEN_TEST).read_text("ascii")
    except InputError:
        return frozenset()
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and line[0] != "#")


class Spool:
    """Rows that wait on disk, in a file of its own without a name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes]

    def __enter__(self) -> Spool:
        self._file = tempfile.TemporaryFile(dir=self._folder)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def put(self, row: Mapping[str, str]) -> int:
        """Keep a row; gives its place."""
        offset = self._file.seek(0, 2)
        self._file.write(json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n")
        return offset

    def get(self, offset: int) -> dict[str, str]:
        """The row at a place."""
        self._file.seek(offset)
        return dict(json.loads(self._file.readline()))


class RowsDigest:
    """SHA-256 over rows in canonical form: the split and the row as JSON with sorted keys, a line each."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, split: str, row: Mapping[str, Any]) -> None:
        """Take in the next row."""
        self._digest.update(json.dumps([split, row], sort_keys=True).encode("utf-8") + b"\n")

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def save_rows(
    folder: Path, splits: Mapping[str, Sequence[int]], spool: Spool, extra: Sequence[Mapping[str, Any]]
) -> str:
    """Write splits of rows as a `DatasetDict`, one row at a time; gives the SHA-256 over them all.

    `splits` holds places in the spool; `extra` has, for each of them in turn, what its row still lacks.
    Raises OutputError when the disk takes no more.
    """
    import datasets

    datasets.disable_progress_bars()
    digest = RowsDigest()
    more = iter(extra)
    first = {**spool.get(next(iter(splits.values()))[0]), **extra[0]}
    kinds = {name: "float64" if isinstance(value, float) else "string" for name, value in first.items()}
    features = datasets.Features({name: datasets.Value(kind) for name, kind in kinds.items()})
    cache = Path(tempfile.mkdtemp(prefix=".rows.", dir=folder))

    def rows(split: str) -> Iterator[dict[str, Any]]:
        for offset in splits[split]:
            row = {**spool.get(offset), **next(more)}
            digest.add(split, row)
            yield row

    try:
        whole = datasets.DatasetDict()
        for split in splits:
            built = datasets.Dataset.from_generator(
                rows, features=features, cache_dir=str(cache), gen_kwargs={"split": split}, fingerprint=split
            )
            built.info.builder_name = built.info.dataset_name = None  # no word of folders of this machine
            built.info.download_checksums = None
            whole[split] = built
        whole.save_to_disk(str(folder))
    except datasets.exceptions.DatasetGenerationError as error:
        raise OutputError(f"cannot write {folder}: {error.__cause__ or error}") from error
    finally:
        shutil.rmtree(cache, ignore_errors=True)
    return digest.hexdigest()
