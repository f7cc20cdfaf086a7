"""New tunes from a model: steered by their header, checked, drawn again when they fail.

model, tokenizer = load_model(embedded_model())
source = TuneSource(model, tokenizer, Controls(rhythm="jig", key="Edor"), seed=7)
for generated in source.tunes(4):
    print(write_abc(generated.tune))

The names below load torch only when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abcgen.lazy import lazy_names

if TYPE_CHECKING:
    from abcgen.generation.controls import Controls, Sampling
    from abcgen.generation.draw import Draw, DrawReport, GeneratedTune, TuneSource

__all__ = ["Controls", "Draw", "DrawReport", "GeneratedTune", "Sampling", "TuneSource"]

__getattr__ = lazy_names(
    __name__,
    {
        "Controls": "controls",
        "Draw": "draw",
        "DrawReport": "draw",
        "GeneratedTune": "draw",
        "Sampling": "controls",
        "TuneSource": "draw",
    },
)
