"""What a model's folder tells of it: read whole, or refused with a word on what is odd in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from abcgen.errors import InputError
from abcgen.evaluation.compare import Comparison
from abcgen.evaluation.statistics import Interval
from abcgen.hub.told import Trained, bare_name, figures_command, read_corpora, read_log
from abcgen.models.places import MANIFESTS

INTERVAL = {"estimate": 0.5, "low": 0.4, "high": None}
LADDER = {"tunes": 9, "ended": 9, "heights": [9, 8, 7, 6, 5, 4, 3]}
ENTRY = {
    "model": "m",
    "sha256": "1",
    "parameters": 5,
    **dict.fromkeys(("bits_per_byte", "bits_per_token", "top1", "top5"), INTERVAL),
    "difference": None,
    "groups": {"meter": {"6/8": {"tunes": 3, "bits_per_byte": INTERVAL}}},
    "validity": {"ladder": LADDER, "temperature": 0.9, "seed": 3, "steps": {"1": INTERVAL}},
    "overlap_checked": True,
}
FIGURES = {
    "corpus": "my tunes",
    "split": "validation",
    "tunes": 360,
    "bytes": 77876,
    "sha256": "0",
    "seed": 3,
    "resamples": 10_000,
    "versions": {"abcgen": "0.1.0"},
    "entries": [ENTRY],
    "ngram": 6,
}
Change = Callable[[dict[str, Any]], object]


def test_figures_are_what_was_printed(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"
    path.write_text(json.dumps(FIGURES))
    found = Comparison.read(path)
    (entry,) = found.entries
    assert str(entry.bits_per_byte) == str(Interval(0.5, 0.4, float("nan")))
    assert entry.validity is not None
    assert entry.validity.ladder.valid.estimate == 3 / 9
    assert " ".join(figures_command(found)) == (
        "abcgen evaluate DIR --corpus my tunes --split validation --ngram 6 --samples 9 --temperature 0.9"
        " --seed 3 --json"
    )
    path.write_text(json.dumps(found.as_dict()))
    assert Comparison.read(path).as_dict() == found.as_dict()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told.pop("tunes"), "tunes is missing"),
        (lambda told: told.update(tunes="360"), "tunes is not a whole number"),
        (lambda told: told.update(tunes=True), "tunes is not a whole number"),
        (lambda told: told.update(tunes=10**30), "tunes is not a whole number"),
        (lambda told: told.update(versions=[]), "versions is no object"),
        (lambda told: told.update(entries={}), "entries is no list"),
        (lambda told: told["entries"].append(None), r"entries\[1\] is no object"),
        (lambda told: told["entries"][0].update(groups=None), r"entries\[0\].groups is no object"),
        (lambda told: told["entries"][0].pop("top1"), r"entries\[0\].top1 is missing"),
        (lambda told: told["entries"][0].update(bits_per_byte=None), "bits_per_byte is no object"),
        (lambda told: told["entries"][0]["bits_per_byte"].update(estimate=None), "has no bits_per_byte"),
        (lambda told: told["entries"][0]["bits_per_byte"].update(estimate="1"), "estimate is not a number"),
        (lambda told: told["entries"][0]["bits_per_byte"].update(estimate=float("nan")), "NaN is no number"),
        (lambda told: told["entries"][0]["top1"].update(low=float("inf")), "Infinity is no number"),
        (lambda told: told["entries"][0]["validity"]["ladder"].update(heights=[]), "does not add up"),
        (lambda told: told["entries"][0]["validity"]["ladder"].update(tunes=1), "does not add up"),
        (lambda told: told["entries"][0]["validity"]["ladder"]["heights"].reverse(), "does not add up"),
        (lambda told: told["entries"][0]["validity"].update(temperature=-1), "does not add up"),
        (lambda told: told["entries"][0]["top1"].update(estimate=1.5), "an interval that cannot be"),
        (lambda told: told["entries"][0]["top5"].update(low=0.6), "an interval that cannot be"),
        (lambda told: told["entries"][0]["bits_per_byte"].update(estimate=1e9), "has no bits_per_byte"),
        (lambda told: told["entries"][0]["groups"]["meter"]["6/8"].update(tunes=0), "a group without tunes"),
        (lambda told: told.update(tunes=0), "is too small"),
        (lambda told: told.update(seed=-1), "is too small"),
        (lambda told: told.update(entries=[]), "names no corpus, or no model"),
        (lambda told: told.update(corpus="/"), "names no corpus, or no model"),
    ],
)
def test_odd_figures_are_refused_with_their_place(change: Change, said: str, tmp_path: Path) -> None:
    told = json.loads(json.dumps(FIGURES))
    change(told)
    path = tmp_path / "evaluation.json"
    path.write_text(json.dumps(told))
    with pytest.raises(InputError, match=rf"evaluation\.json .*{said}"):
        Comparison.read(path)


@pytest.mark.parametrize("text", ["", "[" * 100_000, "\udcff", '{"a": 1e999}', "1" * 5000])
def test_what_is_no_json_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=r"evaluation\.json is "):
        Comparison.read(path)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("data/pd", "data/pd"),
        ("user/name", "user/name"),
        ("/home/me/tunes", "tunes"),
        ("../tunes", "tunes"),
        ("~/tunes", "tunes"),
        ("C:\\me\\tunes", "tunes"),
        ("..\\me\\tunes", "tunes"),
        ("~me/tunes", "tunes"),
        ("file:///home/me/my%20tunes", "my tunes"),
        ("File:///C:/me/tunes", "tunes"),
        ("file:", "corpus"),
    ],
)
def test_folders_of_this_machine_are_not_told(path: str, told: str) -> None:
    assert bare_name(path) == told


def test_corpora_of_a_model(tmp_path: Path) -> None:
    inner = [{"name": "b", "license": "cc0-1.0"}, {"name": "c", "license": None}]
    told = [{"sources": [{"name": "a", "of": inner}], "kept": {"train": 5}, "others": 7}]
    (tmp_path / MANIFESTS).write_text(json.dumps(told))
    (corpus,) = read_corpora(tmp_path)
    assert [source.name for source in corpus.every_source()] == ["b", "c"]
    assert read_corpora(tmp_path / "nowhere") == ()
    for odd in ("{}", "[7]", '[{"sources": 7}]', '[{"kept": {"train": "5"}}]', '[{"sources": [{}]}]'):
        (tmp_path / MANIFESTS).write_text(odd)
        with pytest.raises(InputError, match="is no list of the manifests of corpora"):
            read_corpora(tmp_path)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"elapsed": 120, "machine": "two cores"}\n{"elapsed": 240.0}\n', Trained(4, "two cores")),
        ('{"elapsed": 120}\n{"elapsed": 24', Trained(2)),
        ('{"elapsed": -60}\n', Trained()),
        ('{"elapsed": 1e300}\n', Trained()),
        ('{"elapsed": Infinity}\n', Trained()),
        ('{"elapsed": "1"}\n', Trained()),
        ("7\n", Trained()),
        ("", Trained()),
    ],
)
def test_log_of_a_training(text: str, found: Trained, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text(text)
    assert read_log(tmp_path / "log.jsonl") == found
