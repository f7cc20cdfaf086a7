"""What the Hub demands of the metadata of a card, as far as its documentation tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

_LICENSES = frozenset(
    (
        *(
            "apache-2.0",
            "mit",
            "bsd-3-clause",
            "unlicense",
            "gpl-3.0",
            "lgpl-3.0",
            "agpl-3.0",
            "odbl",
            "pddl",
        ),
        *("cc0-1.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-4.0"),
        *("cc-by-nc-sa-4.0", "unknown", "other"),
    )
)
_COLORS = frozenset(["red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"])
_SIZES = frozenset(["n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M"])
_NAME = re.compile(r"[\w.-]+/[\w.-]+")


def faults_of(content: str, kind: str) -> list[str]:
    """What is wrong with the card of a `model`, `dataset` or `space`; nothing if it is as it should be."""
    front = re.match(r"---\n(.*?)\n---\n", content, re.DOTALL)
    try:
        entries = yaml.safe_load(front[1]) if front else None
    except yaml.YAMLError as error:
        return [f"the metadata is no YAML: {error}"]
    if not isinstance(entries, dict):
        return ["there is no metadata"]
    rules = _RULES["any"] | _RULES[kind]
    missing = [f'"{name}" is required' for name in _REQUIRED[kind] if name not in entries]
    wrong = [
        f'"{name}" may not be {value!r}'
        for name, value in entries.items()
        if name in rules and not rules[name](value)
    ]
    return [*missing, *wrong]


def _words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) and word for word in value)


def _names(value: Any) -> bool:
    return _words(value) and all(_NAME.fullmatch(name) for name in value)


def _index(value: Any) -> bool:
    """`model-index`: models by name, each with results: a task, a dataset, metrics with figures."""
    return all(
        {"type"} <= result["task"].keys()
        and {"type", "name"} <= result["dataset"].keys()
        and all(
            {"type", "value"} <= metric.keys() and metric["value"] is not None for metric in _metrics(result)
        )
        for model in value
        for result in model["results"]
        if model["name"]
    )


def _metrics(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from result["metrics"]


def _configs(value: Any) -> bool:
    return all(
        config["config_name"] and all({"split", "path"} <= file.keys() for file in config["data_files"])
        for config in value
    )


_RULES: dict[str, dict[str, Callable[[Any], bool]]] = {
    "any": {
        "license": lambda value: value in _LICENSES,
        "license_name": lambda value: bool(re.fullmatch(r"[a-z0-9.-]+", value)),
        "tags": _words,
        "models": _names,
        "datasets": _names,
    },
    "model": {
        "library_name": lambda value: value == "transformers",
        "pipeline_tag": lambda value: value == "text-generation",
        "model-index": _index,
    },
    "dataset": {
        "task_categories": lambda value: value == ["text-generation"],
        "size_categories": lambda value: _words(value) and set(value) <= _SIZES,
        "configs": _configs,
        "pretty_name": lambda value: isinstance(value, str),
    },
    "space": {
        "title": lambda value: isinstance(value, str) and bool(value),
        "emoji": lambda value: isinstance(value, str) and len(value) <= 2 and not value.isascii(),
        "colorFrom": lambda value: value in _COLORS,
        "colorTo": lambda value: value in _COLORS,
        "sdk": lambda value: value in {"gradio", "docker", "static"},
        "app_port": lambda value: isinstance(value, int),
        "short_description": lambda value: isinstance(value, str) and len(value) <= 60,
    },
}
_REQUIRED = {"model": (), "dataset": (), "space": ("sdk", "emoji", "colorFrom", "colorTo")}
