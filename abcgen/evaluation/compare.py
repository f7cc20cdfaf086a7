"""Models side by side on one split: likelihood by one protocol, by group, and how valid what they write is.

It measures; `abcgen.evaluation.tables` prints. Every figure has an interval by bootstrap over tunes.
"""

from __future__ import annotations

import importlib.metadata
import math
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from abcgen.errors import CorpusError, InputError, ModelError, UsageError
from abcgen.evaluation.likelihood import Scores, body_bytes, body_scores
from abcgen.evaluation.overlap import refuse_overlap
from abcgen.evaluation.rows import Row, load_rows, rows_sha256
from abcgen.evaluation.samples import Ladder, climb, draw_samples
from abcgen.evaluation.statistics import RESAMPLES, Interval, bootstrap_ratio, paired_difference
from abcgen.files import file_digest
from abcgen.models.loading import load_model, refuse_seeing_ahead
from abcgen.models.ngram import KneserNey
from abcgen.models.places import model_folder
from abcgen.notation.ladder import STEPS
from abcgen.plain import as_kind, read_json

#: The packages that decide figures: music21 is a step of the ladder.
_BEHIND = ("abcgen", "torch", "transformers", "music21")
#: Bits that no byte, and no token, costs.
_MOST_BITS = 1000.0
#: Columns by which figures are told apart, where the corpus has them.
GROUPS = ("source", "meter")


@dataclass(frozen=True)
class Group:
    """The tunes of one source or metre, and what they cost, in bits per byte."""

    tunes: int
    bits_per_byte: Interval


@dataclass(frozen=True)
class Validity:
    """The ladder of tunes that were drawn raw, and how: the headers are those of the split's tunes."""

    ladder: Ladder
    temperature: float
    seed: int

    def as_dict(self) -> dict[str, Any]:
        steps = {step: asdict(self.ladder.share(step)) for step in range(1, len(self.ladder.heights))}
        return {**asdict(self), "steps": steps}


@dataclass(frozen=True)
class Entry:
    """One model's figures. `difference` is to the first model, in bits per byte, tune by tune.

    `bits_per_token`, `top1` and `top5` (shares of tokens) hang on the tokenizer, so they are comparable only
    between models that share it; an n-gram over bytes has none. `overlap_checked`: the model keeps a list of
    the tunes that made it, and none of them is in the split. `sha256`: of its weights, its configuration and
    its tokenizer; of the tunes that an n-gram was made with.
    """

    model: str
    sha256: str | None
    parameters: int | None
    bits_per_byte: Interval
    bits_per_token: Interval | None
    top1: Interval | None
    top5: Interval | None
    difference: Interval | None
    groups: dict[str, dict[str, Group]]
    validity: Validity | None
    overlap_checked: bool


