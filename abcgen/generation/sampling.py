"""Logits processors: header lines in their order, and chance that hangs on the seed alone.

Sampling is argmax over logits plus Gumbel noise that a counter-based generator makes of (seed, tune,
draw, step); it does not depend on the batch or on the order of tunes. Works with plain `generate()`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import LogitsProcessor, LogitsProcessorList, TemperatureLogitsWarper, TopPLogitsWarper

from abcgen.errors import ModelError, UsageError
from abcgen.generation.controls import Controls, Sampling
from abcgen.notation.key import parse_key

if TYPE_CHECKING:
    from transformers import GenerationConfig, PreTrainedTokenizerBase

#: Below this temperature nothing changes any more, but for numbers that no float32 holds.
COLDEST = 1e-4

#: A place in the header: the token sequences that may stand there; () may be skipped.
Slot = tuple[tuple[int, ...], ...]


_NAMES = {"R": "rhythm", "M": "metre", "L": "unit length", "K": "key"}


def is_header_line(token: str) -> bool:
    """Whether a token of the vocabulary is a whole header line, such as `K:Edor` and its newline."""
    return token.endswith("\n") and token[1:2] == ":"


def header_slots(tokenizer: PreTrainedTokenizerBase, controls: Controls) -> list[Slot]:
    """The header lines after `X:1`, in order, as choices of token sequences.

    Raises ModelError when the tokenizer has no tokens for header lines, UsageError for a wish that it has no
    token for.
    """
    lines = {token: i for token, i in sorted(tokenizer.get_vocab().items()) if is_header_line(token)}
    if not any(line.startswith("K:") for line in lines):
        raise ModelError("this model's tokenizer has no tokens for header lines; it cannot be steered")

    def choices(letter: str, wish: str, *, may_skip: bool = False) -> Slot:
        if wish:
            if f"{letter}:{wish}\n" not in lines:
                known = ", ".join(line[2:-1] for line in lines if line[0] == letter)
                raise UsageError(f"this model knows no {_NAMES[letter]} {wish}; it knows {known}")
            return ((lines[f"{letter}:{wish}\n"],),)
        single: Slot = tuple((i,) for line, i in lines.items() if line[0] == letter)
        return (*single, ()) if may_skip else single

    return [
        choices("R", controls.rhythm, may_skip=True),
        choices("M", controls.meter),
        choices("L", "1/8"),
        choices("K", key_to_draw(controls.key)),
    ]


def key_to_draw(key: str) -> str:
    """The key in which a tune in `key` is drawn: accidentals beyond tonic and mode are put in afterwards."""
    return parse_key(key).tonic_and_mode if key else ""


class HeaderProcessor(LogitsProcessor):
    """Lets through only what the header allows next; once it is whole, everything but header lines."""

    def __init__(self, slots: Sequence[Slot], prompt_length: int, body_forbidden: Sequence[int]) -> None:
        self._slots = slots
        self._start = prompt_length
        self._forbidden = torch.tensor(list(body_forbidden), dtype=torch.int64)

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        """input_ids: (batch, time) int64, scores: (batch, vocabulary)."""
        masked = scores.clone()
        for row, ids in enumerate(input_ids[:, self._start :].tolist()):
            allowed = self.allowed(ids)
            if allowed is None:
                masked[row, self._forbidden] = -torch.inf
            else:
                keep = torch.tensor(sorted(allowed), dtype=torch.int64)
                masked[row] = -torch.inf
                masked[row, keep] = scores[row, keep]
        return masked  # type: ignore[return-value]

    def allowed(self, ids: Sequence[int]) -> set[int] | None:
        """The tokens that may follow `ids` (all after the prompt); None once the header is whole."""
        at = 0
        for index, slot in enumerate(self._slots):
            rest = tuple(ids[at:])
            done = next((choice for choice in slot if choice and rest[: len(choice)] == choice), None)
            if done is not None:
                at += len(done)
                continue
            if () in slot and rest:
                continue
            nexts = {
                choice[len(rest)]
                for choice in slot
                if choice[: len(rest)] == rest and len(choice) > len(rest)
            }
            if () in slot:
                nexts |= {choice[0] for choice in self._slots[index + 1] if choice}
            return nexts
        return None


class GumbelProcessor(LogitsProcessor):
    """Adds Gumbel noise, so that argmax draws a sample. `streams` names each row's (tune, draw)."""

    def __init__(self, seed: int, streams: Sequence[tuple[int, int]], prompt_length: int) -> None:
        self._keys = [(seed, (tune << 20) + draw) for tune, draw in streams]
        self._start = prompt_length

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        """input_ids: (batch, time) int64, scores: (batch, vocabulary)."""
        step = input_ids.shape[1] - self._start
        noise = np.stack([gumbel(key, step, scores.shape[1]) for key in self._keys])
        return scores + torch.from_numpy(noise).to(scores)  # type: ignore[return-value]


def gumbel(key: tuple[int, int], step: int, size: int) -> np.ndarray:
    """Gumbel noise (size,) float32 of a key and a step: the same for the same, whatever went before."""
    bits = np.random.Philox(key=np.array(key, dtype=np.uint64), counter=[0, 0, 0, step])
    uniform = np.random.Generator(bits).random(size)
    noise: np.ndarray = -np.log(-np.log(uniform + 1e-300) + 1e-300)
    return noise.astype(np.float32)


def processors(
    masks: Sequence[LogitsProcessor], gumbels: GumbelProcessor, sampling: Sampling
) -> LogitsProcessorList:
    """Everything that stands between logits and argmax, in its order."""
    chain = LogitsProcessorList(masks)
    if sampling.temperature > 0:
        if sampling.temperature != 1:
            chain.append(TemperatureLogitsWarper(max(float(sampling.temperature), COLDEST)))
        if sampling.top_p < 1:
            chain.append(TopPLogitsWarper(float(sampling.top_p)))
        chain.append(gumbels)
    return chain


def text_until_end(tokenizer: PreTrainedTokenizerBase, ids: list[int]) -> tuple[str, bool]:
    """The text of drawn tokens up to the end token, and whether there was one."""
    end = tokenizer.eos_token_id
    ended = end in ids
    kept = ids[: ids.index(end)] if ended else ids
    text: Any = tokenizer.decode(kept, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return text, ended


@contextlib.contextmanager
def only_these(model: Any, settings: GenerationConfig) -> Iterator[None]:
    """Let `generate()` follow these settings alone; else it fills gaps from the model's own."""
    own = model.generation_config
    model.generation_config = settings
    try:
        yield
    finally:
        model.generation_config = own
