"""The audit finds what was tampered with, and a damaged corpus is told in one line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import datasets
import pytest

from abcgen.cli import run
from abcgen.corpus import TunebookSource, build_corpus, load_corpus, load_manifest, store
from abcgen.corpus.audit import audit_corpus


@pytest.fixture(scope="module")
def built(tunebook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("corpus") / "c"
    build_corpus([TunebookSource(tunebook)], out, frozen=())
    return out


def test_the_audit_finds_what_does_not_hold(tunebook: Path, tmp_path: Path) -> None:
    build_corpus([TunebookSource(tunebook)], tmp_path / "c", frozen=())
    assert run(["corpus", "audit", str(tmp_path / "c")]) == 0
    corpus = load_corpus(tmp_path / "c")
    moved = corpus["train"].to_list()
    stolen = {**corpus["test"][0], "title": "Stolen"}
    wrong = {**moved[0], "id": "0" * 16}
    untrue = {**moved[1], "steering": "%%form ABCD"}
    heavy = {**moved[2], "weight": 55.0}
    rows = [wrong, untrue, heavy, *moved[3:], stolen]
    corpus["train"] = datasets.Dataset.from_list(rows, corpus["train"].features)
    corpus.save_to_disk(str(tmp_path / "d"))
    (tmp_path / "d" / "manifest.json").write_text((tmp_path / "c" / "manifest.json").read_text("utf-8"))
    faults = " ".join(audit_corpus(tmp_path / "d").faults)
    for part in (
        "SHA-256 is another",
        "here twice",
        "not the music of its hash",
        "near a train tune",
        "say something else",
        "weights of 1 clusters",
        "were kept; there are",
    ):
        assert part in faults, part
    assert run(["corpus", "audit", str(tmp_path / "d")]) == 1


def tampered(corpus: Path, out: Path, change: Callable[[list[dict[str, object]]], None]) -> Path:
    """A copy of a corpus with its train rows changed, and a manifest whose SHA-256 is theirs."""
    shutil.copytree(corpus, out)
    splits = load_corpus(corpus)
    rows = splits["train"].to_list()
    change(rows)
    splits["train"] = datasets.Dataset.from_list(rows)
    splits.save_to_disk(str(out))
    manifest = load_manifest(out)
    manifest["rows_sha256"] = store.rows_digest(load_corpus(out, columns=()))
    (out / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return out


@pytest.mark.parametrize(
    ("column", "value"),
    [("music_rights", ""), ("encoding_rights", "none"), ("source", "elsewhere"), ("place", "")],
)
def test_the_audit_looks_at_passports(built: Path, tmp_path: Path, column: str, value: str) -> None:
    out = tampered(built, tmp_path / "c", lambda rows: rows[0].update({column: value}))
    [fault] = audit_corpus(out).faults
    assert "its passport is not whole" in fault


def test_the_audit_looks_at_the_lists(built: Path, tmp_path: Path) -> None:
    for name in ("clusters.jsonl", "dropped.jsonl"):
        shutil.copytree(built, tmp_path / name)
        with (tmp_path / name / name).open("a") as stream:
            stream.write("{}\n")
        assert audit_corpus(tmp_path / name).faults == [f"{name} is not that of the manifest"]
        (tmp_path / name / name).unlink()
        assert audit_corpus(tmp_path / name).faults == [f"{name} is not that of the manifest"]


def test_the_audit_believes_no_likeness(built: Path, tmp_path: Path) -> None:
    shutil.copytree(built, tmp_path / "c")
    manifest = load_manifest(built)
    manifest["largest_likeness"] += 0.1
    (tmp_path / "c" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    [fault] = audit_corpus(tmp_path / "c").faults
    assert "the largest likeness is" in fault


def test_the_audit_compares_the_sources(tmp_path: Path, tunebook: Path) -> None:
    shutil.copytree(tunebook, tmp_path / "in")
    book = TunebookSource(tmp_path / "in")
    build_corpus([book], tmp_path / "c", frozen=())
    arguments = ["corpus", "audit", str(tmp_path / "c"), "--source", str(book.path)]
    assert run(arguments) == 0
    assert audit_corpus(tmp_path / "c", [book]).figures["sources compared"] == "1 of 1"
    assert run([*arguments, "--source", "oneills1850"]) == 1
    [file] = book.files()
    with file.open("a") as stream:
        stream.write("\nX:999\nT:One more\nM:4/4\nL:1/4\nK:C\nCDEF|]\n")
    assert run(arguments) == 1


@pytest.mark.parametrize("command", [["stats"], ["card", "--out", "card"], ["audit"]])
@pytest.mark.parametrize("fault", ["no title", "no key", "a null", "counts", "sources", "titles"])
def test_a_damaged_corpus_is_told(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], fault: str
) -> None:
    monkeypatch.chdir(tmp_path)

    def change(rows: list[dict[str, object]]) -> None:
        for row in rows:
            if fault.startswith("no "):
                del row[fault.removeprefix("no ")]
        if fault == "a null":
            rows[0]["body"] = None

    out = tampered(built, tmp_path / "c", change)
    manifest = load_manifest(out)
    wrong = {"counts": {"kept": None}, "sources": {"sources": ["a"]}, "titles": {"common_titles": None}}
    manifest |= wrong.get(fault, {})
    (out / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    code = run(["corpus", command[0], str(out), *command[1:]])
    assert code == 2
    assert not (tmp_path / "card").exists()


def test_a_tokenizer_is_not_trained_on_other_rows_than_the_manifest_names(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tampered(built, tmp_path / "c", lambda rows: rows[0].update(body="CDEF|\n"))
    (out / "manifest.json").write_bytes((built / "manifest.json").read_bytes())
    assert run(["tokenizer", "train", "--corpus", str(out), "--out", str(tmp_path / "t")]) == 2
    assert "not those of its manifest.json" in capsys.readouterr().err
