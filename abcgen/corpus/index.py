"""An index of a corpus by fingerprints: which old tunes a new one is like, and which bars it has from them.

It holds hashes, titles and counts, and no music. Tunes are found by what they share with the new one, runs of
six melodic steps (`likeness`) or whole bars (`prints`), then aligned with it bar by bar.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from abcgen.corpus.alignment import ON_THE_BEAT, OTHER, SAME, SharedBars, best_pairs, in_rows
from abcgen.corpus.likeness import likable
from abcgen.corpus.prints import Prints, prints_of
from abcgen.corpus.splits import title_key
from abcgen.errors import CorpusError
from abcgen.files import write_whole
from abcgen.notation.dialect import from_dialect
from abcgen.notation.key import MODES, parse_key
from abcgen.notation.shape import compass, ends_on_tonic, last_length, repeated_share
from abcgen.notation.tune import Bar

#: The file of an index in a model's folder.
INDEX = "corpus_index.safetensors"
_FORMAT = "3"
#: One in so many runs of melodic steps is kept.
_KEPT = 3
#: Tunes that are aligned, of those that share most runs, most bars, and most bars on their beats each.
_CANDIDATES = 32
#: So many tunes that end as often on the tonic as all do are added to those of each mode.
_USUAL = 20
_USUAL_RANGE = (0.05, 0.95)
#: The share of human tunes that are within the limit of copied bars.
_WITHIN = 0.99


@dataclass(frozen=True, slots=True)
class Likeness:
    """An old tune that is like a new one.

    `share` of the new tune's bars lie in it, one that agrees only on its beats for half; `shared` are those
    that are the same, moved by `semitones` from the old tune to the new.
    """

    title: str
    source: str
    share: float
    semitones: int
    shared: tuple[SharedBars, ...]


@dataclass(frozen=True, slots=True)
class Copied:
    """The longest run of bars that a tune has from an old one, in whatever key; `title` is "" for none."""

    title: str
    source: str
    run: SharedBars


NOTHING = Copied("", "", SharedBars(0, 0, 0))


class CorpusIndex:
    """What is known of a corpus. `tunes` is their number, `borrowed` counts human tunes by copied bars.

    The human tunes are those of the corpus's test split, held against its training split.
    """

    def __init__(self, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> None:
        self._arrays = dict(arrays)
        self._titles: list[str] = facts["titles"]
        self._sources: list[str] = facts["sources"]
        self._counts: dict[str, int] = facts["counts"]
        self.borrowed: dict[int, int] = {int(bars): count for bars, count in facts["borrowed"].items()}
        self._finals: dict[str, list[int]] = facts["finals"]
        self._lasts: dict[str, dict[str, int]] = facts["lasts"]
        #: What nine in ten tunes are between: their shares of repeated bars, and their compass in semitones.
        self.usual: dict[str, tuple[float, float]] = {
            name: (float(low), float(high)) for name, (low, high) in facts["usual"].items()
        }
        self.tunes = len(self._titles)

    # -- made, kept, read --------------------------------------------------------------------------

    @classmethod
    def build(cls, rows: Iterable[Mapping[str, str]], human: Iterable[Mapping[str, str]] = ()) -> CorpusIndex:
        """The index of corpus rows; `human` are rows of other tunes, by which borrowing is measured."""
        titles, sources, prints, runs = [], [], [], []
        counts: Counter[str] = Counter()
        finals: dict[str, list[int]] = {}
        lasts: dict[str, Counter[str]] = {}
        shapes: dict[str, list[float]] = {"repeated": [], "compass": []}
        for row in rows:
            tune = from_dialect(row["header"] + row["body"])
            bars = tune.bars
            shapes["repeated"].append(repeated_share(tune))
            shapes["compass"].append(compass(tune))
            if (home := ends_on_tonic(tune)) is not None:
                of_mode = finals.setdefault(tune.key.mode, [0, 0])
                of_mode[0] += home
                of_mode[1] += 1
            if (length := last_length(tune)) is not None:
                lasts.setdefault(tune.meter.plain(), Counter())[str(length)] += 1
            titles.append(row.get("title", ""))
            sources.append(row.get("source", ""))
            prints.append(prints_of(bars))
            runs.append(_runs(bars))
            counts.update(_counted(row))
        sizes = [len(each.exact) for each in prints]
        holders = np.repeat(np.arange(len(runs)), [len(each) for each in runs])
        arrays = {
            "exact": np.concatenate([each.exact for each in prints] or [np.zeros(0, np.uint32)]),
            "beats": np.concatenate([each.beats for each in prints] or [np.zeros(0, np.uint16)]),
            "first": np.concatenate([each.first for each in prints] or [np.zeros(0)]).astype(np.uint8),
            "begins": np.cumsum([0, *sizes]).astype(np.int32),
            **_by_run(np.concatenate([*runs, np.zeros(0, np.uint32)]), holders),
        }
        facts = {"titles": titles, "sources": sources, "counts": dict(counts)}
        usual = {
            name: np.quantile(values, _USUAL_RANGE).tolist() for name, values in shapes.items() if values
        }
        facts |= {"borrowed": {}, "finals": finals, "lasts": lasts, "usual": usual}
        found = cls(arrays, facts)
        copied = (found.copied(from_dialect(row["header"] + row["body"]).bars).run.bars for row in human)
        found.borrowed = dict(sorted(Counter(copied).items()))
        return found

    def joined(self, other: CorpusIndex) -> CorpusIndex:
        """The index of the tunes of both; what is human is told by the one that measured more of it."""
        mine, its = self._arrays, other._arrays
        arrays = {name: np.concatenate([mine[name], its[name]]) for name in ("exact", "beats", "first")}
        arrays["begins"] = np.concatenate([mine["begins"], its["begins"][1:] + mine["begins"][-1]])
        holders = np.concatenate([mine["holders"].astype(np.int64), its["holders"] + np.int64(self.tunes)])
        arrays |= _by_run(np.concatenate([mine["runs"], its["runs"]]), holders)
        finals = {
            mode: np.add(self._finals.get(mode, [0, 0]), other._finals.get(mode, [0, 0])).tolist()
            for mode in {**self._finals, **other._finals}
        }
        facts = {
            "titles": [*self._titles, *other._titles],
            "sources": [*self._sources, *other._sources],
            "counts": dict(Counter(self._counts) + Counter(other._counts)),
            "borrowed": max(self.borrowed, other.borrowed, key=lambda counts: sum(counts.values())),
            "finals": finals,
            "lasts": {
                meter: Counter(self._lasts.get(meter, {})) + Counter(other._lasts.get(meter, {}))
                for meter in {**self._lasts, **other._lasts}
            },
            "usual": max(self, other, key=lambda index: index.tunes).usual,
        }
        return CorpusIndex(arrays, facts)

    def save(self, path: Path, *, overwrite: bool = False) -> None:
        """Write the index to a file of its own."""
        from safetensors.numpy import save

        facts = {
            "titles": self._titles,
            "sources": self._sources,
            "counts": self._counts,
            "borrowed": self.borrowed,
            "finals": self._finals,
            "lasts": self._lasts,
            "usual": self.usual,
        }
        metadata = {"format": _FORMAT, "facts": json.dumps(facts, ensure_ascii=False, sort_keys=True)}
        write_whole(path, save(self._arrays, metadata), overwrite=overwrite)

    @classmethod
    def load(cls, path: Path) -> CorpusIndex:
        """The index in a file. Raises CorpusError when it is none."""
        from safetensors import safe_open

        try:
            with safe_open(path, "numpy") as file:
                metadata = file.metadata() or {}
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
            if metadata.get("format") != _FORMAT:
                raise CorpusError(f"{path} is an index of another format; build it anew")
            found = cls(arrays, json.loads(metadata["facts"]))
            found._check()
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorpusError(f"{path} is no index of a corpus: {error}") from error
        except Exception as error:  # the library's own, which is no subclass of these
            raise CorpusError(f"{path} is no index of a corpus: {error}") from error
        return found

    def _check(self) -> None:
        """Raise ValueError for arrays that do not fit each other."""
        begins, bars = self._arrays["begins"], len(self._arrays["exact"])
        fits = (
            len(begins) == self.tunes + 1 == len(self._sources) + 1
            and begins[0] == 0
            and begins[-1] == bars == len(self._arrays["beats"]) == len(self._arrays["first"])
            and bool((np.diff(begins) >= 0).all())
            and len(self._arrays["runs"]) == len(self._arrays["holders"])
            and (not len(self._arrays["holders"]) or int(self._arrays["holders"].max()) < self.tunes)
        )
        if not fits:
            raise ValueError("its parts do not fit together")

    # -- asked -------------------------------------------------------------------------------------

    @property
    def most_human(self) -> int:
        """Copied bars in a row of all but a hundredth of human tunes; 0 where none were measured."""
        left = _WITHIN * sum(self.borrowed.values())
        for bars, count in sorted(self.borrowed.items()):
            left -= count
            if left <= 0:
                return bars
        return 0

    @cached_property
    def finals(self) -> dict[str, float]:
        """Of each mode the share of tunes that end on their tonic; of a rare mode nearly that of all."""
        every = sum(home for home, _ in self._finals.values()), sum(n for _, n in self._finals.values())
        if not every[1]:
            return {}
        usual = every[0] / every[1]
        rare = dict.fromkeys({mode for mode, _ in MODES.values()}, usual)
        known = {mode: (home + _USUAL * usual) / (n + _USUAL) for mode, (home, n) in self._finals.items()}
        return rare | known

    def lasts(self, meter: str) -> dict[Fraction, float]:
        """How long the last notes of tunes in a metre are, in whole notes, each with its share.

        In a rare metre nearly as in all of them, within a bar.
        """
        own, bar = self._lasts.get(meter, {}), Fraction(meter)
        counts = {
            length: own.get(str(length), 0) + _USUAL * share
            for length, share in self._every_last.items()
            if length <= bar
        }
        whole = sum(counts.values())
        return {length: count / whole for length, count in counts.items()}

    @cached_property
    def _every_last(self) -> dict[Fraction, float]:
        """The lengths of the last notes of all tunes, rising, each with its share."""
        every = sum(map(Counter, self._lasts.values()), Counter[str]())
        return {Fraction(length): every[length] / every.total() for length in sorted(every, key=Fraction)}

    def count(self, line: str) -> int:
        """How many tunes have a header line, such as `M:5/4`; of `K:` those with its mode."""
        return self._counts.get(_countable(line), 0)

    def has_title(self, title: str) -> bool:
        """Whether a tune of the corpus has this title, or nearly this one."""
        return title_key(title) in self._title_keys

    @cached_property
    def _title_keys(self) -> frozenset[str]:
        return frozenset(filter(None, map(title_key, self._titles)))

    def copied(self, bars: Sequence[Bar]) -> Copied:
        """The longest run of bars that are the same in an old tune, all moved by as much."""
        prints = prints_of(bars)
        best, place = SharedBars(0, 0, 0), 0
        before: dict[int, tuple[int, int]] = {}
        for index, (exact, first) in enumerate(zip(prints.exact, prints.first.tolist(), strict=True)):
            here: dict[int, tuple[int, int]] = {}
            for at in self._places(exact).tolist() if exact else ():
                moved = first - int(self._arrays["first"][at])
                length, last_moved = before.get(at - 1, (0, moved))
                goes_on = length and last_moved == moved and at not in self._borders
                here[at] = (length + 1 if goes_on else 1, moved)
                if here[at][0] > best.bars:
                    best, place = SharedBars(index - here[at][0] + 1, at, here[at][0]), at
            before = here
        if not best.bars:
            return NOTHING
        tune = int(np.searchsorted(self._arrays["begins"], place, "right")) - 1
        begins = int(self._arrays["begins"][tune])
        run = best._replace(its_first=place - best.bars + 1 - begins)
        return Copied(self._titles[tune], self._sources[tune], run)

    def nearest(self, bars: Sequence[Bar], most: int = 3) -> list[Likeness]:
        """The old tunes that a tune is most like, those first that share most; of none, no tune."""
        prints = prints_of(bars)
        shared = [
            self._holders(_runs(bars)),
            self._owners("exact", prints.exact),
            self._owners("beats", prints.beats),
        ]
        candidates = {tune for counts in shared for tune in _most(counts, _CANDIDATES)}
        found = [self._aligned(prints, tune) for tune in sorted(candidates)]
        found.sort(key=lambda likeness: -likeness.share)
        return [likeness for likeness in found[:most] if likeness.share > 0]

    @cached_property
    def _borders(self) -> frozenset[int]:
        return frozenset(self._arrays["begins"].tolist())

    @cached_property
    def _sorted(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Of both kinds of prints: the bars in their order, and the prints so."""
        found = {}
        for kind in ("exact", "beats"):
            order = np.argsort(self._arrays[kind], kind="stable")
            found[kind] = order, self._arrays[kind][order]
        return found

    def _places(self, one: int, kind: str = "exact") -> np.ndarray:
        """Where bars with this print stand."""
        order, prints = self._sorted[kind]
        begin, end = (np.searchsorted(prints, one, side) for side in ("left", "right"))
        found: np.ndarray = order[begin:end]
        return found

    def _owners(self, kind: str, prints: np.ndarray) -> np.ndarray:
        """How many of these different bars each tune has, (tunes,)."""
        places = [np.unique(self._tune_of(self._places(one, kind))) for one in np.unique(prints[prints > 0])]
        return np.bincount(np.concatenate([*places, np.zeros(0, np.int64)]), minlength=self.tunes)

    def _tune_of(self, places: np.ndarray) -> np.ndarray:
        return np.searchsorted(self._arrays["begins"], places, "right") - 1

    def _holders(self, runs: np.ndarray) -> np.ndarray:
        """How many of these runs of steps each tune has, (tunes,)."""
        begins = np.searchsorted(self._arrays["runs"], runs, "left")
        ends = np.searchsorted(self._arrays["runs"], runs, "right")
        held = [self._arrays["holders"][a:b] for a, b in zip(begins, ends, strict=True)]
        every = np.concatenate([*held, np.zeros(0, np.uint16)]).astype(np.int64)
        return np.bincount(every, minlength=self.tunes)

    def _aligned(self, prints: Prints, tune: int) -> Likeness:
        """A tune beside an old one: bars in the same order, of which some may be left out."""
        within = slice(*self._arrays["begins"][tune : tune + 2].tolist())
        its = Prints(
            self._arrays["exact"][within],
            self._arrays["beats"][within],
            self._arrays["first"][within].astype(np.int16),
        )
        moved = prints.first[:, None] - its.first[None, :]
        sounds = (prints.exact[:, None] > 0) & (its.exact[None, :] > 0)
        same = (prints.exact[:, None] == its.exact[None, :]) & sounds
        beats = (prints.beats[:, None] == its.beats[None, :]) & sounds
        either = moved[same] if same.any() else moved[beats]
        semitones = Counter(either.tolist()).most_common(1)[0][0] if either.size else 0
        same &= moved == semitones
        beats &= (moved - semitones) % 12 == 0
        pairs = best_pairs(np.where(same, SAME, np.where(beats, ON_THE_BEAT, OTHER)))
        exact = [pair for pair in pairs if same[pair]]
        share = (len(exact) + (len(pairs) - len(exact)) / 2) / max(1, len(prints.exact))
        return Likeness(self._titles[tune], self._sources[tune], share, semitones, in_rows(exact))


