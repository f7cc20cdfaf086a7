"""Our masks and our chance for plain `model.generate()`: the tunes that our own loop draws, only slower.

numbers = range(4)
prompt = torch.full((4, 1), tokenizer.bos_token_id)
rules = TuneSource.open(folder, Controls(key="D")).rules
chain = LogitsProcessorList([TuneProcessor(rules, numbers, seed=7)])
model.generate(prompt, logits_processor=chain, do_sample=False, max_new_tokens=1500)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from transformers import LogitsProcessor

from abcgen.generation.controls import Sampling
from abcgen.generation.guide import Guide
from abcgen.generation.rules import Rules
from abcgen.generation.sampling import Noise, likelier, noisy


class Drawing(LogitsProcessor):
    """Adds to each row the noise of its tune, so that argmax draws it. `numbers` are those of the tunes.

    `given`: how many tokens the prompt has.
    """

    def __init__(self, numbers: Sequence[int], sampling: Sampling, seed: int, given: int) -> None:
        self._numbers, self._sampling, self._seed, self._given = numbers, sampling, seed, given
        self._noises: list[Noise] = []

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        """input_ids: (rows, time) int64, scores: (rows, tokens) float32."""
        if not self._noises:
            self._noises = [Noise(self._seed, number, scores.shape[1]) for number in self._numbers]
        step = input_ids.shape[1] - self._given
        values, tokens = likelier(scores.float().cpu().numpy(), self._sampling)
        if self._sampling.temperature > 0:
            values = noisy(values, tokens, [noise.of(step) for noise in self._noises])
        found = np.full(scores.shape, -np.inf, np.float32)
        np.put_along_axis(found, tokens, values, axis=1)
        return torch.from_numpy(found).to(scores)  # type: ignore[return-value]


class TuneProcessor(Drawing):
    """Lets through what keeps each row a tune, and draws as `Drawing` does.

    The prompt is the begin mark alone; `numbers` are those of the rows' tunes.
    """

    def __init__(
        self,
        rules: Rules,
        numbers: Sequence[int],
        sampling: Sampling = Sampling(),  # noqa: B008 - frozen
        seed: int = 0,
    ) -> None:
        super().__init__(numbers, sampling, seed, given=1)
        self._noises = [Noise(seed, number, rules.vocabulary.size) for number in numbers]
        self._guides = [Guide(rules, chance=noise.chance) for noise in self._noises]
        self._only_end = rules.only(rules.vocabulary.end)

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        """input_ids: (rows, time) int64, scores: (rows, tokens) float32."""
        for guide, ids in zip(self._guides, input_ids[:, 1:].tolist(), strict=True):
            for token in ids[len(guide.tokens) :]:
                if not guide.whole:
                    guide.take(token)
        masks = np.stack([self._only_end if guide.whole else guide.mask() for guide in self._guides])
        known = masks.shape[1]  # a model's vocabulary may be padded beyond its tokenizer's
        allowed = torch.from_numpy(masks).to(scores.device)
        masked = scores[:, :known].masked_fill(~allowed, -torch.inf)
        steered = torch.full_like(scores, -torch.inf)
        steered[:, :known] = super().__call__(input_ids, masked)  # type: ignore[arg-type]
        return steered  # type: ignore[return-value]
