"""Tunes as a model writes them when nothing helps it, and how far up the validity ladder they come.

Raw sampling: the headers of real tunes are given, the music is drawn token by token from all that the model
says, nothing is masked or drawn again. The same seed gives the same tunes, whatever the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from transformers import GenerationConfig, LogitsProcessorList

from abcgen.evaluation.statistics import Interval, wilson
from abcgen.generation.controls import Sampling
from abcgen.generation.processor import Drawing
from abcgen.generation.sampling import only_these, text_until_end
from abcgen.notation.ladder import STEPS, broken_steps, height
from abcgen.notation.parser import parse_book
from abcgen.notation.tune import Tune
from abcgen.scores import score_problem

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

#: Rows that go through the model together, and tokens after which a tune is given up.
BATCH, MOST_TOKENS = 32, 1024


@dataclass(frozen=True)
class Sample:
    """One text a model wrote, header included. `ended`: it came to an end of its own."""

    text: str
    ended: bool


@dataclass(frozen=True)
class Ladder:
    """`heights[k]`: how many of `tunes` hold on every step up to k (0 to 6). `ended`: how many ended."""

    tunes: int
    ended: int
    heights: tuple[int, ...]

    def share(self, step: int) -> Interval:
        """The share that holds on every step up to `step`, with its 95 % interval."""
        return wilson(self.heights[step], self.tunes)

    @property
    def valid(self) -> Interval:
        return self.share(max(STEPS))


def draw_samples(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    headers: Sequence[str],
    *,
    temperature: float = 1.0,
    seed: int = 0,
) -> list[Sample]:
    """One tune for every header, in order. The model is put into evaluation mode."""
    model.train(False)
    samples: dict[int, Sample] = {}
    prompts = [_prompt(tokenizer, header) for header in headers]
    for length in sorted(set(map(len, prompts))):  # rows of one length need no padding
        alike = [index for index, prompt in enumerate(prompts) if len(prompt) == length]
        for first in range(0, len(alike), BATCH):
            chosen = alike[first : first + BATCH]
            rows = _drawn(model, tokenizer, [prompts[index] for index in chosen], chosen, temperature, seed)
            for index, row in zip(chosen, rows, strict=True):
                body, ended = text_until_end(tokenizer, row)
                samples[index] = Sample(f"{headers[index]}{body}", ended)
    return [samples[index] for index in range(len(headers))]


def climb(
    samples: Sequence[Sample], score_check: Callable[[Tune], str | None] | None = score_problem
) -> Ladder:
    """How many of the samples hold on each step. One that never ended is no tune, so it holds on none.

    Without `score_check` the fifth step, music21's, is left out.
    """
    reached = [0] * (max(STEPS) + 1)
    for sample in samples:
        tunes = parse_book(sample.text).tunes if sample.ended else []
        top = height(broken_steps(tunes[0], score_check)) if len(tunes) == 1 else 0
        for step in range(top + 1):
            reached[step] += 1
    return Ladder(len(samples), sum(sample.ended for sample in samples), tuple(reached))


def _prompt(tokenizer: PreTrainedTokenizerBase, header: str) -> list[int]:
    begin = tokenizer.bos_token_id
    ids: list[int] = tokenizer.encode(header, add_special_tokens=False)
    return ids if begin is None else [begin, *ids]


def _drawn(
    model: Any,
    tokenizer: PreTrainedTokenizerBase,
    prompts: list[list[int]],
    numbers: list[int],
    temperature: float,
    seed: int,
) -> list[list[int]]:
    """What the model writes after prompts of one length: the new tokens of each row."""
    ids = torch.tensor(prompts, dtype=torch.int64, device=model.device)
    room = getattr(model.config, "max_position_embeddings", None) or ids.shape[1] + MOST_TOKENS
    settings = GenerationConfig(  # type: ignore[no-untyped-call]
        max_new_tokens=min(MOST_TOKENS, room - ids.shape[1]),
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    drawing = Drawing(numbers, Sampling(temperature=temperature, top_p=1.0), seed, ids.shape[1])
    with torch.inference_mode(), only_these(model, settings):
        rows = model.generate(
            ids, attention_mask=torch.ones_like(ids), logits_processor=LogitsProcessorList([drawing])
        )
    return [row[ids.shape[1] :] for row in rows.tolist()]
