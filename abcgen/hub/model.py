"""A model as a repository of the Hub: what plain transformers loads, where it comes from, what it writes.

Nothing is taken on trust: the model is loaded, its figures must be those of these very weights, and the code
of a recurrent network is ours, whatever stands in its folder.
"""

from __future__ import annotations

import contextlib
import json
import shlex
import shutil
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from abcgen.corpus.index import INDEX, CorpusIndex
from abcgen.corpus.provenance import require_license
from abcgen.errors import AbcgenError, InputError, MissingExtraError, ScoreError
from abcgen.evaluation.compare import model_sha256
from abcgen.files import write_whole
from abcgen.generation import TuneSource
from abcgen.hub.told import (
    License,
    bare_name,
    figures_command,
    read_corpora,
    read_figures,
    read_license,
    read_log,
)
from abcgen.models import load_model
from abcgen.models.loading import read_settings
from abcgen.models.places import hub_name
from abcgen.notation import parse_tune, write_abc
from abcgen.scores import render_tune
from abcgen.scores.sound import require_synthesiser
from abcgen.templates import filled
from abcgen.training.recipe import read_recipe, recipe_from

#: What is published of a model's folder beside its weights, and of the folder of the run that made it.
_OF_MODEL = (
    *("config.json", "generation_config.json", INDEX),
    *("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"),
    *("vocab.json", "merges.txt", "train_hashes.txt", "corpus-manifests.json"),
)
_OF_RUN = ("log.jsonl", "curves.png")
#: The folder of sample tunes, how many there are, and how many are drawn to see how original they are.
SAMPLES, SHOWN, DRAWN = "samples", 3, 50
SEED = 1
EVALUATION = "evaluation.json"
CODE = "recurrent.py"
RECIPE = "recipe.yaml"
WEIGHTS = "model.safetensors"
#: Weights of which one takes the place of another, in whatever form.
OTHER_WEIGHTS = ("model*.safetensors*", "pytorch_model*", "tf_model*", "flax_model*")
#: In settings, where what they are of was loaded from.
_PLACES = frozenset(
    {
        *("_name_or_path", "name_or_path", "tokenizer_file", "special_tokens_map_file"),
        *("vocab_file", "merges_file", "chat_template_file"),
    }
)
#: The header that a card's example gives a model, and how many tokens it has written at most.
_EXAMPLE, _WRITTEN = "X:1\nR:jig\nM:6/8\nL:1/8\nK:D\n", 400
_OUR_CODE = {
    "AutoConfig": "recurrent.AbcRecurrentConfig",
    "AutoModelForCausalLM": "recurrent.AbcRecurrentForCausalLM",
}


class Start(NamedTuple):
    """The model that another went on from: its name, and on the Hub its revision."""

    name: str = ""
    revision: str = ""


class Sampled(NamedTuple):
    """Tunes that were drawn: files of those that are shown, by the shown tune's title; bars copied of all.

    `fault`: why none was; then abcgen cannot draw any.
    """

    shown: tuple[tuple[str, tuple[str, ...]], ...] = ()
    drawn: int = 0
    copied: tuple[int, ...] = ()
    most_human: int = 0
    fault: str = ""


def model_place(source: Path) -> Path:
    """Where the model lies in a folder, which may be that of a run."""
    best = source / "best"
    return best if not (source / "config.json").is_file() and (best / "config.json").is_file() else source


