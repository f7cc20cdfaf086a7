"""Which vocabulary? One small model trained alike with each, judged by validation bits per byte.

    python benchmarks/vocabulary.py [--corpus data/pd] [--epochs 24] [--seeds 2] [--work runs/vocabulary]
        [--out tokenizer]

Every model has the same parameters outside its embedding, sees the same bytes in the same number of steps,
and moves through the same keys; each vocabulary is tried with several seeds, and their mean counts, but what
is far behind after the first is not tried again. A run that was stopped goes on; what is finished is not
trained again. How many tunes a second they write is
measured at the end, one model after the other. The table and its plot are written to `--out` as study.json
and study.png, and its card is written anew.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import torch
from stock import stock_model

from abcgen.corpus import load_corpus, load_manifest
from abcgen.files import write_whole
from abcgen.models import load_model
from abcgen.models.transformer import TransformerSize
from abcgen.plots import new_figure, png
from abcgen.tokenization.cut import cut
from abcgen.tokenization.train import save_tokenizer, train_tokenizer, write_tokenizer_card
from abcgen.training import train
from abcgen.training.recipe import recipe_from

#: Tokens for music, the 256 bytes among them, and whether notes are joined; the first are characters.
VOCABULARIES = {
    "characters": (256, False),
    "notes": (4096, False),
    "384": (384, True),
    "512": (512, True),
    "768": (768, True),
    "1024": (1024, True),
    "2048": (2048, True),
    "4096": (4096, True),
}
#: The model, a GPT-NeoX: abcgen's own architecture was chosen later, with the vocabulary that won here.
SHAPE = TransformerSize(layers=4, width=128)
#: A vocabulary that is so many bits per byte behind the best by the first seed has had its chance.
FAR_BEHIND = 0.1
#: Bytes of a batch: what every model sees before each step.
BATCH_BYTES = 6000


def measured(name: str, seed: int, corpus: Path, folder: Path, epochs: float) -> dict[str, Any]:
    """The figures of one vocabulary; trains its model unless that is done."""
    size, joined = VOCABULARIES[name]
    rows = load_corpus(corpus)
    tokenizer = train_tokenizer(rows["train"]["body"], size, joined=joined)
    if not (folder / "tokenizer").exists():
        save_tokenizer(tokenizer, folder / "tokenizer", {"vocabulary": size, "joined": joined})
    start = folder / "start"
    if not (start / "model.safetensors").exists():
        stock_model("gpt_neox", SHAPE, folder / "tokenizer", start, seed)
    texts = [
        header + body for header, body in zip(rows["train"]["header"], rows["train"]["body"], strict=True)
    ]
    cuts = [cut(tokenizer, row["header"] + row["body"], len(row["header"])) for row in rows["validation"]]
    tokens = sum(len(encoding.ids) for encoding in tokenizer.encode_batch(texts))
    per_batch = round(BATCH_BYTES * tokens / sum(map(len, texts)))
    recipe = recipe_from(
        {
            "output_dir": str(folder / "run"),
            "corpus": str(corpus),
            "tokenizer": str(folder / "tokenizer"),
            "model": {"name_or_path": str(start), "dropout": 0.1, "attn_implementation": "eager"},
            "num_train_epochs": epochs,
            "tokens_per_batch": per_batch,
            "learning_rate": 2e-3,
            "ema_decay": 0.99,
            "eval_steps": 200,
            "augment_keys": True,
            "seed": seed,
            "bf16": True,
        }
    )
    result = train(recipe, resume=(folder / "run").exists())
    if result.signal:
        raise SystemExit("stopped; the same command goes on")
    model, _ = load_model(result.model)
    embedding = model.get_input_embeddings().weight.numel()
    return {
        "vocabulary": name,
        "tokens": tokenizer.get_vocab_size(),
        "parameters_outside_embedding": sum(p.numel() for p in model.parameters()) - embedding,
        "tokens_per_tune": round(sum(len(found.ids) for found in cuts) / len(cuts), 1),
        "characters_per_token": round(
            sum(found.characters for found in cuts) / sum(len(found.ids) for found in cuts), 2
        ),
        "notes_cut": round(sum(found.notes_cut for found in cuts) / sum(found.notes for found in cuts), 4),
        "steps": result.step,
        "bits_per_byte": round(result.best_bpb or 0.0, 4),
    }


def tunes_per_second(folder: Path, tokens_per_tune: float, count: int = 64, steps: int = 128) -> float:
    """How many tunes of the usual length plain batched generation gives a second.

    So many rows are drawn for so many steps each, whatever they say; that one row goes on long after the
    others is chance, and would hide the vocabulary.
    """
    model, tokenizer = load_model(folder / "run" / "best")
    prompt = tokenizer.encode("X:1\nM:6/8\nL:1/8\nK:D\n")
    ids = torch.tensor([prompt] * count)
    torch.manual_seed(0)
    model.generation_config.max_length = None  # only the number of new tokens is bounded
    settings = {"min_new_tokens": steps, "max_new_tokens": steps, "do_sample": True}
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        model.generate(ids, attention_mask=torch.ones_like(ids), **settings)
        best = min(best, time.perf_counter() - began)
    return count * steps / best / tokens_per_tune


def together(found: list[dict[str, Any]]) -> dict[str, Any]:
    """One vocabulary's figures from those of its seeds."""
    each = [one["bits_per_byte"] for one in found]
    return {**found[0], "bits_per_byte": round(sum(each) / len(each), 4), "by_seed": each}


