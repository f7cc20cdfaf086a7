"""What is looked at while a run goes on: a few tunes at every evaluation, judged by the validity ladder.

The loop knows nothing of it; it calls back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from abcgen.evaluation.samples import climb, draw_samples
from abcgen.files import write_whole
from abcgen.training.folder import SAMPLES

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from abcgen.training.loop import OnEvaluation


def sampler(folder: Path, headers: Sequence[str], seed: int) -> OnEvaluation:
    """A callback that draws a raw tune after every header, keeps them in `folder`, and counts the valid.

    The figures are shares: `ended`, and `valid` on every step of the ladder but music21's. The tunes of a
    step lie in `samples/step-00000200.abc`, invalid ones too, one after the other.
    """

    def look(step: int, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> Mapping[str, float]:
        drawn = draw_samples(model, tokenizer, headers, seed=seed)
        found = climb(drawn, score_check=None)
        (folder / SAMPLES).mkdir(exist_ok=True)
        tunes = [
            sample.text.replace("X:1\n", f"X:{number}\n", 1) for number, sample in enumerate(drawn, start=1)
        ]
        text = "\n".join(tune if tune.endswith("\n") else f"{tune}\n" for tune in tunes)
        write_whole(folder / SAMPLES / f"step-{step:08d}.abc", text, overwrite=True)
        return {"valid": found.valid.estimate, "ended": found.ended / found.tunes}

    return look
