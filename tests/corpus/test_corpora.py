"""A corpus is a source too, and its tunes keep their passports and their terms."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from abcgen.cli import run
from abcgen.corpus import build_corpus, find_sources, load_corpus, load_manifest
from abcgen.corpus.cards import write_card
from abcgen.errors import InputError, UsageError

PERMISSION = "J. Smith, 2026-01-02"
PASSPORT = (
    "id",
    "source",
    "place",
    "title",
    "transcriber",
    "music_rights",
    "encoding_rights",
    "steering",
    "repairs",
)


@pytest.fixture(scope="module")
def first(tunebook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("corpora") / "first"
    build_corpus(find_sources([str(tunebook)]), out, frozen=(), permission=PERMISSION)
    return out


def passports(corpus: Path) -> list[tuple[str, ...]]:
    return sorted(
        tuple(row[name] for name in PASSPORT) for rows in load_corpus(corpus).values() for row in rows
    )


def test_every_tune_keeps_its_passport(first: Path, tmp_path: Path) -> None:
    build_corpus(find_sources([str(first)]), tmp_path / "second", frozen=(), permission="me, today")
    assert passports(tmp_path / "second") == passports(first)
    manifest = load_manifest(tmp_path / "second")
    assert manifest["permission"] == f"me, today; {PERMISSION}"
    assert [info["name"] for info in manifest["sources"]] == ["first"]
    assert manifest["sources"][0]["of"] == load_manifest(first)["sources"]
    write_card(tmp_path / "second", tmp_path / "card")
    card = (tmp_path / "card" / "README.md").read_text("utf-8")
    assert "| book0 | 1 |" in card
    assert f"permission of: me, today; {PERMISSION}" in card


@pytest.mark.parametrize("split", ["", "train", "test"])
def test_permission_is_asked_for_again(first: Path, tmp_path: Path, split: str) -> None:
    again = find_sources([str(first / split)])
    with pytest.raises(InputError, match=r"with permission \(J\. Smith"):
        build_corpus(again, tmp_path / "second", frozen=())
    assert not (tmp_path / "second").exists()


def test_one_split(first: Path) -> None:
    [source] = find_sources([str(first / "validation")])
    assert len(list(source.tunes())) == len(load_corpus(first)["validation"])


def changed(first: Path, out: Path, change: Callable[[dict[str, object]], None]) -> Path:
    """A copy of the corpus with something else in the first source of its manifest."""
    for path in first.rglob("*"):
        if path.is_file():
            place = out / path.relative_to(first)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    change(manifest["sources"][0])
    (out / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return out


def test_terms_go_on(first: Path, tmp_path: Path) -> None:
    essen = changed(first, tmp_path / "essen", lambda info: info.update(name="essenFolksong"))
    with pytest.raises(InputError, match="--accept essen-noncommercial"):
        find_sources([str(essen)])
    [source] = find_sources([str(essen)], accept=["essen-noncommercial"])
    assert source.info().license == ""
    noticed = changed(first, tmp_path / "noticed", lambda info: info.update(notice="Mind the gap."))
    [source] = find_sources([str(noticed)])
    assert source.info().notice == "Mind the gap."
    free = changed(first, tmp_path / "free", lambda info: info.update(license="cc0-1.0"))
    [source] = find_sources([str(free)])
    assert source.info().license == "cc0-1.0"


def test_no_licence_and_no_columns_are_laid_over_it(first: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="leave --license off"):
        find_sources([str(first)], license_id="cc0-1.0")
    arguments = ["corpus", "build", "--out", str(tmp_path / "c"), "--source", str(first / "train")]
    assert run([*arguments, "--columns", "body"]) == 2
    assert not (tmp_path / "c").exists()
