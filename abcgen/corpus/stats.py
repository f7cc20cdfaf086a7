"""A corpus in figures: what is in it, and what was left out, as tables that a terminal or a page shows.

Counts tunes of a built corpus; how tables look is others' business.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

from abcgen.corpus.splits import SPLITS
from abcgen.corpus.store import whole_corpus
from abcgen.errors import CorpusError
from abcgen.notation.key import parse_key
from abcgen.notation.parser import parse_tune
from abcgen.notation.sounding import sound_ticks

Cell = str | int
_MOST = 30
#: How a rest of rarer values is called.
_OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns. What can be drawn has in its last column a count for the value in its first."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    drawn: bool = False

    def lines(self) -> list[str]:
        """The table as plain lines: words to the left, numbers to the right."""
        cells = [self.columns, *(tuple(map(_shown, row)) for row in self.rows)]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.columns))]
        numbers = [
            bool(self.rows) and all(isinstance(row[i], int) for row in self.rows)
            for i in range(len(self.columns))
        ]
        lines = []
        for row in cells:
            padded = (
                cell.rjust(width) if number else cell.ljust(width)
                for cell, width, number in zip(row, widths, numbers, strict=True)
            )
            lines.append("  ".join(padded).rstrip())
        return [self.title, *("  " + line for line in lines)]


class _Measured(NamedTuple):
    """A tune of the corpus: its lengths are in bars, notes and characters, its pitches MIDI numbers."""

    split: str
    source: str
    meter: str
    key: str
    mode: str
    rhythm: str
    bars: int
    notes: int
    characters: int
    lowest: int
    highest: int


def corpus_tables(path: Path) -> list[Table]:
    """Every table of the corpus in a folder. Raises CorpusError when it holds none."""
    corpus, manifest = whole_corpus(path)
    tunes = [_measured(split, row) for split in SPLITS for row in corpus[split]]
    lengths = {
        "bars": [tune.bars for tune in tunes],
        "notes": [tune.notes for tune in tunes],
        "characters of music": [tune.characters for tune in tunes],
        "lowest note (MIDI)": [tune.lowest for tune in tunes],
        "highest note (MIDI)": [tune.highest for tune in tunes],
        "range (semitones)": [tune.highest - tune.lowest for tune in tunes],
    }
    return [
        _steps(manifest),
        _sources(tunes, manifest),
        _counted("Metres", "metre", tunes, lambda tune: tune.meter),
        _counted("Keys", "key", tunes, lambda tune: tune.key),
        _counted("Modes", "mode", tunes, lambda tune: tune.mode),
        _counted("Rhythms", "rhythm", tunes, lambda tune: tune.rhythm or "(not named)"),
        _spread("Lengths and ranges", lengths),
        _histogram("Bars", lengths["bars"], 4),
        _histogram("Notes", lengths["notes"], 20),
        _histogram("Range in semitones", lengths["range (semitones)"], 2),
        _clusters(path),
        _reasons(manifest),
        _tally("Repairs", "what was mended", manifest.get("repairs", {})),
        _tally(
            "Left off, the music unchanged", "what the dialect does not say", manifest.get("left_off", {})
        ),
    ]


def _shown(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else cell


def _measured(split: str, row: Mapping[str, Any]) -> _Measured:
    tune = parse_tune(row["header"] + row["body"])
    pitches = [midi for _, midi, _ in sound_ticks(tune.bars)] or [0]
    mode = parse_key(row["key"]).mode
    return _Measured(
        split,
        row["source"],
        row["meter"],
        row["key"],
        mode,
        row["rhythm"],
        len(tune.bars),
        len(pitches),
        len(row["body"]),
        min(pitches),
        max(pitches),
    )


def _steps(manifest: Mapping[str, Any]) -> Table:
    rows: list[tuple[Cell, ...]] = [("read", manifest.get("read", 0))]
    rows += [("repaired", manifest.get("repaired", 0)), ("cleaned", manifest.get("cleaned", 0))]
    rows += [(f"kept: {split}", count) for split, count in manifest.get("kept", {}).items()]
    rows.append(("dropped", sum(manifest.get("dropped", {}).values())))
    return Table("Tunes at every step", ("step", "tunes"), tuple(rows))


def _sources(tunes: Sequence[_Measured], manifest: Mapping[str, Any]) -> Table:
    by_source = manifest.get("by_source", {})
    counts = Counter((tune.source, tune.split) for tune in tunes)
    rows: list[tuple[Cell, ...]] = []
    for name, kept in Counter(tune.source for tune in tunes).most_common():
        dropped = by_source.get(name, {}).get("dropped", 0)
        rows.append((name, *(counts[name, split] for split in SPLITS), dropped, kept))
    return Table("Sources", ("source", *SPLITS, "dropped", "kept"), tuple(rows), drawn=True)


def _counted(title: str, name: str, tunes: Sequence[_Measured], value: Callable[[_Measured], str]) -> Table:
    """How many tunes have each value, by split; the rarest ones together."""
    every = Counter(map(value, tunes))
    common = [found for found, _ in every.most_common(_MOST if len(every) > _MOST + 1 else None)]
    kept = set(common)
    by_split = Counter((value(tune) if value(tune) in kept else _OTHERS, tune.split) for tune in tunes)
    rows: list[tuple[Cell, ...]] = []
    for found in [*common, *([_OTHERS] if len(every) > len(common) else [])]:
        counts = [by_split[found, split] for split in SPLITS]
        rows.append((found, *counts, sum(counts)))
    return Table(title, (name, *SPLITS, "tunes"), tuple(rows), drawn=True)


def _spread(title: str, lengths: Mapping[str, Sequence[int]]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name, values in lengths.items():
        cuts = quantiles(values, n=20, method="inclusive") if len(values) > 1 else [values[0]] * 19
        rows.append((name, min(values), *(round(cuts[i]) for i in (0, 9, 18)), max(values)))
    return Table(title, ("of a tune", "least", "5 %", "median", "95 %", "most"), tuple(rows))


def _histogram(title: str, values: Sequence[int], width: int) -> Table:
    """How many values lie in every step of a width; the last per cent of them together."""
    counts = Counter(value // width for value in values)
    last = sorted(values)[int(0.99 * (len(values) - 1))] // width
    rows = [
        (f"{index * width}-{index * width + width - 1}", counts[index])
        for index in range(min(counts), last + 1)
    ]
    more = sum(count for index, count in counts.items() if index > last)
    if more:
        rows.append((f"{(last + 1) * width} and more", more))
    return Table(title, ("of a tune", "tunes"), tuple(rows), drawn=True)


def _clusters(path: Path) -> Table:
    """How many clusters of near-duplicates have how many tunes."""
    sizes: Counter[int] = Counter()
    try:
        for line in (path / "clusters.jsonl").read_text("utf-8").splitlines():
            sizes[len(json.loads(line)["tunes"])] += 1
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"{path / 'clusters.jsonl'} cannot be read; build the corpus anew") from error
    rows = tuple((f"{size} tunes", count) for size, count in sorted(sizes.items()))
    return Table("Near-duplicates", ("cluster of", "clusters"), rows, drawn=True)


def _reasons(manifest: Mapping[str, Any]) -> Table:
    examples = manifest.get("examples", {})
    rows = tuple(
        (reason, (examples.get(reason) or [""])[0], count)
        for reason, count in manifest.get("dropped", {}).items()
    )
    return Table("Dropped", ("reason", "for example", "tunes"), rows, drawn=True)


def _tally(title: str, name: str, counts: Mapping[str, int]) -> Table:
    return Table(title, (name, "tunes"), tuple(counts.items()))
