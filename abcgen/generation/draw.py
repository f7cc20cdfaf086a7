"""Drawing tunes from a model until each is valid, within a bound, and telling what it took.

The header that was asked for is written by force; the music is free, is checked by the notation check
and by music21, and is drawn again when it fails. No tune that failed is ever handed on.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from transformers import GenerationConfig, StoppingCriteriaList

from abcgen.errors import GenerationError, ModelError
from abcgen.generation.controls import Controls, Sampling, checked_count, checked_seed
from abcgen.generation.sampling import (
    GumbelProcessor,
    HeaderProcessor,
    header_slots,
    is_header_line,
    key_to_draw,
    only_these,
    processors,
    text_until_end,
)
from abcgen.generation.stopping import HopelessRows
from abcgen.notation.dialect import NotInDialect, from_dialect, to_dialect
from abcgen.notation.key import parse_key
from abcgen.notation.tune import Tune
from abcgen.scores import score_problem

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

#: Rows of one batch. Draws of several tunes, or several draws of one, go through the model together.
BATCH = 16
PROMPT = "X:1\n"


_NO_SIGNS = str.maketrans("", "", "^_=")


@dataclass(frozen=True, slots=True)
class Draw:
    """One text a model wrote. `reason` is "" when it is a valid tune, else why it is not."""

    text: str
    reason: str
    tune: Tune | None


@dataclass(frozen=True, slots=True)
class GeneratedTune:
    """A valid tune, its text in the dialect, and how many draws it took."""

    number: int
    tune: Tune
    text: str
    draws: int


@dataclass
class DrawReport:
    """What a run took: draws that were judged, and why some were drawn again."""

    tunes: int = 0
    draws: int = 0
    redrawn: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def raw_valid(self) -> float:
        """The share of judged draws that were valid."""
        return self.tunes / self.draws if self.draws else 0.0

    def line(self) -> str:
        why = ", ".join(f"{count} {reason}" for reason, count in self.reasons.most_common())
        return (
            f"{self.tunes} tunes from {self.draws} draws ({self.redrawn} tunes drawn again"
            f"{': ' + why if why else ''}); {self.seconds:.1f} s"
        )


def judge(text: str, controls: Controls, score_check: Callable[[Tune], str | None] = score_problem) -> Draw:
    """Whether `text` is a valid tune and what was asked for.

    A tune passes when the notation check finds nothing at all, not even a warning, it is spelled as the
    dialect spells it, accidentals apart, its header says what was asked, and music21 gives back the same
    notes.
    """
    tune = from_dialect(text)
    if tune.problems:
        return Draw(text, tune.problems[0].code, None)
    try:
        spelled = to_dialect(tune)
    except NotInDialect as verdict:
        return Draw(text, verdict.reason, None)
    if _without_signs(spelled.body) != _without_signs(text.partition("\nK:")[2].partition("\n")[2]):
        return Draw(text, "not-canonical", None)
    if (controls.meter and tune.meter.plain() != controls.meter) or (
        controls.key and tune.key.plain() != parse_key(controls.key).plain()
    ):
        return Draw(text, "not-what-was-asked", None)
    if score_check(tune) is not None:
        return Draw(text, "music21", None)
    return Draw(text, "", tune)


def _without_signs(body: str) -> str:
    """A body without accidentals; models trained before the dialect spelled each one out leave some off."""
    return body.translate(_NO_SIGNS)


class TuneSource:
    """Draws tunes from one model under one set of wishes. `report` grows as it goes.

    Raises ModelError when the tokenizer cannot be steered.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        controls: Controls = Controls(),  # noqa: B008 - frozen
        sampling: Sampling = Sampling(),  # noqa: B008 - frozen
        seed: int = 0,
    ) -> None:
        self.model: Any = model
        model.train(mode=False)
        self.tokenizer = tokenizer
        self.controls = controls
        self.sampling = sampling
        self.seed = checked_seed(seed)
        self.report = DrawReport()
        self._prompt = self._begin() + tokenizer.encode(PROMPT, add_special_tokens=False)
        self._slots = header_slots(tokenizer, controls)
        self._forbidden = self._body_forbidden()

    def tunes(self, n: int) -> Iterator[GeneratedTune]:
        """`n` valid tunes, in order; the k-th hangs on the seed and k, not on n.

        Raises GenerationError when one is not found within `max_draws`.
        """
        checked_count(n)
        per_tune = max(1, BATCH // n)
        for first in range(0, n, BATCH):
            yield from self._group(range(first, min(n, first + BATCH)), per_tune)

    def raw(self, n: int) -> Iterator[Draw]:
        """`n` first draws as they come, valid or not: what validity is measured on."""
        for first in range(0, n, BATCH):
            streams = [(tune, 0) for tune in range(first, min(n, first + BATCH))]
            for text, fault in self._draw(streams):
                yield self._judged(text, fault)

    def _group(self, numbers: range, per_tune: int) -> Iterator[GeneratedTune]:
        """Valid tunes for `numbers`, drawn together until the last is found."""
        started = time.perf_counter()
        found: dict[int, GeneratedTune] = {}
        for round_start in range(0, self.sampling.max_draws, per_tune):
            tries = range(round_start, min(round_start + per_tune, self.sampling.max_draws))
            streams = [(number, draw) for number in numbers if number not in found for draw in tries]
            for (number, draw), (text, fault) in zip(streams, self._draw(streams), strict=True):
                if number in found:
                    continue
                judged = self._judged(text, fault)
                self.report.draws += 1
                if judged.tune is None:
                    self.report.reasons[judged.reason] += 1
                else:
                    found[number] = GeneratedTune(number + 1, judged.tune, judged.text, draw + 1)
            if len(found) == len(numbers) or self.sampling.temperature == 0:
                break
        self.report.seconds += time.perf_counter() - started
        for number in numbers:
            if number not in found:
                raise GenerationError(self._given_up(number))
            self.report.tunes += 1
            self.report.redrawn += found[number].draws > 1
            yield found[number]

    def _given_up(self, number: int) -> str:
        why = ", ".join(f"{count} {reason}" for reason, count in self.report.reasons.most_common(3))
        if self.sampling.temperature == 0:
            return f"the greedy tune is not valid ({why}); use a temperature above 0"
        asked = " ".join(filter(None, (self.controls.rhythm, self.controls.meter, self.controls.key)))
        hint = f"this model hardly manages {asked}: ask for something commoner, or " if asked else ""
        draws = self.sampling.max_draws
        return f"tune {number + 1}: none of {draws} draws was valid ({why}); {hint}raise --max-draws"

    def _judged(self, text: str, fault: str) -> Draw:
        return Draw(text, fault, None) if fault else judge(text, self.controls)

    def _draw(self, streams: list[tuple[int, int]]) -> Iterator[tuple[str, str]]:
        """One text for every stream, and why it is known already to be no tune, or ""."""
        length = len(self._prompt)
        header = HeaderProcessor(self._slots, length, self._forbidden)
        noise = GumbelProcessor(self.seed, streams, length)
        prompt = torch.tensor([self._prompt] * len(streams), dtype=torch.int64, device=self.model.device)
        hopeless = HopelessRows(self.tokenizer, len(streams))
        settings = GenerationConfig(  # type: ignore[no-untyped-call]
            max_new_tokens=self.sampling.max_tokens,
            eos_token_id=self.tokenizer.eos_token_id,
            pad_token_id=self.tokenizer.pad_token_id,
        )
        with torch.inference_mode(), only_these(self.model, settings):
            rows = self.model.generate(
                prompt,
                attention_mask=torch.ones_like(prompt),
                logits_processor=processors([header], noise, self.sampling),
                stopping_criteria=StoppingCriteriaList([hopeless]),
            )
        for number, row in enumerate(rows.tolist()):
            music, ended = text_until_end(self.tokenizer, row[length:])
            fault = "bar-length" if number in hopeless.rows else "" if ended else "no-end"
            yield self._in_asked_key(f"{PROMPT}{music}"), fault

    def _in_asked_key(self, text: str) -> str:
        """The text with the key that was asked for in place of the one in which it was drawn."""
        drawn, asked = key_to_draw(self.controls.key), self.controls.key
        return text if drawn == asked else text.replace(f"\nK:{drawn}\n", f"\nK:{asked}\n", 1)

    def _begin(self) -> list[int]:
        begin = self.tokenizer.bos_token_id
        if begin is None or self.tokenizer.eos_token_id is None:
            raise ModelError("this model's tokenizer lacks a begin or an end token")
        return [begin]

    def _body_forbidden(self) -> list[int]:
        """Tokens that never stand in music: header lines, padding, begin."""
        vocabulary = self.tokenizer.get_vocab()
        lines = [i for token, i in vocabulary.items() if is_header_line(token)]
        special = {self.tokenizer.pad_token_id, self.tokenizer.bos_token_id} - {
            None,
            self.tokenizer.eos_token_id,
        }
        return sorted({*lines, *special})


def tune_title(tune: GeneratedTune, seed: int) -> str:
    """A plain name such as `Jig in E dorian 7.1`: what it is, the seed, its number."""
    key = tune.tune.key
    kind = (tune.tune.rhythm or "tune").capitalize()
    mode = "" if key.mode == "major" else f" {key.mode}"
    tonic = key.bagpipe or (key.tonic + mode) or "no key"
    return f"{kind} in {tonic} {seed}.{tune.number}"
