"""What became of every tune of a build: counts at every step, reasons with examples."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from abcgen.corpus.cleaning import Cleaned

_EXAMPLES = 3


@dataclass
class Report:
    """`dropped` counts by reason, `examples` shows a few; the largest likeness is of test to train.

    `duplicates` are the cleaned tunes that are near-duplicates of another one, kept or not.
    """

    read: int = 0
    cleaned: int = 0
    repaired: int = 0
    duplicates: int = 0
    dropped_duplicates: int = 0
    without_tune: list[str] = field(default_factory=list)
    kept: dict[str, int] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    left_off: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    by_source: dict[str, Counter[str]] = field(default_factory=dict)
    common_titles: list[str] = field(default_factory=list)
    largest_likeness: float = 0.0
    largest_pair: tuple[str, str] = ("", "")

    def take(self, tune: Cleaned) -> None:
        """Count a tune that was read."""
        self.read += 1
        self.left_off.update(tune.left_off)
        self.repairs.update(tune.repairs)
        self.repaired += bool(tune.repairs)
        if tune.row is None:
            self.drop(tune, tune.reason, tune.detail)
        else:
            self.cleaned += 1

    def drop(self, tune: Cleaned, reason: str, detail: str) -> None:
        """Count a tune that is not kept."""
        self.dropped[reason] += 1
        self.by_source.setdefault(tune.source, Counter())["dropped"] += 1
        shown = self.examples.setdefault(reason, [])
        if len(shown) < _EXAMPLES:
            shown.append(f"{tune.where}: {detail}")

    def keep(self, tune: Cleaned, split: str) -> None:
        """Count a tune of the corpus."""
        self.kept[split] = self.kept.get(split, 0) + 1
        self.by_source.setdefault(tune.source, Counter())["kept"] += 1

    @property
    def kept_share(self) -> float:
        """Of the tunes that are no near-duplicate of another one, the share that survives cleaning."""
        single = self.read - self.duplicates - self.dropped_duplicates
        return (self.cleaned - self.duplicates) / single if single else 0.0

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {
            "files_without_a_tune": self.without_tune,
            "read": self.read,
            "repaired": self.repaired,
            "cleaned": self.cleaned,
            "kept": self.kept,
            "kept_share_of_no_duplicates": round(self.kept_share, 4),
            "dropped": dict(self.dropped.most_common()),
            "dropped_that_are_near_duplicates_too": self.dropped_duplicates,
            "left_off": dict(self.left_off.most_common()),
            "repairs": dict(self.repairs.most_common()),
            "by_source": {name: dict(counts) for name, counts in self.by_source.items()},
            "examples": self.examples,
            "common_titles": self.common_titles,
            "largest_likeness": round(self.largest_likeness, 4),
            "largest_pair": list(self.largest_pair),
        }

    def lines(self) -> list[str]:
        """The report as a table of plain lines."""
        lines = [f"{'files without a tune':<36}{len(self.without_tune):>7}"] if self.without_tune else []
        lines += [f"{'read':<36}{self.read:>7}", f"{'repaired':<36}{self.repaired:>7}"]
        lines += [f"{'cleaned':<36}{self.cleaned:>7}", f"{'kept':<36}{sum(self.kept.values()):>7}"]
        lines += [f"  {name:<34}{count:>7}" for name, count in self.kept.items()]
        lines.append(f"{'dropped':<36}{sum(self.dropped.values()):>7}")
        lines += [f"  {reason:<34}{count:>7}" for reason, count in self.dropped.most_common()]
        lines.append(f"cleaned, of the tunes that are no near-duplicates: {self.kept_share:.1%}")
        lines.append("left off, music unchanged (tunes)")
        lines += [f"  {name:<34}{count:>7}" for name, count in self.left_off.most_common()]
        lines.append("by source (kept, dropped)")
        lines += [f"  {name:<34}{c['kept']:>7}{c['dropped']:>7}" for name, c in self.by_source.items()]
        return lines
