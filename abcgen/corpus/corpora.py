"""A corpus of ours as a source for another: every tune keeps the passport that it has there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from abcgen.corpus.cleaning import COLUMNS
from abcgen.corpus.columns import Columns
from abcgen.corpus.provenance import RawTune, SourceInfo, called
from abcgen.corpus.splits import SPLITS
from abcgen.corpus.store import load_corpus, whole_manifest
from abcgen.files import file_digest
from abcgen.notation.parser import split_tunes

_COLUMNS = Columns("body", {"T": "title", "R": "rhythm", "Z": "transcriber"}, begins="header")
_THEIRS = "those of its sources"


def corpus_folder(path: Path) -> Path | None:
    """The corpus of ours that a path names, whole or one split of it; None when it names none."""
    for folder in (path, path.parent):
        if (folder / "dataset_dict.json").is_file() and (folder / "manifest.json").is_file():
            return folder if path == folder or path.name in SPLITS else None
    return None


@dataclass(frozen=True, slots=True)
class CorpusSource:
    """The tunes of a corpus, or of one of its splits, whose terms are those of its sources."""

    path: Path
    name: str = ""

    def info(self) -> SourceInfo:
        manifest = self._manifest()
        inner = tuple(manifest["sources"])
        files = sorted(path for path in self.path.rglob("*") if path.is_file())
        return SourceInfo(
            self.name or called(str(self.path)),
            f"abcgen {manifest['abcgen']}",
            file_digest(files),
            len(files),
            _THEIRS,
            _THEIRS,
            common_license(manifest),
            notice=" ".join(
                dict.fromkeys(str(i["notice"]) for i in every_source(manifest) if i.get("notice"))
            ),
            permission=str(manifest["permission"]),
            of=inner,
        )

    def names(self) -> list[str]:
        """The sources that its tunes are from."""
        return [str(info["name"]) for info in every_source(self._manifest())]

    def tunes(self, without_tune: Callable[[str], None] = lambda _: None) -> Iterator[RawTune]:
        """`without_tune` is never told anything: every row of a corpus is a tune."""
        corpus = load_corpus(self._folder, COLUMNS)
        one = self.path.name if self.path != self._folder else ""
        for row in (row for name, rows in corpus.items() if name == (one or name) for row in rows):
            place, _, number = str(row["place"]).rpartition(" X:")
            text = _COLUMNS.text(row, 1).replace("X:1\n", f"X:{number}\n", 1)
            origins = [line[2:] for line in str(row["steering"]).splitlines() if line.startswith("O:")]
            for tune in split_tunes(text.split("\n")):
                yield RawTune(
                    tune,
                    str(row["source"]),
                    place,
                    str(row["music_rights"]),
                    str(row["encoding_rights"]),
                    "".join(origins),
                    tuple(filter(None, str(row["repairs"]).split("; "))),
                )

    @property
    def _folder(self) -> Path:
        return corpus_folder(self.path) or self.path

    def _manifest(self) -> dict[str, Any]:
        return whole_manifest(self._folder)


def common_license(manifest: Mapping[str, Any]) -> str:
    """The licence under which all sources of a corpus may be handed on, "" where they have none in common."""
    licenses = {str(info.get("license", "")) for info in every_source(manifest)}
    return licenses.pop() if len(licenses) == 1 else ""


def every_source(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What a manifest says of every source, those of corpora that it was built from in their place."""
    for info in manifest["sources"]:
        if info.get("of"):
            yield from every_source({"sources": info["of"]})
        else:
            yield info
