"""What a run leaves for people: the log, the curves, and the best model as a plain transformers folder.

It writes what it is given; it knows nothing of the loop.
"""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError

from abcgen.corpus import load_corpus, load_manifest
from abcgen.corpus.index import INDEX, CorpusIndex
from abcgen.errors import CheckpointError, CorpusError, OutputError
from abcgen.evaluation.overlap import TRAIN_HASHES
from abcgen.files import folder_whole, write_whole
from abcgen.models.loading import no_progress_bars
from abcgen.models.places import MANIFESTS, read_manifests
from abcgen.plots import new_figure, png
from abcgen.training.start import named_folder

if TYPE_CHECKING:
    from accelerate import Accelerator
    from transformers import PreTrainedModel

    from abcgen.training.recipe import Recipe

_TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
)
#: What every record of the log has, as whole numbers, and how its line begins.
_COUNTS = ("step", "epoch")
_OPENING = '{"step": '


def machine_of(accelerator: Accelerator) -> str:
    """What the run is on, in words: its processors, how many work together, the version of torch."""
    import torch

    if accelerator.device.type == "cuda":
        name = torch.cuda.get_device_name(accelerator.device)
        what = f"{accelerator.num_processes} x {name}" if accelerator.num_processes > 1 else name
    else:
        cores = torch.get_num_threads() * accelerator.num_processes
        what = f"{cores} core{'s' * (cores > 1)} of {_processor()}"
        what += f" ({accelerator.device.type})" if accelerator.device.type != "cpu" else ""
    return f"{what}, torch {torch.__version__}"


def _processor() -> str:
    """The processor by its name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(named), "") or platform.processor() or platform.machine() or "a processor without a name"


def append_log(path: Path, record: Mapping[str, Any]) -> None:
    """Add one line of JSON."""
    try:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record) + "\n")
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error


def read_log(path: Path) -> list[dict[str, Any]]:
    """The records of a log; a last line that a killed process left unfinished is passed over.

    Raises CheckpointError when a line is no record of a run.
    """
    if not path.exists():
        return []
    try:
        *lines, last = path.read_bytes().decode("utf-8", "replace").split("\n")
    except OSError as error:
        raise CheckpointError(f"cannot read {path}: {error.strerror or error}") from error
    records: list[dict[str, Any]] = []
    unfinished = _OPENING.startswith(last[: len(_OPENING)]) and not last.endswith("}")
    for number, line in enumerate(lines if unfinished else [*lines, last], start=1):
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict) or not all(type(record.get(name)) is int for name in _COUNTS):
            raise CheckpointError(f"{path}:{number}: not a line of a run's log; move the file away")
        records.append(record)
    return records


def rewind_log(path: Path, step: int) -> None:
    """Forget the records after `step`: the run goes on from there."""
    kept = [record for record in read_log(path) if record["step"] <= step]
    write_whole(path, "".join(json.dumps(record) + "\n" for record in kept), overwrite=True)


def draw_curves(log: Path, picture: Path) -> None:
    """Training loss (nats a token) and validation bits per byte against the step, as a PNG."""
    records = read_log(log)
    losses = [(record["step"], record["loss"]) for record in records if "loss" in record]
    scores = [(record["step"], record["bpb"]) for record in records if "bpb" in record]
    figure = new_figure(8, 4.5)
    left = figure.add_subplot()
    left.set_xlabel("step")
    left.set_ylabel("training loss, nats a token", color="tab:gray")
    left.plot(*_columns(losses), color="tab:gray", linewidth=0.8)
    right = left.twinx()
    right.set_ylabel("validation, bits per byte", color="tab:blue")
    right.plot(*_columns(scores), color="tab:blue", marker=".", linewidth=1.5)
    if scores:
        step, best = min(scores, key=lambda pair: pair[1])
        right.set_title(f"best: {best:.4f} bits per byte at step {step}", fontsize="medium")
        right.set_ylim(best - 0.1, min(max(score for _, score in scores), best + 1.5) + 0.05)
    write_whole(picture, png(figure), overwrite=True)


def save_model(folder: Path, model: PreTrainedModel, recipe: Recipe, ids: Iterable[str]) -> None:
    """`folder` becomes a model that plain transformers loads, with its recipe and the ids that made it.

    The tokenizer's files are those of the recipe's tokenizer, byte for byte. The index of its tunes is made
    for the first model of a run, and kept by those after it. What the corpus says of itself goes along.
    """
    with folder_whole(folder, overwrite=True) as aside, no_progress_bars():
        try:
            model.save_pretrained(aside)
        except SafetensorError as error:  # a full disk reaches us as this, not as OSError
            raise OutputError(f"cannot write {folder}: {error}") from error
        tokenizer = named_folder(recipe.tokenizer)
        for name in _TOKENIZER_FILES:
            if (tokenizer / name).is_file():
                shutil.copyfile(tokenizer / name, aside / name)
        (aside / "recipe.yaml").write_text(recipe.as_yaml(), encoding="utf-8")
        (aside / TRAIN_HASHES).write_text("".join(f"{line}\n" for line in sorted(ids)), encoding="utf-8")
        manifests = json.dumps(corpus_manifests(recipe), indent=1, ensure_ascii=False)
        (aside / MANIFESTS).write_text(f"{manifests}\n", encoding="utf-8")
        if (folder / INDEX).is_file():
            shutil.copyfile(folder / INDEX, aside / INDEX)
        elif not why_no_index(recipe):
            _save_index(aside / INDEX, recipe)


def corpus_manifests(recipe: Recipe) -> list[dict[str, Any]]:
    """What the corpora say of themselves whose tunes make a model, the first one's first; if they do."""
    start, corpus = recipe.model.name_or_path, Path(recipe.corpus)
    before = read_manifests(named_folder(start)) if start else []
    return [*before, load_manifest(corpus)] if (corpus / "manifest.json").is_file() else before


def why_no_index(recipe: Recipe) -> str:
    """Why there can be no index of the tunes that make a model, as a line, or "".

    Where the model that it begins with has none that can be read, one of a part of the tunes would be false.
    """
    start = recipe.model.name_or_path
    try:
        _ = CorpusIndex.load(named_folder(start) / INDEX) if start else None
    except CorpusError as error:
        return (
            f"the model will have no index of its tunes, since the one that it begins with has none: {error}"
        )
    return ""


def _save_index(path: Path, recipe: Recipe) -> None:
    """The index of the tunes that make a model, with those of the model that it begins with."""
    splits = load_corpus(Path(recipe.corpus))
    index = CorpusIndex.build(splits["train"], splits.get("test", ()))
    if start := recipe.model.name_or_path:
        index = index.joined(CorpusIndex.load(named_folder(start) / INDEX))
    index.save(path)


def _columns(pairs: list[tuple[int, float]]) -> tuple[list[int], list[float]]:
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
