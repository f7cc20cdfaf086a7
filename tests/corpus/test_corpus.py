"""Building corpora: what is dropped is counted, splits do not leak, the frozen test stays."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from abcgen.corpus import TunebookSource, build, build_corpus, corpus_hash, find_sources, load_corpus
from abcgen.corpus.build import frozen_test_hashes
from abcgen.corpus.likeness import jaccard, largest_likeness, like_pairs, step_grams
from abcgen.corpus.splits import assign, split_groups, title_key
from abcgen.errors import CorpusError, InputError, OutputError
from abcgen.notation import parse_tune
from abcgen.notation.sounding import music_hash


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
    report = build_corpus([TunebookSource(tunebook)], tmp_path / "c", frozen=())
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
    assert row["transcriber"] == "nobody; somebody"
    assert parse_tune(row["header"] + row["body"]).problems == ()
    manifest = json.loads((tmp_path / "c" / "manifest.json").read_text("utf-8"))
    assert manifest["kept"] == report.kept
    assert len(manifest["sources"][0]["sha256"]) == 64


def test_the_same_inputs_give_the_same_rows(tunebook: Path, tmp_path: Path) -> None:
    hashes = set()
    for name in "ab":
        build_corpus([TunebookSource(tunebook)], tmp_path / name, frozen=())
        hashes.add(json.loads((tmp_path / name / "manifest.json").read_text("utf-8"))["rows_sha256"])
    assert len(hashes) == 1


def test_drops_are_counted_by_reason(tunebook: Path, tmp_path: Path) -> None:
    book = (tunebook / "made-up.abc").read_text("utf-8")
    first = book.split("\n\n")[0]
    transposed = first.replace("X:1\n", "X:901\n").replace("T:Made up 1", "T:Another name")
    broken = "X:902\nT:Broken\nM:4/4\nL:1/8\nK:C\nCDEF GABc d|CDEF GABc|CDEF GABc|C8|]\n"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.abc").write_text(book + "\n" + transposed + "\n\n" + broken, "utf-8")
    report = build_corpus([TunebookSource(tmp_path / "in")], tmp_path / "c", frozen=())
    assert report.dropped == Counter({"near-duplicate": 1, "bar-length": 1})
    assert "Broken" not in str(load_corpus(tmp_path / "c")["train"]["title"])
    assert "X:902" in report.examples["bar-length"][0]


def test_frozen_test_tunes_are_the_test_split(tunebook: Path, tmp_path: Path) -> None:
    build_corpus([TunebookSource(tunebook)], tmp_path / "a", frozen=())
    chosen = sorted(load_corpus(tmp_path / "a")["train"]["id"])[:7]
    settled = TunebookSource(tunebook, name="oneills1850")
    build_corpus([settled], tmp_path / "b", frozen=chosen)
    assert sorted(load_corpus(tmp_path / "b")["test"]["id"]) == chosen
    build_corpus([TunebookSource(tunebook)], tmp_path / "c", frozen=chosen)
    assert set(load_corpus(tmp_path / "c")["test"]["id"]) > set(chosen)


def test_what_is_grouped_with_a_frozen_tune_is_left_out() -> None:
    assert assign(["a", "b", "c"], [0, 0, 2], {"a"}, [True] * 3)[:2] == ["test", ""]
    assert assign(["a", "b", "c"], [0, 0, 2], {"a"}, [True] * 3)[2] in {"train", "validation"}


def test_one_frozen_tune_takes_no_test_split_from_a_book_of_ones_own() -> None:
    hashes, groups = [f"{i:016x}" for i in range(400)], list(range(400))
    alone = assign(hashes, groups, set(), [False] * 400)
    assert 25 < alone.count("test") < 60
    with_frozen = assign(hashes, groups, {hashes[alone.index("train")]}, [False] * 400)
    assert with_frozen.count("test") == alone.count("test") + 1
    assert assign(hashes, groups, {hashes[7]}, [True] * 400).count("test") == 1


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
    with pytest.raises(InputError, match="is no path, no dataset"):
        find_sources(["nowhere"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"holds no \.abc file"):
        build_corpus([TunebookSource(tmp_path / "empty")], tmp_path / "c")
    assert not (tmp_path / "c").exists()
    (tmp_path / "few").mkdir()
    (tmp_path / "few" / "a.abc").write_text("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|cBAG|FEDC|]\n")
    with pytest.raises(CorpusError, match="too few to split"):
        build_corpus([TunebookSource(tmp_path / "few")], tmp_path / "c")
    assert not (tmp_path / "c").exists()
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "mine.txt").write_text("keep")
    with pytest.raises(OutputError, match="already there"):
        build_corpus([TunebookSource(tunebook)], tmp_path / "c", frozen=())
    assert (tmp_path / "c" / "mine.txt").read_text() == "keep"
    with pytest.raises(CorpusError, match="is no corpus"):
        load_corpus(tmp_path / "few")


def written(path: Path, *tunes: str) -> TunebookSource:
    path.mkdir()
    (path / "book.abc").write_text("\n\n".join(tunes) + "\n", "utf-8")
    return TunebookSource(path)


def test_tunes_half_alike_are_one_tune_and_the_frozen_one_stays(tunebook: Path, tmp_path: Path) -> None:
    book = (tunebook / "made-up.abc").read_text("utf-8").strip().split("\n\n")
    scale = "CDEF GABc|dcBA GFED|EGFA GBAc|BdcB AGFE|"
    other = "c2G2 E2C2|D2F2 A2d2|g2e2 c2G2|A2B2 c2C2|"
    head = "M:4/4\nL:1/8\nK:C\n"
    one = f"X:901\nT:Half one\n{head}{scale}{scale}c8|]"
    two = f"X:902\nT:Half two\n{head}{scale}{scale}{other}c8|]"
    likeness = jaccard(*(step_grams(parse_tune(t + "\n").bars) for t in (one, two)))
    assert 0.5 < likeness < 0.85
    source = written(tmp_path / "in", *book, one, two)
    report = build_corpus([source], tmp_path / "c", frozen=())
    assert report.dropped == Counter({"near-duplicate": 1})
    frozen = parse_tune(two + "\n")
    report = build_corpus([source], tmp_path / "d", frozen={music_hash(frozen.bars)})
    assert load_corpus(tmp_path / "d")["test"]["title"].count("Half two") == 1
    assert report.dropped["near-duplicate"] == 1


def test_tunes_somewhat_alike_stay_on_one_side(tmp_path: Path) -> None:
    scale, other = "CDEF GABc|dcBA GFED|", "c2G2 E2C2|g3a gfed|c4 e4|"
    some = [grams(m) for m in (scale + "c8|]", scale + other + "c8|]", "cccc GGGG|c4 C4|]")]
    assert 0.3 <= jaccard(some[0], some[1]) < 0.5
    groups = split_groups(some, ["One", "Two", "Three"])
    assert groups[0] == groups[1] != groups[2]


def test_likeness_is_of_six_steps() -> None:
    assert {len(gram) for gram in grams("CDEFGABc|CDEFGAAA|]")} == {6}


def test_what_lies_beside_a_frozen_tune_is_counted(tunebook: Path, tmp_path: Path) -> None:
    book = (tunebook / "made-up.abc").read_text("utf-8").strip().split("\n\n")
    one, two = (tune.replace("T:Made up", "T:The Lark --") for tune in book[:2])
    source = written(tmp_path / "in", one, two, *book[2:])
    frozen = music_hash(parse_tune(book[0] + "\n").bars)
    report = build_corpus([source], tmp_path / "c", frozen={frozen})
    assert report.dropped == Counter({"beside-test": 1})
    assert report.read == sum(report.kept.values()) + 1


def test_a_corpus_that_leaks_is_refused(
    tunebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_without_near_duplicates", lambda clean, report, frozen: clean)
    monkeypatch.setattr(build, "split_groups", lambda grams, titles: list(range(len(grams))))
    book = (tunebook / "made-up.abc").read_text("utf-8").strip().split("\n\n")
    below = [re.sub("^K:(.*)$", r"K:\1 octave=-1", tune, flags=re.MULTILINE) for tune in book]
    with pytest.raises(CorpusError, match="the splits leak"):
        build_corpus([written(tmp_path / "in", *book, *below)], tmp_path / "c", frozen=())


def test_only_a_corpus_is_replaced(tunebook: Path, tmp_path: Path) -> None:
    source = TunebookSource(tunebook)
    build_corpus([source], tmp_path / "c", frozen=())
    build_corpus([source], tmp_path / "c", frozen=(), overwrite=True)
    (tmp_path / "c" / "mine.txt").write_text("keep")
    with pytest.raises(OutputError, match=r"holds mine\.txt"):
        build_corpus([source], tmp_path / "c", frozen=(), overwrite=True)
    with pytest.raises(OutputError, match="holds the source"):
        build_corpus([source], tunebook, frozen=(), overwrite=True)
    assert (tunebook / "made-up.abc").is_file()


def test_files_without_a_tune_are_told(tunebook: Path, tmp_path: Path) -> None:
    book = (tunebook / "made-up.abc").read_text("utf-8")
    source = written(tmp_path / "in", book, "T:No number\nM:4/4\nL:1/8\nK:C\nCDEF GABc|]")
    (tmp_path / "in" / "empty.abc").write_text("")
    report = build_corpus([source], tmp_path / "c", frozen=())
    assert report.without_tune == ["in empty.abc"]
    assert report.dropped == Counter({"no-reference": 1})


def test_a_key_of_accidentals_alone_survives_cleaning(tunebook: Path, tmp_path: Path) -> None:
    book = (tunebook / "made-up.abc").read_text("utf-8")
    tune = "X:900\nT:Exp\nM:4/4\nL:1/8\nK:D exp ^f\nCcFf CcFf|GABc dfed|CcFf CcFf|GABc d4|]"
    build_corpus([written(tmp_path / "in", book, tune)], tmp_path / "c", frozen=())
    corpus = load_corpus(tmp_path / "c")
    assert "D exp ^f" in [key for split in corpus.values() for key in split["key"]]


@pytest.mark.parametrize(("name", "text"), [("dataset_dict.json", "{}"), ("dataset_dict.json", "[")])
def test_a_damaged_corpus_is_one_clear_line(tunebook: Path, tmp_path: Path, name: str, text: str) -> None:
    build_corpus([TunebookSource(tunebook)], tmp_path / "c", frozen=())
    (tmp_path / "c" / name).write_text(text)
    with pytest.raises(CorpusError):
        load_corpus(tmp_path / "c")
    (tmp_path / "c" / "manifest.json").unlink()
    with pytest.raises(CorpusError, match=r"no manifest\.json"):
        corpus_hash(tmp_path / "c")


@pytest.mark.slow
def test_the_public_domain_corpus(tmp_path: Path) -> None:
    report = build_corpus(find_sources([]), tmp_path / "pd")
    assert report.read == 4433
    assert report.kept["test"] == len(frozen_test_hashes())
    assert report.largest_likeness < 0.5
    assert sum(report.kept.values()) >= 3700