def draw(figures: list[dict[str, Any]], picture: Path) -> None:
    """Bits per byte against the length of a tune in tokens; a bar spans the seeds."""
    figure = new_figure(7, 4)
    axes = figure.add_subplot()
    for found in figures:
        axes.plot([found["tokens_per_tune"]] * 2, _span(found["by_seed"]), color="#86a3bd")
        axes.plot(found["tokens_per_tune"], found["bits_per_byte"], "o", color="#33658a")
        place = (found["tokens_per_tune"], found["bits_per_byte"])
        axes.annotate(found["vocabulary"], place, xytext=(5, 4), textcoords="offset points", fontsize=9)
    axes.set_xlabel("tokens a tune")
    axes.set_ylabel("validation, bits per byte")
    axes.spines[["top", "right"]].set_visible(False)
    write_whole(picture, png(figure), overwrite=True)


def _span(values: list[float]) -> list[float]:
    return [min(values), max(values)]


def _worth_trying(runs: dict[str, list[dict[str, Any]]]) -> list[str]:
    """The vocabularies that another seed could still make the best."""
    first = {name: found[0]["bits_per_byte"] for name, found in runs.items() if found}
    best = min(first.values(), default=0.0)
    return [name for name in runs if first.get(name, best) < best + FAR_BEHIND]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("data/pd"))
    parser.add_argument("--epochs", type=float, default=24)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--work", type=Path, default=Path("runs/vocabulary"))
    parser.add_argument("--out", type=Path, default=Path("tokenizer"))
    arguments = parser.parse_args()
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in VOCABULARIES}
    for seed in range(1, arguments.seeds + 1):
        for name in _worth_trying(runs):
            folder = arguments.work / f"{name}-{seed}"
            done = folder / "figures.json"
            if not done.exists():
                found = measured(name, seed, arguments.corpus, folder, arguments.epochs)
                write_whole(done, json.dumps(found), overwrite=True)
                print(f"seed {seed} {found}", flush=True)
            runs[name].append(json.loads(done.read_text("utf-8")))
    figures = [together(found) for found in runs.values()]
    for name, found in zip(VOCABULARIES, figures, strict=True):
        speed = tunes_per_second(arguments.work / f"{name}-1", found["tokens_per_tune"])
        found["tunes_per_second"] = round(speed, 1)
        print("  ".join(f"{key} {value}" for key, value in found.items()), flush=True)
    rows_sha256 = load_manifest(arguments.corpus)["rows_sha256"]
    study = {
        "corpus_rows_sha256": rows_sha256,
        "epochs": arguments.epochs,
        "far_behind": FAR_BEHIND,
        "spread": round(max(max(found["by_seed"]) - min(found["by_seed"]) for found in figures), 4),
        "rows": figures,
    }
    write_whole(arguments.out / "study.json", json.dumps(study, indent=2) + "\n", overwrite=True)
    draw(figures, arguments.out / "study.png")
    write_tokenizer_card(arguments.out)


if __name__ == "__main__":
    main()