@dataclass(frozen=True)
class Comparison:
    """Entries in the order asked for, and what they were measured on and with.

    `ngram` is the order of the Kneser-Ney among them, 0 where there is none.
    """

    corpus: str
    split: str
    tunes: int
    bytes: int
    sha256: str
    resamples: int
    seed: int
    versions: dict[str, str]
    entries: tuple[Entry, ...]
    ngram: int = 0

    @classmethod
    def read(cls, path: Path) -> Comparison:
        """What `abcgen evaluate --json` printed into a file. Raises InputError for anything else."""
        told = read_json(path)
        try:
            found: Comparison = as_kind(cls, told)
            _refuse_impossible(found)
        except ValueError as error:
            raise InputError(f"{path} is not what abcgen evaluate --json prints: {error}") from error
        return found

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; None for the bounds of an interval that one tune does not give."""
        entries = []
        for entry in self.entries:
            validity = entry.validity.as_dict() if entry.validity else None
            entries.append({**asdict(entry), "validity": validity})
        plain: dict[str, Any] = _without_nan({**asdict(self), "entries": entries})
        return plain


def _refuse_impossible(found: Comparison) -> None:
    """Raise ValueError for figures that no measurement gives."""
    if min(found.tunes, found.bytes, found.resamples, found.seed + 1, found.ngram + 1) < 1:
        raise ValueError("a number of tunes, bytes, resamples, its seed or order is too small")
    if not found.entries or not found.corpus.strip("/. "):
        raise ValueError("it names no corpus, or no model")
    for entry in found.entries:
        where = repr(entry.model[:80])
        if not 0 <= entry.bits_per_byte.estimate < _MOST_BITS:
            raise ValueError(f"{where} has no bits_per_byte")
        groups = [group for column in entry.groups.values() for group in column.values()]
        bits = [entry.bits_per_byte, entry.bits_per_token, *(group.bits_per_byte for group in groups)]
        for interval, most in (*((each, _MOST_BITS) for each in bits), (entry.top1, 1), (entry.top5, 1)):
            if interval is not None and not _is_possible(interval, most):
                raise ValueError(f"{where} has an interval that cannot be: {interval}")
        if any(group.tunes < 1 for group in groups):
            raise ValueError(f"{where} has a group without tunes")
        if entry.validity is not None and not _adds_up(entry.validity):
            raise ValueError(f"{where} has a validity that does not add up")


def _is_possible(interval: Interval, most: float) -> bool:
    low, high = (interval.estimate if math.isnan(bound) else bound for bound in (interval.low, interval.high))
    return 0 <= low <= interval.estimate <= high <= most


def _adds_up(validity: Validity) -> bool:
    ladder = validity.ladder
    falls = sorted((ladder.tunes, *ladder.heights), reverse=True) == [ladder.tunes, *ladder.heights]
    whole = len(ladder.heights) == max(STEPS) + 1 and min(ladder.heights) >= 0
    return falls and whole and validity.temperature > 0 and validity.seed >= 0


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value


@dataclass(frozen=True)
class _Measured:
    model: str
    sha256: str | None
    parameters: int | None
    bits: np.ndarray
    scores: Scores | None
    validity: Validity | None
    overlap_checked: bool


def compare(
    models: Sequence[str | Path],
    corpus: str | Path,
    *,
    split: str = "test",
    ngram: int = 0,
    samples: int = 0,
    temperature: float = 1.0,
    resamples: int = RESAMPLES,
    seed: int = 0,
    leave_out: Collection[str] = (),
) -> Comparison:
    """Measure every model, as `model_folder` finds it, on a split of a corpus.

    `ngram` above 0 adds a Kneser-Ney of that order, trained on the corpus's train split. `samples` raw tunes
    of each model are drawn and judged, after the headers of the split's tunes, in turn. `leave_out`: ids of
    tunes that are not measured. Raises CorpusError when a model was made with tunes of the split (validation
    excepted: it is there to choose by) or nothing is left of it, ModelError when a model cannot be loaded or
    is no causal one.
    """
    if not models and not ngram:
        raise UsageError("nothing to evaluate: name a model folder, or --ngram 6")
    splits = load_rows(corpus, dict.fromkeys(("train", split)) if ngram else (split,))
    rows = [row for row in splits[split] if row["id"] not in leave_out]
    if not rows:
        raise CorpusError(f"all {len(splits[split])} tunes of {split!r} in {corpus} are left out")
    sizes = body_bytes(rows)
    headers = [rows[number % len(rows)]["header"] for number in range(samples)]
    measured = [_measure(model, rows, split, headers, temperature, seed) for model in models]
    if ngram:
        measured.append(_measure_ngram(ngram, splits["train"], rows))

    entries = [_entry(found, measured[0], rows, sizes, resamples, seed) for found in measured]
    return Comparison(
        corpus=str(corpus),
        split=split,
        tunes=len(rows),
        bytes=int(sizes.sum()),
        sha256=rows_sha256({split: rows}),
        resamples=resamples,
        seed=seed,
        versions={name: importlib.metadata.version(name) for name in _BEHIND},
        entries=tuple(entries),
        ngram=ngram,
    )


def _measure_ngram(order: int, train: Sequence[Row], rows: Sequence[Row]) -> _Measured:
    """The scores of a Kneser-Ney n-gram of the train split. Raises CorpusError when the tunes overlap."""
    shared = {row["id"] for row in train} & {row["id"] for row in rows}
    if shared:
        raise CorpusError(
            f"{len(shared)} of {len(rows)} tunes would make the n-gram that they are to test "
            f"(the first is {min(shared)})"
        )
    reference = KneserNey((row["header"] + row["body"] for row in train), order)
    bits = np.array(reference.body_bits(rows))
    digest = rows_sha256({"train": train})
    return _Measured(f"Kneser-Ney {order}-gram", digest, None, bits, None, None, overlap_checked=True)


def _entry(
    found: _Measured, first: _Measured, rows: Sequence[Row], sizes: np.ndarray, resamples: int, seed: int
) -> Entry:
    """A model's figures with their intervals, and its difference to the first model."""

    def ratio(above: np.ndarray, below: np.ndarray) -> Interval:
        return bootstrap_ratio(above, below, resamples=resamples, seed=seed)

    change = None
    if found is not first:
        change = paired_difference(first.bits, found.bits, sizes, resamples=resamples, seed=seed)
    scores = found.scores
    return Entry(
        model=found.model,
        sha256=found.sha256,
        parameters=found.parameters,
        bits_per_byte=ratio(found.bits, sizes),
        bits_per_token=ratio(scores.bits, scores.tokens) if scores else None,
        top1=ratio(scores.top1, scores.tokens) if scores else None,
        top5=ratio(scores.top5, scores.tokens) if scores else None,
        difference=change,
        groups={
            column: {
                name: Group(len(places), ratio(found.bits[places], sizes[places]))
                for name, places in _places(rows, column).items()
            }
            for column in GROUPS
            if column in rows[0]
        },
        validity=found.validity,
        overlap_checked=found.overlap_checked,
    )


def _places(rows: Sequence[Row], column: str) -> dict[str, list[int]]:
    """Where in `rows` the tunes of each source, or metre, stand; the largest group first."""
    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(row[column], []).append(place)
    return dict(sorted(places.items(), key=lambda item: (-len(item[1]), item[0])))


def _measure(
    model: str | Path,
    rows: Sequence[Row],
    split: str,
    headers: Sequence[str],
    temperature: float,
    seed: int,
) -> _Measured:
    """A model's scores, and the ladder of the tunes that it writes after `headers`."""
    folder = model_folder(model)
    loaded, tokenizer = load_model(folder)
    checked = split != "validation" and refuse_overlap(folder, (row["id"] for row in rows))
    if torch.cuda.is_available():
        torch.nn.Module.cuda(loaded)
    try:
        refuse_seeing_ahead(loaded)
        scores = body_scores(loaded, tokenizer, rows)
    except ModelError as error:
        raise ModelError(f"{model}: {error}") from error
    validity = None
    if headers:
        drawn = draw_samples(loaded, tokenizer, headers, temperature=temperature, seed=seed)
        validity = Validity(climb(drawn), temperature, seed)
    return _Measured(
        str(model), model_sha256(folder), loaded.num_parameters(), scores.bits, scores, validity, checked
    )


def model_sha256(folder: Path) -> str:
    """By which figures know their model: over its weights, its configuration and its tokenizer."""
    return file_digest(
        [*sorted(folder.glob("*.safetensors")), folder / "config.json", folder / "tokenizer.json"]
    )
