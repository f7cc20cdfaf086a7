"""A comparison as text: tables of models, of groups and of validity, and what it was all measured on."""

from __future__ import annotations

from collections.abc import Sequence

from abcgen.evaluation.compare import GROUPS, Comparison, Entry
from abcgen.evaluation.statistics import Interval
from abcgen.notation.ladder import STEPS
from abcgen.plots import table


def as_table(found: Comparison) -> str:
    """The whole comparison. Every interval is of 95 %."""
    parts = [table([_HEAD, *map(_row, found.entries)])]
    parts += [_groups(found, column) for column in GROUPS if found.entries[0].groups.get(column)]
    if any(entry.validity for entry in found.entries):
        parts.append(_validity(found))
    parts.append("\n".join(_signature(found)))
    return "\n\n".join(parts)


_HEAD = ("model", "parameters", "bits per byte", "against the first", "bits per token", "top 1", "top 5")


def _row(entry: Entry) -> tuple[str, ...]:
    change = entry.difference
    return (
        entry.model,
        "-" if entry.parameters is None else f"{entry.parameters:,}",
        _figure(entry.bits_per_byte),
        change.shown("+.4f") if change else "-",
        _figure(entry.bits_per_token),
        _figure(entry.top1),
        _figure(entry.top5),
    )


def _groups(found: Comparison, column: str) -> str:
    """Bits per byte by source or by metre, a column a model."""
    names = found.entries[0].groups[column]
    rows: list[Sequence[str]] = [(column, "tunes", *(entry.model for entry in found.entries))]
    for name, group in names.items():
        figures = (_figure(entry.groups[column][name].bits_per_byte) for entry in found.entries)
        rows.append((name or "-", f"{group.tunes:,}", *figures))
    return table(rows)


def _validity(found: Comparison) -> str:
    """The share of raw tunes that hold on every step up to each, a column a model."""
    judged = [entry for entry in found.entries if entry.validity]
    rows: list[Sequence[str]] = [("raw tunes hold up to step", *(entry.model for entry in judged))]
    for step, meaning in STEPS.items():
        shares = (_figure(entry.validity.ladder.share(step)) for entry in judged if entry.validity)
        rows.append((f"{step}  {meaning}", *shares))
    ends = (f"{entry.validity.ladder.ended:,}" for entry in judged if entry.validity)
    rows.append(("came to an end", *ends))
    return table(rows)


def _signature(found: Comparison) -> list[str]:
    """What stands behind the figures."""
    lines = []
    unchecked = [entry.model for entry in found.entries if not entry.overlap_checked]
    if unchecked and found.split == "validation":
        lines.append("validation: choices were made on these tunes, so the figures flatter")
    elif unchecked:
        lines.append(
            f"not checked for training tunes in the test (no whole list kept): {', '.join(unchecked)}"
        )
    lines.append(
        f"{found.corpus} | {found.split} | {found.tunes} tunes | {found.bytes} bytes | "
        f"sha {found.sha256[:8]} | bootstrap {found.resamples} seed {found.seed} | "
        + " ".join(f"{name} {version}" for name, version in found.versions.items())
    )
    for entry in found.entries:
        if entry.sha256:
            drawn = ""
            if entry.validity:
                drawn = (
                    f" | raw n {entry.validity.ladder.tunes} | T {entry.validity.temperature} "
                    f"| seed {entry.validity.seed}"
                )
            lines.append(f"{entry.model} | sha {entry.sha256[:8]}{drawn}")
    return lines


def _figure(interval: Interval | None) -> str:
    return interval.shown(".4f") if interval else "-"
