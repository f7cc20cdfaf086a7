"""New tunes from a model, valid by construction and steered by their header.

source = TuneSource.open(embedded_model(), Controls(rhythm="jig", key="Edor"), seed=7)
for generated in source.tunes(4):
    print(write_abc(generated.tune))

`infill`, `vary`, `continue_tune` and `answer` work on a tune that is there, in the text of its file, a
`notation.InFile`:

print(infill(source, InFile(abc), 4, 7).text)

The names below load torch only when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abcgen.lazy import lazy_names

if TYPE_CHECKING:
    from abcgen.generation.choice import Choice
    from abcgen.generation.controls import Controls, Sampling
    from abcgen.generation.guide import Guide
    from abcgen.generation.processor import TuneProcessor
    from abcgen.generation.rules import Rules
    from abcgen.generation.source import GeneratedTune, GenerationReport, TuneSource
    from abcgen.generation.tasks import answer, continue_tune, infill, vary
    from abcgen.generation.vocabulary import Vocabulary

__all__ = [
    "Choice",
    "Controls",
    "GeneratedTune",
    "GenerationReport",
    "Guide",
    "Rules",
    "Sampling",
    "TuneProcessor",
    "TuneSource",
    "Vocabulary",
    "answer",
    "continue_tune",
    "infill",
    "vary",
]

__getattr__ = lazy_names(
    __name__,
    {
        "Choice": "choice",
        "Controls": "controls",
        "GeneratedTune": "source",
        "GenerationReport": "source",
        "Guide": "guide",
        "Rules": "rules",
        "Sampling": "controls",
        "TuneProcessor": "processor",
        "TuneSource": "source",
        "Vocabulary": "vocabulary",
        "answer": "tasks",
        "continue_tune": "tasks",
        "infill": "tasks",
        "vary": "tasks",
    },
)
