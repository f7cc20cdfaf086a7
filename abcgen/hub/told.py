"""What the folder of a model tells of it, read strictly: its figures, corpora, training and licence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NamedTuple
from urllib.parse import unquote

from abcgen.corpus.provenance import require_license
from abcgen.errors import InputError
from abcgen.evaluation.compare import Comparison, model_sha256
from abcgen.hub.cards import read_card
from abcgen.models.places import MANIFESTS
from abcgen.plain import as_kind, parsed_json, read_json

OTHER = "other"
#: An address of a file here.
_FILE = re.compile(r"\s*file:", re.IGNORECASE)
_LICENSE_NAME = re.compile(r"[a-z0-9.-]+")
#: Seconds that no training lasts: ten years.
_LONGEST = 10 * 365 * 86400


@dataclass(frozen=True)
class ToldSource:
    """What a manifest says of a source; of a corpus that was read again, of those that it is `of`."""

    name: str
    music_rights: str = ""
    encoding_rights: str = ""
    license: str | None = None
    of: tuple[ToldSource, ...] = ()


@dataclass(frozen=True)
class ToldCorpus:
    """What a corpus says of itself, as far as a model's card has it."""

    rows_sha256: str = ""
    sources: tuple[ToldSource, ...] = ()
    kept: dict[str, int] = field(default_factory=dict)

    def every_source(self) -> Iterator[ToldSource]:
        yield from _leaves(self.sources)


@dataclass(frozen=True)
class _Record:
    """A line of a training's log."""

    elapsed: float = 0.0
    machine: str = ""


class Trained(NamedTuple):
    """What a log tells of a training: how long it took, 0 where it does not say, and on what."""

    minutes: int = 0
    machines: str = ""


class License(NamedTuple):
    """A licence by its id on the Hub, "" where none is stated; one that has none there by its name."""

    id: str = ""
    name: str = ""
    link: str = ""


def read_corpora(folder: Path) -> tuple[ToldCorpus, ...]:
    """What the corpora say of themselves whose tunes made the model in a folder; none where it does not say.

    Raises InputError when what is there is nothing of the kind.
    """
    path = folder / MANIFESTS
    if not path.is_file():
        return ()
    told = read_json(path)
    try:
        found: tuple[ToldCorpus, ...] = as_kind(tuple[ToldCorpus, ...], told)
    except ValueError as error:
        raise InputError(f"{path} is no list of the manifests of corpora: {error}") from error
    return found


def read_figures(path: Path, model: Path) -> Comparison:
    """What was measured of the model in a folder, its entry first, beside what is no model.

    Raises InputError for what are no figures, or those of another model.
    """
    found = Comparison.read(path)
    digest = model_sha256(model)
    mine = [entry for entry in found.entries if entry.sha256 == digest]
    if not mine:
        raise InputError(
            f"{path} has the figures of other weights than those in {model}; measure these:"
            f" abcgen evaluate {model} --json"
        )
    entries = (replace(mine[0], model="this model"), *(each for each in found.entries if not each.parameters))
    return replace(found, corpus=bare_name(found.corpus), entries=entries)


def bare_name(path: str) -> str:
    """A path that leads out of where one is, by its last name alone: what is published tells no folders."""
    if _FILE.match(path):
        return PureWindowsPath(unquote(_FILE.sub("", path))).name or "corpus"
    for kind in (PurePosixPath, PureWindowsPath):
        place = kind(path)
        turns = any(part == ".." or part.startswith("~") for part in place.parts)
        if place.is_absolute() or place.drive or turns:
            return place.name or "corpus"
    return path


def figures_command(found: Comparison) -> list[str]:
    """The words of the command that measures the same of the model in DIR."""
    words = ["abcgen", "evaluate", "DIR", "--corpus", found.corpus, "--split", found.split]
    if found.ngram:
        words += ["--ngram", str(found.ngram)]
    if (validity := found.entries[0].validity) is not None:
        words += ["--samples", str(validity.ladder.tunes), "--temperature", f"{validity.temperature:g}"]
    return [*words, "--seed", str(found.seed), "--json"]


def read_log(log: Path) -> Trained:
    """What a log tells; nothing where there is none that can be read."""
    try:
        lines = log.read_text("utf-8").split("\n")[:-1]  # what has no end yet is being written
        records: Sequence[_Record] = [as_kind(_Record, parsed_json(line)) for line in lines]
    except (OSError, ValueError):
        return Trained()
    seconds = max((record.elapsed for record in records), default=0)
    minutes = round(seconds / 60) if 0 <= seconds < _LONGEST else 0
    machines = dict.fromkeys(record.machine for record in records if record.machine)
    return Trained(minutes, "; ".join(machines))


def read_license(folder: Path) -> License:
    """The licence that a card in a folder names. Raises InputError when it cannot be read."""
    path = folder / "README.md"
    if not path.is_file():
        return License()
    entries = read_card(path.read_text("utf-8", "replace"), str(path)).values
    told = [entries.get(name) or "" for name in ("license", "license_name", "license_link")]
    if not all(isinstance(each, str) for each in told):
        raise InputError(f"{path} does not name one license; say which with --license")
    found = License(*told)
    if found.id:
        require_license(found.id)
    if found.id == OTHER and not _LICENSE_NAME.fullmatch(found.name):
        raise InputError(
            f"{path}: its license_name is {found.name[:80]!r}; the Hub takes such as my-terms-1.0"
        )
    return found if found.id == OTHER else License(found.id)


def _leaves(sources: Sequence[ToldSource]) -> Iterator[ToldSource]:
    for source in sources:
        if source.of:
            yield from _leaves(source.of)
        else:
            yield source
