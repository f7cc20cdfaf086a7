"""Models side by side on one split: bits per byte, an interval, and the paired difference to the first.

It measures and tells; the printing of tables is here because a figure and its recipe belong together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from abcgen.errors import ModelError, UsageError
from abcgen.evaluation.likelihood import body_bits, body_bytes
from abcgen.evaluation.overlap import refuse_overlap
from abcgen.evaluation.rows import Row, load_rows, rows_sha256
from abcgen.evaluation.statistics import RESAMPLES, Interval, bootstrap_ratio, paired_difference
from abcgen.models.loading import load_model
from abcgen.models.ngram import KneserNey


@dataclass(frozen=True)
class Entry:
    """One model's figures, in bits per byte. `difference` is to the first model.

    `overlap_checked`: the model keeps a list of the tunes that made it, and none of them is in the split.
    """

    model: str
    parameters: int | None
    bits_per_byte: Interval
    difference: Interval | None
    overlap_checked: bool


@dataclass(frozen=True)
class Comparison:
    """Entries in the order asked for, and what they were measured on."""

    corpus: str
    split: str
    tunes: int
    bytes: int
    sha256: str
    resamples: int
    seed: int
    entries: tuple[Entry, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    def as_table(self) -> str:
        """Lines of text: a row a model, then what the figures were measured on."""
        rows = [("model", "parameters", "bits per byte", "95 % interval", "against the first")]
        for entry in self.entries:
            figure, change = entry.bits_per_byte, entry.difference
            parameters = "-" if entry.parameters is None else f"{entry.parameters:,}"
            interval = f"{figure.low:.4f} to {figure.high:.4f}"
            against = "-"
            if change is not None:
                against = f"{change.estimate:+.4f} ({change.low:+.4f} to {change.high:+.4f})"
            rows.append((entry.model, parameters, f"{figure.estimate:.4f}", interval, against))
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = []
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            lines.append("  ".join(cells).rstrip())
        unchecked = [entry.model for entry in self.entries if not entry.overlap_checked]
        if unchecked and self.split == "validation":
            lines.append("validation: choices were made on these tunes, so the figures flatter")
        elif unchecked:
            lines.append(f"not checked for training tunes in the test (no list kept): {', '.join(unchecked)}")
        lines.append(
            f"{self.corpus} | {self.split} | {self.tunes} tunes | {self.bytes} bytes | "
            f"sha {self.sha256[:8]} | bootstrap {self.resamples} seed {self.seed}"
        )
        return "\n".join(lines)


def compare(
    models: Sequence[str | Path],
    corpus: str | Path,
    *,
    split: str = "test",
    ngram: int = 0,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Measure every model folder on a split of a corpus; `ngram` above 0 adds a Kneser-Ney of that order.

    The n-gram is trained on the corpus's train split. Raises CorpusError when a model was made with tunes of
    the split (validation excepted: it is there to choose by), ModelError when one cannot be loaded.
    """
    if not models and not ngram:
        raise UsageError("nothing to evaluate: name a model folder, or --ngram 6")
    splits = load_rows(corpus, dict.fromkeys(("train", split)) if ngram else (split,))
    rows = splits[split]
    sizes = body_bytes(rows)
    measured = [(str(model), *_measure(model, rows, split)) for model in models]
    if ngram:
        reference = KneserNey((row["header"] + row["body"] for row in splits["train"]), ngram)
        bits = np.array(reference.body_bits(rows))
        measured.append((f"Kneser-Ney {ngram}-gram", bits, None, split != "train"))
    first = measured[0][1]
    entries: list[Entry] = []
    for name, bits, parameters, checked in measured:
        interval = bootstrap_ratio(bits, sizes, resamples=resamples, seed=seed)
        change = None
        if entries:
            change = paired_difference(first, bits, sizes, resamples=resamples, seed=seed)
        entries.append(Entry(name, parameters, interval, change, checked))
    return Comparison(
        corpus=str(corpus),
        split=split,
        tunes=len(rows),
        bytes=int(sizes.sum()),
        sha256=rows_sha256({split: rows}),
        resamples=resamples,
        seed=seed,
        entries=tuple(entries),
    )


def _measure(model: str | Path, rows: Sequence[Row], split: str) -> tuple[np.ndarray, int | None, bool]:
    """Bits (tunes,), parameters, and whether the tunes were checked against the model's own."""
    loaded, tokenizer = load_model(model)
    checked = split != "validation" and refuse_overlap(model, (row["id"] for row in rows))
    try:
        bits = body_bits(loaded, tokenizer, rows)
    except ModelError as error:
        raise ModelError(f"{model}: {error}") from error
    return bits, loaded.num_parameters(), checked