def _by_run(runs: np.ndarray, holders: np.ndarray) -> dict[str, np.ndarray]:
    """Runs of melodic steps in order, each with the number of the tune that has it; both (n,)."""
    order = np.argsort(runs, kind="stable")
    small = not len(holders) or holders.max() < 2**16
    return {"runs": runs[order], "holders": holders[order].astype(np.uint16 if small else np.uint32)}


def _runs(bars: Sequence[Bar]) -> np.ndarray:
    """The runs of melodic steps by which a tune is found: 32 bits each, some of them, (n,) uint32."""
    mixed = likable(bars).melody.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)
    return np.unique(mixed[mixed % np.uint64(_KEPT) == 0]).astype(np.uint32)


def _most(counts: np.ndarray, most: int) -> list[int]:
    """The places of the largest counts above 0."""
    largest = np.argsort(-counts, kind="stable")[:most]
    return [int(at) for at in largest if counts[at]]


def _counted(row: Mapping[str, str]) -> set[str]:
    """The lines of a row's header that are counted."""
    lines = (row["header"] + row.get("steering", "")).splitlines()
    return {_countable(line) for line in lines if line[:2] not in {"X:", "L:"}}


def _countable(line: str) -> str:
    """A line as it is counted: of a key its mode, since tunes are learned in every key."""
    return f"K:{parse_key(line[2:]).mode}" if line.startswith("K:") else line
