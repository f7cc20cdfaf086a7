"""New tunes from a model: steered by their header, checked, drawn again when they fail.

model, tokenizer = load_model(embedded_model())
source = TuneSource(model, tokenizer, Controls(rhythm="jig", key="Edor"), seed=7)
for generated in source.tunes(4):
    print(write_abc(generated.tune))
"""

from abcgen.generation.controls import Controls, Sampling
from abcgen.generation.draw import Draw, DrawReport, GeneratedTune, TuneSource

__all__ = ["Controls", "Draw", "DrawReport", "GeneratedTune", "Sampling", "TuneSource"]
