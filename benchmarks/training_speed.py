"""How fast the training loop is, beside the Trainer of transformers and a plain loop in PyTorch.

    python benchmarks/training_speed.py [--corpus data/pd] [--tokenizer tokenizer] [--size small]
        [--steps 50] [--rounds 3]

Each is a process of its own, on the same tunes and, but for `lstm`, the same model; `lstm` is a network of as
many parameters in PyTorch's own module, with a loop by hand, in float32, which a CPU does faster there. Bytes
are those of tunes, header and body; padding is none. The share of the peak is of the fastest matrix product
that is measured here in the precision that is trained in. They take turns, and medians are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import torch

from abcgen.evaluation.likelihood import body_scores
from abcgen.evaluation.rows import load_rows
from abcgen.models import build_model, load_tokenizer
from abcgen.models.encoding import EncodedTune, encode_tunes, pad_tunes
from abcgen.training.batches import epoch_batches, padding_waste

#: Steps before the clock is started, and tokens of a batch.
SKIPPED, TOKENS_PER_BATCH = 10, 2048
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class Job:
    """What every way of training is given: the tunes, our batches of them, and a clock."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.tokenizer = load_tokenizer(arguments.tokenizer)
        self.rows = load_rows(arguments.corpus, ["train", "test"])
        self.bytes = [len((row["header"] + row["body"]).encode()) for row in self.rows["train"]]
        self.tunes = encode_tunes(self.tokenizer, self.rows["train"])
        self.lengths = [len(tune) for tune in self.tunes]
        self.batches = epoch_batches(self.lengths, seed=0, epoch=0, tokens_per_batch=TOKENS_PER_BATCH)
        self.moments: list[float] = []
        self.seen: list[int] = []

    def model(self, architecture: str = "lfm2") -> Any:
        return build_model(self.tokenizer, architecture, self.arguments.size, dropout=0.1)

    def step(self, seen: int) -> None:
        """A step is done, on so many bytes of tunes."""
        if DEVICE == "cuda":
            torch.cuda.synchronize()
        self.moments.append(time.time())
        self.seen.append(seen)

    def figures(self) -> dict[str, float]:
        seconds = self.moments[-1] - self.moments[SKIPPED - 1]
        return {
            "bytes_per_second": sum(self.seen[SKIPPED:]) / seconds,
            "seconds_to_first_step": self.moments[0] - self.arguments.began,
        }


def abcgen(job: Job) -> float:
    """abcgen's own loop; gives the share of padding."""
    from abcgen.training import loop
    from abcgen.training.recipe import recipe_from

    rate = loop.learning_rate
    per_token = sum(job.bytes) / sum(job.lengths)

    def noticed(recipe: Any, step: int, total: int) -> float:
        """Asked for at the beginning of every step, so after the one before."""
        if step:
            tunes = job.batches[step - 1]
            job.step(round(per_token * sum(job.lengths[tune] for tune in tunes)))
        return rate(recipe, step, total)

    loop.learning_rate = noticed
    with tempfile.TemporaryDirectory() as folder:
        recipe = {
            "output_dir": f"{folder}/run",
            "corpus": job.arguments.corpus,
            "tokenizer": job.arguments.tokenizer,
            "model": {"size": job.arguments.size, "dropout": 0.1, "attn_implementation": "eager"},
            "tokens_per_batch": TOKENS_PER_BATCH,
            "max_steps": job.arguments.steps + 1,
            "eval_steps": 10**6,
            "bf16": True,
            "seed": 0,
        }
        loop.train(recipe_from(recipe))
    return padding_waste(job.lengths, job.batches)


