"""Building corpora: what is dropped is counted, splits do not leak, the frozen test stays."""

import json
from collections import Counter
from pathlib import Path

import pytest

from abcgen.corpus import FolderSource, build_corpus, find_sources, load_corpus
from abcgen.corpus.build import frozen_test_hashes
from abcgen.corpus.likeness import jaccard, largest_likeness, like_pairs, step_grams
from abcgen.corpus.splits import assign, split_groups, title_key
from abcgen.errors import CorpusError, InputError, OutputError
from abcgen.notation import parse_tune


def grams(music: str, key: str = "C") -> frozenset[tuple[int, ...]]:
    return step_grams(parse_tune(f"X:1\nM:4/4\nL:1/8\nK:{key}\n{music}\n").bars)


def test_likeness_is_blind_to_the_key() -> None:
    in_d = grams("DEFG ABcd|edcB AGFE|D8|]", "D")
    in_g = grams("GABc defg|agfe dcBA|G8|]", "G")
    assert jaccard(in_d, in_g) == 1.0
    assert jaccard(in_d, grams("DDDD EEEE|GGGG AAAA|D8|]", "D")) == 0.0


def test_like_pairs_agree_with_the_plain_definition() -> None:
    tunes = [grams(m) for m in ("CDEFGABc|CDEFGAAA|]", "CDEFGABc|CDEFGABB|]", "cBAGFEDC|CCCCCCCC|]")]
    found = {(i, j): like for i, j, like in like_pairs(tunes, 0.01)}
    for i in range(3):
        for j in range(i + 1, 3):
            assert found.get((i, j), 0.0) == pytest.approx(jaccard(tunes[i], tunes[j]))
    assert largest_likeness(tunes[:1], tunes[1:])[0] == pytest.approx(jaccard(tunes[0], tunes[1]))


def test_a_corpus_from_a_folder(tunebook: Path, tmp_path: Path) -> None:
    report = build_corpus([FolderSource(tunebook)], tmp_path / "c", frozen=())
    assert report.read == 200
    assert sum(report.kept.values()) + sum(report.dropped.values()) == 200
    corpus = load_corpus(tmp_path / "c")
    assert {name: len(rows) for name, rows in corpus.items()} == report.kept
    assert all(rows for rows in corpus.values())
    row = corpus["train"][0]
    assert row["source"] == tunebook.name
    assert row["place"].startswith("made-up.abc X:")
    assert row["music_rights"]
    assert row["encoding_rights"]
    assert parse_tune(row["header"] + row["body"]).problems == ()
    manifest = json.loads((tmp_path / "c" / "manifest.json").read_text("utf-8"))
    assert manifest["kept"] == report.kept
    assert len(manifest["sources"][0]["sha256"]) == 64


def test_the_same_inputs_give_the_same_rows(tunebook: Path, tmp_path: Path) -> None:
    hashes = set()
    for name in "ab":
        build_corpus([FolderSource(tunebook)], tmp_path / name, frozen=())
        hashes.add(json.loads((tmp_path / name / "manifest.json").read_text("utf-8"))["rows_sha256"])
    assert len(hashes) == 1


def test_drops_are_counted_by_reason(tunebook: Path, tmp_path: Path) -> None:
    book = (tunebook / "made-up.abc").read_text("utf-8")
    first = book.split("\n\n")[0]
    transposed = first.replace("X:1\n", "X:901\n").replace("T:Made up 1", "T:Another name")
    broken = "X:902\nT:Broken\nM:4/4\nL:1/8\nK:C\nCDEF GABc d|CDEF GABc|CDEF GABc|C8|]\n"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.abc").write_text(book + "\n" + transposed + "\n\n" + broken, "utf-8")
    report = build_corpus([FolderSource(tmp_path / "in")], tmp_path / "c", frozen=())
    assert report.dropped == Counter({"near-duplicate": 1, "bar-length": 1})
    assert "Broken" not in str(load_corpus(tmp_path / "c")["train"]["title"])
    assert "X:902" in report.examples["bar-length"][0]


def test_frozen_test_tunes_are_the_test_split(tunebook: Path, tmp_path: Path) -> None:
    build_corpus([FolderSource(tunebook)], tmp_path / "a", frozen=())
    chosen = sorted(load_corpus(tmp_path / "a")["train"]["id"])[:7]
    build_corpus([FolderSource(tunebook)], tmp_path / "b", frozen=chosen)
    assert sorted(load_corpus(tmp_path / "b")["test"]["id"]) == chosen


def test_what_is_grouped_with_a_frozen_tune_is_left_out() -> None:
    assert assign(["a", "b", "c"], [0, 0, 2], {"a"})[:2] == ["test", ""]
    assert assign(["a", "b", "c"], [0, 0, 2], {"a"})[2] in {"train", "validation"}


def test_tunes_with_one_title_stay_together() -> None:
    tunes = [grams(m) for m in ("CDEFGABc|]", "cBAGFEDC|]", "CECECECE|]")]
    groups = split_groups(tunes, ["The Lark", "Lark, The", "Reel"])
    assert groups[0] == groups[1] != groups[2]
    assert title_key("A Reel") != ""
    assert title_key("Reel") == ""


def test_the_shipped_frozen_list() -> None:
    hashes = frozen_test_hashes()
    assert len(hashes) == 360
    assert all(len(h) == 16 for h in hashes)


def test_bad_input(tmp_path: Path, tunebook: Path) -> None:
    with pytest.raises(InputError, match="no path and no known collection"):
        find_sources(["nowhere"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"holds no \.abc file"):
        build_corpus([FolderSource(tmp_path / "empty")], tmp_path / "c")
    assert not (tmp_path / "c").exists()
    (tmp_path / "few").mkdir()
    (tmp_path / "few" / "a.abc").write_text("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|cBAG|FEDC|]\n")
    with pytest.raises(CorpusError, match="too few to split"):
        build_corpus([FolderSource(tmp_path / "few")], tmp_path / "c")
    assert not (tmp_path / "c").exists()
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "mine.txt").write_text("keep")
    with pytest.raises(OutputError, match="already there"):
        build_corpus([FolderSource(tunebook)], tmp_path / "c", frozen=())
    assert (tmp_path / "c" / "mine.txt").read_text() == "keep"
    with pytest.raises(CorpusError, match="is no corpus"):
        load_corpus(tmp_path / "few")


@pytest.mark.slow
def test_the_public_domain_corpus(tmp_path: Path) -> None:
    report = build_corpus(find_sources([]), tmp_path / "pd")
    assert report.read == 4433
    assert report.kept["test"] == len(frozen_test_hashes())
    assert report.largest_likeness < 0.5
    assert sum(report.kept.values()) >= 3700
