"""Which architecture, which optimiser, how much dropout? Small models trained alike but for one thing.

    python benchmarks/studies.py architecture|optimizer|regularization|leaderboard
        [--corpus data/pd] [--tokenizer tokenizer] [--work runs/studies] [--jobs 2] [--out docs/studies]

Every variant sees the same tunes, in the same keys, in the same order and the same number of times, and is
judged by validation bits per byte. A variant that was stopped goes on, one that is finished is not trained
again. `--jobs` trains so many at a time, each on one core. The figures go to `--out` as NAME.json, with a
picture of them.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from abcgen.corpus import load_manifest
from abcgen.files import write_whole
from abcgen.models import load_tokenizer
from abcgen.models.build import build_model
from abcgen.training.recipe import recipe_from

#: What all variants share: two dozen passes of the tiny size.
BASE: dict[str, Any] = {
    "num_train_epochs": 24,
    "tokens_per_batch": 2048,
    "learning_rate": 2e-3,
    "ema_decay": 0.99,
    "eval_steps": 200,
    "augment_keys": True,
    "seed": 1,
    "bf16": True,
}
TRANSFORMER = {"size": "tiny", "dropout": 0.1, "attn_implementation": "eager"}
CELLS = ("lstm", "gru", "rnn")
RATES = (1e-3, 2e-3, 4e-3)
#: Width, layers and heads of the tiny size; a gated MLP has three matrices where a plain one has two.
WIDTH, LAYERS, HEADS = 128, 4, 4
GATED = round(8 / 3 * WIDTH / 8) * 8


@dataclass(frozen=True)
class Variant:
    """One run: its name, and what its recipe says beside `BASE`. `stock`: an architecture to begin with."""

    name: str
    recipe: dict[str, Any]
    stock: str = ""


def architectures() -> Iterator[Variant]:
    """Stock architectures that vLLM and llama.cpp serve, each with the parameters of tiny, at three rates."""
    for stock in ("gpt_neox", "llama", "qwen3", "phi3", "gpt2"):
        for rate in RATES:
            recipe = {"model": TRANSFORMER, "learning_rate": rate}
            yield Variant(f"{stock}-{rate:g}", recipe, "" if stock == "gpt_neox" else stock)


def optimizers() -> Iterator[Variant]:
    """AdamW and Muon at their rates; the average of the weights, and none."""
    for rate in RATES:
        yield Variant(f"adamw-{rate:g}", {"model": TRANSFORMER, "learning_rate": rate})
    for rate in (*RATES, 8e-3):
        yield Variant(f"muon-{rate:g}", {"model": TRANSFORMER, "optim": "muon", "learning_rate": rate})
    yield Variant("adamw-0.002-no-average", {"model": TRANSFORMER, "ema_decay": 0.0})


def regularization() -> Iterator[Variant]:
    """Dropout, decay and key augmentation, at the size where they begin to matter."""
    small = {**TRANSFORMER, "size": "small"}
    for dropout in (0.0, 0.1, 0.2, 0.3):
        yield Variant(f"dropout-{dropout}", {"model": {**small, "dropout": dropout}})
    yield Variant("dropout-0.2-no-keys", {"model": {**small, "dropout": 0.2}, "augment_keys": False})
    yield Variant("dropout-0.2-decay-0", {"model": {**small, "dropout": 0.2}, "weight_decay": 0.0})
    yield Variant("dropout-0.2-decay-0.3", {"model": {**small, "dropout": 0.2}, "weight_decay": 0.3})


def leaderboard() -> Iterator[Variant]:
    """Recurrent networks and the Transformer at equal parameters: six tuning runs each, then two more seeds.

    The tuning runs are the first seed of every pair of rate and dropout; `best_of` says which pair wins.
    """
    for architecture in ("gpt_neox", *CELLS):
        shared = {"architecture": architecture, "size": "tiny", "attn_implementation": "eager"}
        # a recurrent network under bfloat16 is slower on a CPU than in float32
        bf16 = architecture == "gpt_neox"
        for rate in RATES:
            for dropout in (0.1, 0.3):
                recipe = {"model": {**shared, "dropout": dropout}, "learning_rate": rate, "bf16": bf16}
                yield Variant(f"{architecture}-{rate:g}-{dropout}", recipe)


STUDIES = {
    "architecture": architectures,
    "optimizer": optimizers,
    "regularization": regularization,
    "leaderboard": leaderboard,
}


def stock_model(architecture: str, tokenizer_folder: str, folder: Path, seed: int) -> Path:
    """A folder with a fresh model of another stock architecture, of the tiny size, and its tokenizer."""
    import shutil

    import torch
    import transformers

    tokenizer = load_tokenizer(tokenizer_folder)
    shape: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "max_position_embeddings": 2048,
        "tie_word_embeddings": True,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    more: dict[str, dict[str, Any]] = {
        "llama": {"intermediate_size": GATED},
        "phi3": {"intermediate_size": GATED, "num_key_value_heads": HEADS},
        "qwen3": {"intermediate_size": GATED, "num_key_value_heads": HEADS, "head_dim": WIDTH // HEADS},
        "gpt2": {"n_inner": 4 * WIDTH, "n_positions": 2048},
    }
    config = transformers.AutoConfig.for_model(architecture, **shape, **more[architecture])
    torch.manual_seed(seed)
    model = transformers.AutoModelForCausalLM.from_config(config)
    model.generation_config = build_model(tokenizer, "gpt_neox", "tiny").generation_config
    model.save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(Path(tokenizer_folder) / name, folder / name)
    return folder


def measured(variant: Variant, corpus: str, tokenizer: str, folder: Path) -> dict[str, Any]:
    """Train a variant unless that is done, and give its figures."""
    done = folder / "figures.json"
    if done.is_file():
        found: dict[str, Any] = json.loads(done.read_text("utf-8"))
        return found
    import torch

    from abcgen.training import train

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    recipe = {**BASE, **variant.recipe}
    start = folder / "start"
    if variant.stock:
        if not (start / "model.safetensors").is_file():
            stock_model(variant.stock, tokenizer, start, recipe["seed"])
        recipe["model"] = {**recipe["model"], "name_or_path": str(start)}
    run = folder / "run"
    settings = recipe_from({**recipe, "corpus": corpus, "tokenizer": tokenizer, "output_dir": str(run)})
    result = train(settings, resume=(run / "checkpoints").is_dir())
    if result.signal:
        raise SystemExit("stopped; the same command goes on")
    log = [json.loads(line) for line in (run / "log.jsonl").read_text("utf-8").splitlines()]
    speeds = sorted(line["tokens_per_second"] for line in log if "tokens_per_second" in line)
    found = {
        "variant": variant.name,
        "bits_per_byte": round(result.best_bpb or 0.0, 4),
        "best_step": result.best_step,
        "steps": result.total_steps,
        "tokens_per_second": speeds[len(speeds) // 2],
    }
    write_whole(done, json.dumps(found))
    return found


def draw(figures: list[dict[str, Any]], picture: Path) -> None:
    """Bits per byte of every variant, the best on top."""
    from abcgen.plots import new_figure, png

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
    folder = arguments.work / arguments.study
    figures = []
    with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("spawn")) as pool:
        runs = [
            pool.submit(measured, variant, arguments.corpus, arguments.tokenizer, folder / variant.name)
            for variant in STUDIES[arguments.study]()
        ]
        for run in as_completed(runs):
            figures.append(run.result())
            print("  ".join(f"{key} {value}" for key, value in figures[-1].items()), flush=True)
    figures.sort(key=lambda found: found["bits_per_byte"])
    rows_sha256 = load_manifest(Path(arguments.corpus))["rows_sha256"]
    study = {"corpus_rows_sha256": rows_sha256, "shared": BASE, "rows": figures}
    arguments.out.mkdir(parents=True, exist_ok=True)
    name = arguments.study
    write_whole(arguments.out / f"{name}.json", json.dumps(study, indent=2) + "\n", overwrite=True)
    draw(figures, arguments.out / f"{name}.png")


if __name__ == "__main__":
    main()