def trainer(job: Job, *, by_length: bool = False) -> float:
    """The Trainer of transformers: as many tunes a batch as ours has in the mean."""
    from transformers import Trainer, TrainerCallback, TrainingArguments

    model = job.model()
    model.set_attn_implementation("eager")
    padded = real = 0
    seen: list[int] = []

    def collate(chosen: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        nonlocal padded, real
        tunes = [job.tunes[one["index"]] for one in chosen]
        ids, labels = pad_tunes(tunes, job.tokenizer.pad_token_id or 0, body_only=False)
        padded, real = padded + ids.numel(), real + sum(map(len, tunes))
        seen.append(sum(job.bytes[one["index"]] for one in chosen))
        return {"input_ids": ids, "labels": labels}

    class Clock(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            job.step(seen[state.global_step - 1])

    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArguments(
            output_dir=folder,
            max_steps=job.arguments.steps,
            per_device_train_batch_size=round(len(job.tunes) / len(job.batches)),
            learning_rate=1e-3,
            bf16=True,
            use_cpu=DEVICE == "cpu",
            save_strategy="no",
            report_to="none",
            logging_steps=10**6,
            remove_unused_columns=False,
            disable_tqdm=True,
            train_sampling_strategy="group_by_length" if by_length else "random",
        )
        data = [{"index": index, "input_ids": list(tune.ids)} for index, tune in enumerate(job.tunes)]
        Trainer(
            model=model, args=settings, data_collator=collate, train_dataset=data, callbacks=[Clock()]
        ).train()
    return 1 - real / padded


def trainer_by_length(job: Job) -> float:
    """The same, told to put tunes of like length together."""
    return trainer(job, by_length=True)


def lstm(job: Job) -> float:
    """An LSTM in PyTorch's own words, on our batches."""
    shape = job.model("lstm").config
    vocabulary, width = shape.vocab_size, shape.embedding_size
    embedding = torch.nn.Embedding(vocabulary, width).to(DEVICE)
    layers = torch.nn.LSTM(
        width, shape.hidden_size, shape.num_hidden_layers, batch_first=True, dropout=0.1, device=DEVICE
    )
    back = torch.nn.Linear(shape.hidden_size, width).to(DEVICE)
    weights = [*embedding.parameters(), *layers.parameters(), *back.parameters()]
    optimizer = torch.optim.AdamW(weights, lr=1e-3)
    for chosen in batches_of(job):
        ids, labels = pad_tunes(chosen, 0, body_only=False)
        ids, labels = ids.to(DEVICE), labels.to(DEVICE)
        logits = back(layers(embedding(ids))[0]) @ embedding.weight.T
        loss = torch.nn.functional.cross_entropy(
            logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100
        )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        job.step(sum(job.bytes[index] for index in job.batches[len(job.seen)]))
    return padding_waste(job.lengths, job.batches)


def batches_of(job: Job) -> Iterator[list[EncodedTune]]:
    for batch in job.batches[: job.arguments.steps]:
        yield [job.tunes[index] for index in batch]


WAYS: dict[str, Callable[[Job], float]] = {
    "abcgen": abcgen,
    "trainer": trainer,
    "trainer, by length": trainer_by_length,
    "lstm": lstm,
}


def peak(dtype: torch.dtype) -> float:
    """Operations a second of the fastest of some matrix products."""
    size = 8192 if DEVICE == "cuda" else 2048
    left, right = (torch.randn(size, size, device=DEVICE).to(dtype) for _ in range(2))
    best = 0.0
    for _ in range(10):
        began = time.perf_counter()
        left @ right
        if DEVICE == "cuda":
            torch.cuda.synchronize()
        best = max(best, 2 * size**3 / (time.perf_counter() - began))
    return best


def operations(model: Any) -> int:
    """Of a token, forward and backward: six a weight that something is multiplied with."""
    return 6 * sum(weight.numel() for weight in model.parameters() if weight.ndim == 2)


def one(arguments: argparse.Namespace) -> None:
    """A way of training, in this process; its figures as a line of JSON."""
    job = Job(arguments)
    padding = WAYS[arguments.only](job)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if DEVICE == "cuda":
        memory = torch.cuda.max_memory_allocated() / 2**20
    print(json.dumps({**job.figures(), "padding": padding, "peak_mib": memory}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", default="data/pd")
    parser.add_argument("--tokenizer", default="tokenizer")
    parser.add_argument("--size", default="small")
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--began", type=float, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        one(arguments)
        return
    shared = ["--corpus", arguments.corpus, "--tokenizer", arguments.tokenizer, "--size", arguments.size]
    rounds: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for way in list(WAYS) * arguments.rounds:
        command = [sys.executable, __file__, *shared, "--steps", str(arguments.steps), "--only", way]
        command += ["--began", str(time.time())]
        told = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True
        )
        rounds[way].append(json.loads(told.stdout.splitlines()[-1]))
    found = {
        way: {name: median(one[name] for one in all_) for name in all_[0]} for way, all_ in rounds.items()
    }
    job = Job(arguments)
    per_token = sum(job.bytes) / sum(job.lengths)
    peaks = {"abcgen": peak(torch.bfloat16), "lstm": peak(torch.float32)}
    print(f"{DEVICE}, {os.cpu_count()} cores, {arguments.size}: {job.model().num_parameters():,} parameters")
    names = f"{'tokens/s':>10}{'of peak':>9}{'padding':>9}{'MiB':>7}{'first step':>12}"
    print(f"{'':<20}{'bytes/s':>10}{'ratio':>7}{names}")
    for way, figures in found.items():
        rate = figures["bytes_per_second"]
        model = job.model("lstm" if way == "lstm" else "lfm2")
        share = rate / per_token * operations(model) / peaks["lstm" if way == "lstm" else "abcgen"]
        print(
            f"{way:<20}{rate:>10,.0f}{found['abcgen']['bytes_per_second'] / rate:>7.2f}"
            f"{rate / per_token:>10,.0f}{share:>9.1%}{figures['padding']:>9.1%}{figures['peak_mib']:>7,.0f}"
            f"{figures['seconds_to_first_step']:>10.1f} s"
        )
    model = job.model().train(False).to(DEVICE)
    began = time.perf_counter()
    body_scores(model, job.tokenizer, job.rows["test"])
    print(f"evaluation: {len(job.rows['test']) / (time.perf_counter() - began):,.0f} tunes a second")


if __name__ == "__main__":
    main()
