"""A model as a repository of the Hub: what plain transformers loads, where it comes from, what it writes.

Nothing is taken on trust: the model is loaded, its figures must be those of these very weights, and the code
of a recurrent network is ours, whatever stands in its folder.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from abcgen.corpus.corpora import every_source
from abcgen.errors import AbcgenError, InputError, MissingExtraError, ScoreError
from abcgen.evaluation.compare import model_sha256
from abcgen.files import write_whole
from abcgen.generation import TuneSource
from abcgen.hub.cards import read_card
from abcgen.models import load_model
from abcgen.models.places import read_manifests
from abcgen.notation import parse_tune, write_abc
from abcgen.scores import render_tune
from abcgen.scores.sound import require_synthesiser
from abcgen.templates import filled

#: What is published of a model's folder, and of the folder of the run that made it.
_OF_MODEL = (
    *("*.safetensors", "*.safetensors.index.json", "config.json", "generation_config.json"),
    *("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"),
    *("vocab.json", "merges.txt", "train_hashes.txt", "corpus-manifests.json", "recipe.yaml"),
)
_OF_RUN = ("log.jsonl", "curves.png")
#: The folder of sample tunes, how many there are, and how many are drawn to see how original they are.
SAMPLES, SHOWN, DRAWN = "samples", 3, 50
SEED = 1
EVALUATION = "evaluation.json"
CODE = "recurrent.py"


class Sampled(NamedTuple):
    """Tunes that were drawn: files of those that are shown, by the shown tune's title; bars copied of all.

    `fault`: why none was.
    """

    shown: tuple[tuple[str, tuple[str, ...]], ...] = ()
    drawn: int = 0
    copied: tuple[int, ...] = ()
    most_human: int = 0
    fault: str = ""


class Trained(NamedTuple):
    """What a log tells of a training: how long it took, 0 where it does not say, and on what."""

    minutes: int = 0
    machines: str = ""


def model_place(source: Path) -> Path:
    """Where the model lies in a folder, which may be that of a run."""
    best = source / "best"
    return best if not (source / "config.json").is_file() and (best / "config.json").is_file() else source


def fill_model(source: Path, name: str, folder: Path, evaluation: Path | None = None) -> None:
    """Put what is published of a model, or of the best one of a run, into a folder.

    `evaluation` is what `abcgen evaluate --json` printed of it, else the `evaluation.json` beside it. Raises
    ModelError for no model, InputError for figures that are not this model's.
    """
    place = model_place(source)
    model, _ = load_model(place)
    for pattern in _OF_MODEL:
        for path in sorted(place.glob(pattern)):
            shutil.copyfile(path, folder / path.name)
    for path in (inner / name for name in _OF_RUN for inner in (source, place)):
        if path.is_file() and not (folder / path.name).exists():
            shutil.copyfile(path, folder / path.name)
    ours = model.config.model_type == "abc_recurrent"
    if ours:
        from abcgen.models import recurrent

        shutil.copyfile(recurrent.__file__, folder / CODE)
    figures = _figures(place, evaluation or _beside(source, place))
    if figures is not None:
        write_whole(folder / EVALUATION, json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    manifests = read_manifests(place)
    entries = figures["entries"] if figures else [None]
    card = filled(
        "model.md.jinja",
        name=name,
        config=model.config.to_dict(),
        parameters=model.num_parameters(),
        license_id=_license(place),
        manifests=manifests,
        sources=[info for manifest in manifests for info in every_source(manifest)],
        figures=figures,
        entry=entries[0],
        references=entries[1:],
        sampled=_samples(place, folder),
        seed=SEED,
        files={path.name for path in folder.iterdir()},
        trained=_trained(folder / "log.jsonl"),
        remote_code=ours,
    )
    write_whole(folder / "README.md", card)


def _trained(log: Path) -> Trained:
    try:
        records = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
        minutes = round(max(float(record.get("elapsed", 0)) for record in records) / 60)
        machines = dict.fromkeys(str(record["machine"]) for record in records if "machine" in record)
    except (OSError, ValueError, TypeError, AttributeError):
        return Trained()
    return Trained(minutes, "; ".join(machines))


def _license(place: Path) -> str:
    """The licence that a card beside the model names, "" where there is none."""
    card = place / "README.md"
    found = read_card(card.read_text("utf-8", "replace")).entries.get("license") if card.is_file() else None
    return found if isinstance(found, str) else ""


def _beside(source: Path, place: Path) -> Path | None:
    return next((inner / EVALUATION for inner in (place, source) if (inner / EVALUATION).is_file()), None)


def _figures(place: Path, path: Path | None) -> dict[str, Any] | None:
    """What was measured of this model, its entry first. Raises InputError for the figures of another."""
    if path is None:
        return None
    digest = model_sha256(place)
    try:
        found = json.loads(path.read_text("utf-8"))
        entries = list(found["entries"])
        mine = [entry for entry in entries if entry["sha256"] == digest]
        others = [entry for entry in entries if entry["parameters"] is None]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is not what abcgen evaluate --json prints") from error
    if not mine:
        raise InputError(
            f"{path} has the figures of other weights than those in {place}; measure these:"
            f" abcgen evaluate {place} --json"
        )
    mine[0]["model"] = "this model"
    return {**found, "entries": [mine[0], *others]}


def _samples(place: Path, folder: Path) -> Sampled:
    """Draw tunes, and put the first into the folder: as text, picture, MIDI, and sound where there is any."""
    formats = ["abc", "png", "midi"]
    with contextlib.suppress(MissingExtraError):
        require_synthesiser()
        formats.append("mp3")
    try:
        source = TuneSource.open(place, seed=SEED)
        drawn = list(source.tunes(DRAWN))
    except AbcgenError as error:
        return Sampled(fault=str(error))
    shown = []
    for number, found in enumerate(drawn[:SHOWN], 1):
        title = source.title(found)
        tune = parse_tune(write_abc(replace(found.tune, titles=(title,), reference=number)))
        faults: list[tuple[str, ScoreError]] = []
        files = render_tune(tune, formats, folder / SAMPLES, f"tune-{number}", faults=faults)
        shown.append((title, tuple(path.name for path in files)))
    copied = tuple(found.copied.run.bars for found in drawn if found.copied is not None)
    most = source.index.most_human if source.index is not None else 0
    return Sampled(tuple(shown), len(drawn), copied, most)