def fill_model(
    source: Path, name: str, folder: Path, evaluation: Path | None = None, license_id: str = ""
) -> None:
    """Put what is published of a model, or of the best one of a run, into a folder.

    `evaluation` is what `abcgen evaluate --json` printed of it, else the `evaluation.json` beside it;
    `license_id` is that of the weights, else what the card beside them names. Raises ModelError for no model,
    InputError for figures that are not this model's, and for links to files elsewhere, CorpusError for an
    index of its tunes that is none.
    """
    if license_id:
        require_license(license_id)
    place = model_place(source)
    model, tokenizer = load_model(place)
    if (place / INDEX).is_file():
        CorpusIndex.load(place / INDEX)
    for path in (place / name for name in (*_weights(place), *_OF_MODEL)):
        if path.is_file():
            _copy(path, place, folder)
    start = _copy_recipe(place / RECIPE, place, folder)
    for path in (inner / name for name in _OF_RUN for inner in (source, place)):
        if path.is_file() and not (folder / path.name).exists():
            _copy(path, source, folder)
    ours = model.config.model_type == "abc_recurrent"
    if ours:
        from abcgen.models import recurrent

        shutil.copyfile(recurrent.__file__, folder / CODE)
    for settings in ("config.json", "generation_config.json", "tokenizer_config.json"):
        _name_code(folder / settings, _OUR_CODE if ours and settings == "config.json" else {})
    figures = None
    if (measured := evaluation or _beside(source, place)) is not None:
        figures = read_figures(measured, place)
        mine = replace(figures.entries[0], sha256=model_sha256(folder))
        figures = replace(figures, entries=(mine, *figures.entries[1:]))
        write_whole(folder / EVALUATION, json.dumps(figures.as_dict(), indent=1, ensure_ascii=False) + "\n")
    corpora = read_corpora(place)
    card = filled(
        "model.md.jinja",
        name=name,
        config=model.config.to_dict(),
        parameters=model.num_parameters(),
        license=License(license_id) if license_id else read_license(place),
        corpora=corpora,
        sources=[info for corpus in corpora for info in corpus.every_source()],
        figures=figures,
        command=shlex.join(figures_command(figures)) if figures else "",
        entry=figures.entries[0] if figures else None,
        references=figures.entries[1:] if figures else (),
        start=start,
        example=_EXAMPLE,
        written=_room(model, tokenizer),
        sampled=_samples(place, folder),
        seed=SEED,
        files={path.name for path in folder.iterdir()},
        trained=read_log(folder / "log.jsonl"),
        remote_code=ours,
    )
    write_whole(folder / "README.md", card)


def _weights(place: Path) -> list[str]:
    """The files of the weights in a folder from which a model was loaded."""
    if (place / WEIGHTS).is_file():
        return [WEIGHTS]
    index = f"{WEIGHTS}.index.json"
    parts = read_settings(place / index).get("weight_map", {})
    return [index, *sorted({Path(str(part)).name for part in parts.values()})]


def _room(model: Any, tokenizer: Any) -> int:
    """How many tokens a card's example can have written, where the model's context ends."""
    context = getattr(model.config, "max_position_embeddings", None)
    if not isinstance(context, int) or context <= 0:
        return _WRITTEN
    given = len(tokenizer(_EXAMPLE, add_special_tokens=False)["input_ids"])
    return max(1, min(_WRITTEN, context - given))


def _copy_recipe(path: Path, place: Path, folder: Path) -> Start:
    """The recipe as `train` reads it, without folders of this machine; gives what the model went on from.

    Raises InputError when it is none.
    """
    if not path.is_file():
        return Start()
    _copy(path, place, folder)
    recipe = read_recipe(path).as_dict()
    if (told := _bare(recipe)) != recipe:
        write_whole(folder / RECIPE, recipe_from(told).as_yaml(), overwrite=True)
    start = str(told["model"]["name_or_path"])
    on_the_hub = hub_name(start) if "@" in start else None
    return Start(*on_the_hub) if on_the_hub else Start(start)


def _bare(values: Any) -> Any:
    """Plain values whose paths lead nowhere outside."""
    if isinstance(values, dict):
        return {name: _bare(value) for name, value in values.items()}
    return bare_name(values) if isinstance(values, str) else values


def _copy(path: Path, place: Path, folder: Path) -> None:
    """Copy a file of the folder `place`. Raises InputError when it is a link to somewhere else."""
    from huggingface_hub.constants import HF_HUB_CACHE

    real = path.resolve()
    # in the cache a model is a folder of links
    homes = (place.resolve(), Path(HF_HUB_CACHE).resolve())
    if not any(real.is_relative_to(home) for home in homes):
        raise InputError(f"{path} is a link to {real}, outside of {place}; put the file itself there")
    shutil.copyfile(path, folder / path.name)


def _name_code(path: Path, code: dict[str, str]) -> None:
    """Have settings name this code to be loaded with them, no other, and no folder of this machine."""
    if not path.is_file():
        return
    found = read_settings(path)
    settings = _without(found, {"auto_map", *_PLACES})
    settings |= {"auto_map": code} if code else {}
    if settings != found:
        write_whole(path, json.dumps(settings, indent=2) + "\n", overwrite=True)


def _without(value: Any, keys: Collection[str]) -> Any:
    """Plain values without what has one of these keys, however deep."""
    if isinstance(value, dict):
        return {key: _without(inner, keys) for key, inner in value.items() if key not in keys}
    return [_without(inner, keys) for inner in value] if isinstance(value, list) else value


def _beside(source: Path, place: Path) -> Path | None:
    return next((inner / EVALUATION for inner in (place, source) if (inner / EVALUATION).is_file()), None)


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
        fault = str(error)
        for path in (place.resolve(), place):
            fault = fault.replace(str(path), "DIR")
        return Sampled(fault=fault)
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
