"""What it takes to write valid tunes: drawing freely, drawing till one is valid, and drawing what is valid.

    python benchmarks/constraint.py [-n 200] [--seed 7] [--model DIR]

All at temperature 1, from all that the model says, nothing asked. `bits` is what the masks remove: at each
token the likelihood, by the model itself, of all that may come, as bits less than none; told by what the mass
that is removed would have been. Tunes that are drawn freely and found valid are those that the model would
write; how far others are from them is told by the Jensen-Shannon divergence of pairs of steps and of lengths,
and two halves of the valid ones by how much chance alone makes.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from style import divergence, pairs_of

from abcgen.evaluation.samples import climb, draw_samples
from abcgen.evaluation.statistics import wilson
from abcgen.generation import Choice, Controls, Guide, Rules, Sampling, TuneSource, Vocabulary
from abcgen.generation.decoders import decoders_of
from abcgen.generation.loop import decode
from abcgen.models import load_model
from abcgen.notation import Tune, parse_tune
from abcgen.notation.ladder import STEPS, broken_steps
from abcgen.notation.shape import ends_on_tonic, repeated_share
from abcgen.resources import embedded_model
from abcgen.scores import score_problem

FREELY = Sampling(1.0, 1.0)


def kind_of(text: str | None, *, header: bool) -> str:
    """What a token is that may not come."""
    if header:
        return "header lines that are not true of any tune, or not in order"
    if text is None:
        return "the end, and marks that no tune has"
    if text[0] in "|:":
        return "bar lines where the bar is not full, or not where the form has them"
    if text[0] in "0123456789/":
        return "lengths that do not fit in the bar"
    if text[0] in "([]-":
        return "tuplets, chords and ties that cannot be finished"
    if "\n" in text or text[0] == "%":
        return "header lines in the music"
    return "notes and rests where the bar is full, or beyond it"


def removed(
    model: Any, vocabulary: Vocabulary, rules: Rules, tokens: Sequence[int]
) -> tuple[float, Counter[str]]:
    """The bits that masks remove along a text, in all and by what was removed."""
    guide = Guide(rules)
    ids = torch.tensor([[vocabulary.begin, *tokens]])
    with torch.inference_mode():
        shares = model(ids).logits[0, :-1].float().softmax(-1).numpy()
    bits, kinds = 0.0, Counter[str]()
    for token, share in zip(tokens, shares, strict=True):
        mask = guide.mask()
        gone = np.where(mask, 0.0, share[: len(mask)])
        if gone.sum() > 0:
            here = -float(np.log2(max(share[: len(mask)][mask].sum(), 1e-30)))
            bits += here
            for at in np.flatnonzero(gone > 1e-4 * gone.sum()).tolist():
                kind = kind_of(vocabulary.texts[at], header=guide.header_length == 0)
                kinds[kind] += here * float(gone[at] / gone.sum())
        guide.take(token)
    return bits, kinds


def told(name: str, tunes: Sequence[Tune], others: Sequence[Tune]) -> None:
    """How far some tunes are from others."""
    homes = [home for home in map(ends_on_tonic, tunes) if home is not None]
    home = wilson(sum(homes), len(homes)).shown(".1%")
    repeats = np.mean([repeated_share(tune) for tune in tunes])
    steps, lengths = (divergence(*two) for two in zip(pairs_of(tunes), pairs_of(others), strict=True))
    print(f"{name:<44}{len(tunes):>6}{steps:>9.3f}{lengths:>9.3f}  {home:<24}{repeats:>8.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--model", type=Path, default=embedded_model())
    arguments = parser.parse_args()
    n, seed = arguments.n, arguments.seed
    model, tokenizer = load_model(arguments.model)
    model.train(mode=False)
    vocabulary = Vocabulary(tokenizer)

    started = time.perf_counter()
    samples = draw_samples(model, tokenizer, [""] * n, temperature=1.0, seed=seed)
    freely = time.perf_counter() - started
    ladder = climb(samples)
    print(f"{n} texts drawn freely in {freely:.0f} s: {ladder.ended} came to an end")
    for step, name in STEPS.items():
        print(f"  up to {step}, {name:<40}{ladder.share(step).shown('.1%')}")
    valid = ladder.valid.estimate
    each = sum(len(vocabulary.encode(sample.text)) for sample in samples) / n
    print(
        f"drawn till one is valid: {1 / valid:.2f} texts, {each / valid:,.0f} tokens, "
        f"{freely / n / valid:.2f} s a tune"
    )

    rules = Rules(vocabulary, Controls().wishes)
    started = time.perf_counter()
    keys = iter(range(n))
    guides = [
        guide
        for _, guide in decode(
            decoders_of(model), lambda _: Guide(rules), keys, FREELY, seed, vocabulary.size
        )
    ]
    led = time.perf_counter() - started
    tokens = sum(len(guide.tokens) for guide in guides) / n
    source = TuneSource(model, tokenizer, Controls(), FREELY, seed, choice=Choice())
    tunes = [found.tune for found in source.tunes(n)]
    good = sum(not broken_steps(tune, score_problem) for tune in tunes)
    print(f"drawing what is valid: {good / n:.0%} valid, {tokens:,.0f} tokens, {led / n:.2f} s a tune")

    bits, kinds = 0.0, Counter[str]()
    for guide in guides:
        more, of = removed(model, vocabulary, rules, guide.tokens)
        bits, kinds = bits + more, kinds + of
    size = sum(len(guide.text[guide.header_length :]) for guide in guides)
    print(f"\nbits that the masks remove: {bits / size:.4f} a byte of music, {bits / n:.1f} a tune")
    for kind, share in kinds.most_common():
        print(f"  {share / size:.4f}  {kind}")

    raw = [
        parse_tune(s.text) for s in samples if s.ended and not broken_steps(parse_tune(s.text), score_problem)
    ]
    print(
        f"\n{'beside valid tunes that were drawn freely':<44}{'tunes':>6}{'steps':>9}{'lengths':>9}"
        f"  {'on the tonic':<24}{'repeats':>8}"
    )
    told("the first half beside the second", raw[::2], raw[1::2])
    told("themselves", raw, raw)
    told("written under masks", tunes, raw)


if __name__ == "__main__":
    main()
