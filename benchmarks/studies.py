"""Which architecture, which optimiser, how much dropout? Small models trained alike but for one thing.

    python benchmarks/studies.py architecture|optimizer|leaderboard|regularization|released
        [--corpus data/pd] [--tokenizer tokenizer] [--work runs/studies] [--jobs 2] [--out docs/studies]

Within a study every variant sees the same tunes, in the same keys, in the same order and the same number of
times. Choices are made by validation bits per byte; those on the test split stand beside them. The figures
of a run go to `--out` as runs/NAME.json as soon as it is done, those of a study to a picture. A variant that
was stopped goes on; one whose figures are there, for whatever study, is not trained again. `--jobs` trains
so many at a time, each on one core.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean
from typing import Any

import yaml
from stock import stock_model

from abcgen.corpus import load_manifest
from abcgen.evaluation.compare import compare
from abcgen.files import write_whole
from abcgen.models.transformer import TRANSFORMER_SIZES
from abcgen.plots import new_figure, png, table
from abcgen.training.recipe import recipe_from
from abcgen.training.runs import draw_scores

#: What all variants share, but for what they say themselves: a dozen passes.
BASE: dict[str, Any] = {
    "num_train_epochs": 12,
    "tokens_per_batch": 2048,
    "ema_decay": 0.99,
    "eval_steps": 200,
    "augment_keys": True,
    "seed": 1,
    "bf16": True,
}
#: Passes of the leaderboard at the tiny size, where thirty runs are made.
BRIEF = 4
CELLS = ("lstm", "gru", "rnn")
RATES = (2e-3, 6e-3)

Figures = dict[str, Any]


@dataclass(frozen=True)
class Variant:
    """One run: its name, and what its recipe says beside `BASE`. `stock`: an architecture to begin with.

    `group`: what it is one of several settings of. A run is known by its name in all studies.
    """

    name: str
    recipe: dict[str, Any]
    stock: str = ""
    group: str = ""


def setting(
    optim: str,
    rate: float,
    architecture: str = "lfm2",
    size: str = "tiny",
    dropout: float = 0.1,
    stock: str = "",
) -> Variant:
    """A run with everything that the studies share, in a group with all others of its architecture."""
    model = {"architecture": architecture, "size": size, "dropout": dropout}
    recipe: dict[str, Any] = {"model": model, "optim": optim, "learning_rate": rate}
    if architecture in CELLS:
        # a recurrent network under bfloat16 is slower on a CPU than in float32
        recipe["bf16"] = False
    else:
        model["attn_implementation"] = "eager"
    return Variant(f"{stock or architecture}-{optim}-{rate:g}", recipe, stock, stock or architecture)


def changed(variant: Variant, how: str, **recipe: Any) -> Variant:
    """The same run with another recipe; `how` goes to its name."""
    return replace(variant, name=f"{variant.name}-{how}", recipe={**variant.recipe, **recipe})


def brief(variant: Variant) -> Variant:
    """The same run with few passes."""
    return changed(variant, "brief", num_train_epochs=BRIEF)


def dropped(variant: Variant, dropout: float) -> Variant:
    """The same run with another share of dropout."""
    return changed(variant, f"dropout-{dropout}", model={**variant.recipe["model"], "dropout": dropout})


def architectures(known: Sequence[Figures]) -> Iterator[Variant]:
    """Stock architectures that vLLM and llama.cpp serve, each with the parameters of tiny, at two rates."""
    for stock in ("lfm2", "gpt_neox", "llama", "qwen3"):
        for rate in RATES:
            yield setting("muon", rate, stock="" if stock == "lfm2" else stock)


def two_enlarged(known: Sequence[Figures]) -> Iterator[Variant]:
    """The two best, as large as the embedded model."""
    best = sorted(best_of_groups(known), key=lambda variant: score_of(variant, known))
    for variant in best[:2]:
        yield enlarged(variant)


def score_of(variant: Variant, known: Sequence[Figures]) -> float:
    return min(float(found["bits_per_byte"]) for found in known if found["variant"] == variant.name)


def optimizers(known: Sequence[Figures]) -> Iterator[Variant]:
    """AdamW and Muon at their rates; the average of the weights, and none."""
    for optim in ("adamw_torch", "muon"):
        for rate in RATES:
            yield brief(setting(optim, rate))
    yield changed(brief(setting("muon", 2e-3)), "no-average", ema_decay=0.0)


def regularization(known: Sequence[Figures]) -> Iterator[Variant]:
    """Dropout and key augmentation, at the size where they begin to matter."""
    small = enlarged(setting("muon", max(RATES)))
    yield small
    yield dropped(small, 0.0)
    yield changed(small, "no-keys", augment_keys=False)


def tuning(known: Sequence[Figures]) -> Iterator[Variant]:
    """The Transformer and recurrent networks of as many parameters: both optimisers at two rates."""
    for architecture in ("lfm2", *CELLS):
        for optim in ("adamw_torch", "muon"):
            for rate in RATES:
                yield brief(setting(optim, rate, architecture))


def more_dropout(known: Sequence[Figures]) -> Iterator[Variant]:
    """The best of each, with three times the dropout."""
    for best in best_of_groups(known):
        yield dropped(best, 0.3)


def more_seeds(known: Sequence[Figures]) -> Iterator[Variant]:
    """The best of each, twice more."""
    for best in best_of_groups(known):
        for seed in (2, 3):
            yield seeded(best, seed)


def at_their_best(known: Sequence[Figures]) -> Iterator[Variant]:
    """The best of each, as large as the embedded model, with three times the passes."""
    for best in best_of_groups(known):
        yield enlarged(best)


def enlarged(variant: Variant) -> Variant:
    """The same settings at the size of the embedded model, with its dropout, and no faster than it learns."""
    recipe = {name: value for name, value in variant.recipe.items() if name in {"model", "optim", "bf16"}}
    model = {**variant.recipe["model"], "size": "small", "dropout": 0.2}
    rate = min(variant.recipe["learning_rate"], 4e-3)
    recipe = {**recipe, "model": model, "learning_rate": rate}
    name = f"{variant.group}-small-{recipe['optim']}-{rate:g}"
    return Variant(name, recipe, variant.stock, f"{variant.group}, at its best")


def released(known: Sequence[Figures]) -> Iterator[Variant]:
    """The recipe of the embedded model as it is, and with another seed."""
    embedded = yaml.safe_load((Path(__file__).parents[1] / "recipes/small.yaml").read_text("utf-8"))
    left_out = ("corpus", "tokenizer", "output_dir")
    recipe = {name: value for name, value in embedded.items() if name not in left_out}
    yield Variant("released", recipe)
    yield Variant("released-seed-1", {**recipe, "seed": 1})


def seeded(variant: Variant, seed: int) -> Variant:
    return changed(variant, f"seed-{seed}", seed=seed)


def best_of_groups(known: Sequence[Figures]) -> list[Variant]:
    """The variant of each group that did best on validation."""
    best: dict[str, Figures] = {}
    for found in known:
        group = found["group"]
        if group not in best or found["bits_per_byte"] < best[group]["bits_per_byte"]:
            best[group] = found
    return [
        Variant(found["variant"], found["recipe"], found["stock"], group) for group, found in best.items()
    ]


#: The stages of each study: what a stage tries may hang on what the stages before it found.
STUDIES: dict[str, list[Callable[[Sequence[Figures]], Iterator[Variant]]]] = {
    "architecture": [architectures, two_enlarged],
    "optimizer": [optimizers],
    "leaderboard": [tuning, more_dropout, more_seeds, at_their_best],
    "regularization": [regularization],
    "released": [released],
}


def measured(variant: Variant, corpus: str, tokenizer: str, folder: Path, figures: Path) -> dict[str, Any]:
    """Train a variant unless that is done, and give its figures.

    `folder`: for all variants, their runs and what they start with; `figures`: those of all that are done.
    """
    done = figures / f"{variant.name}.json"
    recipe = {**BASE, **variant.recipe}
    rows_sha256 = load_manifest(Path(corpus))["rows_sha256"]
    if done.is_file():
        found: dict[str, Any] = json.loads(done.read_text("utf-8"))
        if (found["recipe"], found["corpus_rows_sha256"]) != (recipe, rows_sha256):
            raise SystemExit(f"{done}: figures of another recipe or corpus; move it aside to train anew")
        return {**found, "group": variant.group, "recipe": variant.recipe}
    import torch

    from abcgen.training import train

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    start = folder / "starts" / variant.name
    if variant.stock and not (start / "model.safetensors").is_file():
        shape = TRANSFORMER_SIZES[recipe["model"]["size"]]
        stock_model(variant.stock, shape, Path(tokenizer), start, recipe["seed"])
    run = folder / "runs" / variant.name
    settings = recipe_from({**recipe, "corpus": corpus, "tokenizer": tokenizer, "output_dir": str(run)})
    if variant.stock:
        settings = replace(settings, model=replace(settings.model, name_or_path=str(start)))
    result = train(settings, resume=(run / "checkpoints").is_dir())
    if result.signal:
        raise SystemExit("stopped; the same command goes on")
    log = [json.loads(line) for line in (run / "log.jsonl").read_text("utf-8").splitlines()]
    speeds = sorted(line["tokens_per_second"] for line in log if "tokens_per_second" in line)
    (test,) = compare([result.model], corpus).entries
    found = {
        "variant": variant.name,
        "bits_per_byte": round(result.best_bpb or 0.0, 4),
        "test_bits_per_byte": round(test.bits_per_byte.estimate, 4),
        "parameters": test.parameters,
        "best_step": result.best_step,
        "steps": result.total_steps,
        "tokens_per_second": speeds[len(speeds) // 2],
        "stock": variant.stock,
        "recipe": recipe,
        "corpus_rows_sha256": rows_sha256,
        "curve": [(line["step"], round(line["bpb"], 4)) for line in log if "bpb" in line],
    }
    done.parent.mkdir(parents=True, exist_ok=True)
    write_whole(done, json.dumps(found, indent=1) + "\n")
    return {**found, "group": variant.group, "recipe": variant.recipe}


def draw(figures: list[dict[str, Any]], picture: Path) -> None:
    """Bits per byte of every variant, the best on top."""
    figure = new_figure(7, 0.6 + 0.28 * len(figures))
    axes = figure.add_subplot()
    names = [found["variant"] for found in figures]
    axes.plot([found["bits_per_byte"] for found in figures], range(len(figures)), "o", color="#33658a")
    axes.set_yticks(range(len(figures)), names)
    axes.invert_yaxis()
    axes.grid(axis="x", color="#dddddd")
    axes.set_xlabel("validation, bits per byte")
    axes.spines[["top", "right"]].set_visible(False)
    write_whole(picture, png(figure), overwrite=True)


def standings(figures: Sequence[Figures], corpus: str) -> str:
    """A table: of each group the settings that won, over all their seeds, and the best n-gram."""
    rows = [("model", "parameters", "settings", "seeds", "validation", "test", "test, least and most")]
    for best in best_of_groups(figures):
        seeds = [found for found in figures if without_seed(found["recipe"]) == without_seed(best.recipe)]
        test = [found["test_bits_per_byte"] for found in seeds]
        settings = f"{best.recipe['optim']} {best.recipe['learning_rate']:g}"
        rows.append(
            (
                best.group,
                f"{seeds[0]['parameters']:,}",
                f"{settings}, dropout {best.recipe['model']['dropout']}",
                str(len(seeds)),
                f"{fmean(found['bits_per_byte'] for found in seeds):.4f}",
                f"{fmean(test):.4f}",
                f"{min(test):.4f} to {max(test):.4f}",
            )
        )
    rows[1:] = sorted(rows[1:], key=lambda row: row[5])
    chosen = {order: ngram_bits(corpus, "validation", order) for order in range(4, 11)}
    order = min(chosen, key=chosen.__getitem__)
    test_bits = f"{ngram_bits(corpus, 'test', order):.4f}"
    rows.append((f"Kneser-Ney {order}-gram", "-", "-", "-", f"{chosen[order]:.4f}", test_bits, "-"))
    return table(rows)


def ngram_bits(corpus: str, split: str, order: int) -> float:
    """Bits per byte of the n-gram of an order."""
    (reference,) = compare([], corpus, split=split, ngram=order, resamples=1).entries
    return reference.bits_per_byte.estimate


def without_seed(recipe: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in recipe.items() if key != "seed"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", choices=STUDIES)
    parser.add_argument("--corpus", default="data/pd")
    parser.add_argument("--tokenizer", default="tokenizer")
    parser.add_argument("--work", type=Path, default=Path("runs/studies"))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("docs/studies"))
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    places = arguments.corpus, arguments.tokenizer, arguments.work, arguments.out / "runs"
    figures: list[Figures] = []
    with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("spawn")) as pool:
        for stage in STUDIES[arguments.study]:
            waiting = [pool.submit(measured, variant, *places) for variant in stage(tuple(figures))]
            for run in as_completed(waiting):
                figures.append(run.result())
                shown = [figures[-1][name] for name in ("variant", "bits_per_byte", "test_bits_per_byte")]
                print(*shown, sep="  ", flush=True)
    figures.sort(key=lambda found: found["bits_per_byte"])
    name = arguments.study
    draw(figures, arguments.out / f"{name}.png")
    if name == "leaderboard":
        print(standings(figures, arguments.corpus))
        chosen = {best.name for best in best_of_groups(figures)}
        curves = {
            f"{found['variant']}  {found['bits_per_byte']:.4f}": found["curve"]
            for found in figures
            if found["variant"] in chosen and found["curve"]
        }
        draw_scores(curves, arguments.out / f"{name}-curves.png", overwrite=True)


if __name__ == "__main__":
    main()
