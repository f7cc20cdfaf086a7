"""Building corpora: what is dropped is counted, splits do not leak, the frozen test stays."""

import json
import os
import re
import signal
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from abcgen.cli import run
from abcgen.corpus import (
    TunebookSource,
    build,
    build_corpus,
    find_sources,
    load_corpus,
    load_manifest,
    selection,
    store,
)
from abcgen.corpus.audit import audit_corpus
from abcgen.corpus.cleaning import RHYTHM_OF_TITLE, clean_tune, without_open_repeats
from abcgen.corpus.likeness import (
    Likable,
    jaccard,
    largest_likeness,
    likable,
    like_pairs,
    likeness,
    signatures,
)
from abcgen.corpus.provenance import RawTune
from abcgen.corpus.splits import assign, split_groups, title_key
from abcgen.corpus.store import frozen_test_hashes
from abcgen.errors import CorpusError, InputError, OutputError
from abcgen.notation import parse_tune
from abcgen.notation.parser import TuneText
from abcgen.notation.sounding import music_hash


def shingles(music: str, key: str = "C", meter: str = "4/4", unit: str = "1/8") -> Likable:
    return likable(parse_tune(f"X:1\nM:{meter}\nL:{unit}\nK:{key}\n{music}\n").bars)


LARK = "A2FA DAFA|BdcB AFDE|A2FA DAFA|dfed Bdef|afdf gfeg|fdec dBAF|GBAG FAdf|edcB A2GE|]"


def test_likeness_is_blind_to_the_key() -> None:
    in_d = shingles("DEFG ABcd|edcB AGFE|D8|]", "D")
    in_g = shingles("GABc defg|agfe dcBA|G8|]", "G")
    assert jaccard(in_d.melody, in_g.melody) == 1.0
    assert likeness(in_d, shingles("DDDD EEEE|GGGG AAAA|D8|]", "D")) == 0.0


AN_OCTAVE_UP = (
    "a2fa dafa|bd'c'b afde|a2fa dafa|d'f'e'd' bd'e'f'|"
    "a'f'd'f' g'f'e'g'|f'd'e'c' d'baf|gbag fad'f'|e'd'c'b a2ge|]"
)
ORNAMENTED = (
    "A2{c}FA DAFA|(3Bcd cB AF{E}DE|A2FA DA(3FGA|dfe>d B>def|af{g}df gfeg|f/e/dec dBAF|GBA>G F>Adf|edcB A2GE|]"
)
ANOTHER_SETTING = "A2FA DAFA|BdcB AFD,E|A2FA DAFA|df{a}ed Bde'f|afdf gfeg|fdec d2AF|GBAG FAdf|edcB A2G2|]"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(shingles(AN_OCTAVE_UP, "D"), id="octave"),
        pytest.param(shingles(LARK.replace(" ", "|"), "D", "2/4"), id="half bars"),
        pytest.param(shingles(LARK, "D", "2/4", "1/16"), id="semiquavers"),
        pytest.param(shingles(ORNAMENTED, "D"), id="ornaments"),
        pytest.param(shingles(ANOTHER_SETTING, "D"), id="another setting"),
    ],
)
def test_settings_of_one_tune_are_near_duplicates(other: Likable) -> None:
    assert likeness(shingles(LARK, "D"), other) >= 0.4


def test_pairs_are_those_of_the_plain_definition() -> None:
    tunes = [shingles(m) for m in ("CDEFGABc|CDEFGAAA|]", "CDEFGABc|CDEFGABB|]", "cBAGFEDC|CCCCCCCC|]")]
    keys = [signatures(tune) for tune in tunes]
    assert [(i, j) for i, j, _ in like_pairs(tunes, keys, 0.3)] == [(0, 1)]
    for i, j, found in like_pairs(tunes, keys, 0.01):
        assert found == pytest.approx(likeness(tunes[i], tunes[j]))
    [(_, j, found)] = largest_likeness(tunes[:1], tunes[1:])
    assert (j, found) == (0, pytest.approx(likeness(tunes[0], tunes[1])))
    assert list(largest_likeness(tunes[:1], [])) == [(0, -1, 0.0)]


def test_a_corpus_from_a_folder(tunebook: Path, tmp_path: Path) -> None:
    report = build_corpus([TunebookSource(tunebook)], tmp_path / "c", frozen=())
    assert report.read == 200
    assert sum(report.kept.values()) + sum(report.dropped.values()) == 200
    corpus = load_corpus(tmp_path / "c")
    assert {name: len(rows) for name, rows in corpus.items()} == report.kept
    assert all(rows for rows in corpus.values())
    row = corpus["train"][0]
    assert row["source"] == tunebook.name
    assert row["place"].startswith("made-up.abc line ")
    assert row["music_rights"]
    assert row["encoding_rights"]
    assert row["transcriber"] == "nobody; somebody"
    assert parse_tune(row["header"] + row["body"]).problems == ()
    manifest = json.loads((tmp_path / "c" / "manifest.json").read_text("utf-8"))
    assert manifest["kept"] == report.kept
    assert len(manifest["sources"][0]["sha256"]) == 64


def test_the_same_inputs_give_the_same_rows_with_any_number_of_workers(
    tunebook: Path, tmp_path: Path
) -> None:
    hashes = set()
    for name in "ab":
        workers = {"a": 1, "b": 4}[name]
        build_corpus([TunebookSource(tunebook)], tmp_path / name, frozen=(), workers=workers)
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
    assert assign(["a", "b", "c"], [0, 0, 2], ["s"] * 3, {"a"}, {"s"})[:2] == ["test", ""]
    assert assign(["a", "b", "c"], [0, 0, 2], ["s"] * 3, {"a"}, {"s"})[2] in {"train", "validation"}


def test_one_frozen_tune_takes_no_test_split_from_a_book_of_ones_own() -> None:
    hashes, groups = [f"{i:016x}" for i in range(400)], list(range(400))
    sources = ["s"] * 400
    alone = assign(hashes, groups, sources, set(), ())
    assert alone.count("test") == 40
    with_frozen = assign(hashes, groups, sources, {hashes[alone.index("train")]}, ())
    assert with_frozen.count("test") == 41
    assert assign(hashes, groups, sources, {hashes[7]}, {"s"}).count("test") == 1


def test_every_source_gives_its_share() -> None:
    hashes, groups = [f"{i:016x}" for i in range(1000)], list(range(1000))
    sources = ["large"] * 700 + ["small"] * 250 + [f"tiny {i}" for i in range(50)]
    splits = assign(hashes, groups, sources, set(), ())
    for name, count in (("large", 700), ("small", 250)):
        of_it = [split for split, source in zip(splits, sources, strict=True) if source == name]
        assert abs(of_it.count("test") - 0.1 * count) <= 1
        assert abs(of_it.count("validation") - 0.06 * count) <= 1
    assert 4 <= splits[950:].count("test") <= 6


def test_tunes_with_one_title_stay_together() -> None:
    groups = split_groups(["The Lark", "Lark, The", "Reel"], [], ())
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
    found = likeness(*(likable(parse_tune(t + "\n").bars) for t in (one, two)))
    assert 0.4 < found < 0.85
    source = written(tmp_path / "in", *book, one, two)
    report = build_corpus([source], tmp_path / "c", frozen=())
    assert report.dropped == Counter({"near-duplicate": 1})
    frozen = parse_tune(two + "\n")
    report = build_corpus([source], tmp_path / "d", frozen={music_hash(frozen.bars)})
    assert load_corpus(tmp_path / "d")["test"]["title"].count("Half two") == 1
    assert report.dropped["near-duplicate"] == 1


def test_tunes_somewhat_alike_stay_on_one_side() -> None:
    groups = split_groups(["One", "Two", "Three"], [(0, 1, 0.35)], ())
    assert groups[0] == groups[1] != groups[2]


def test_what_lies_beside_a_frozen_tune_is_counted(tunebook: Path, tmp_path: Path) -> None:
    book = (tunebook / "made-up.abc").read_text("utf-8").strip().split("\n\n")
    one, two = (tune.replace("T:Made up", "T:The Lark --") for tune in book[:2])
    source = written(tmp_path / "in", one, two, *book[2:])
    frozen = music_hash(parse_tune(book[0] + "\n").bars)
    report = build_corpus([source], tmp_path / "c", frozen={frozen})
    assert report.dropped == Counter({"beside-test": 1})
    assert report.read == sum(report.kept.values()) + 1


def test_what_leaks_is_left_out_of_train(
    tunebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "like_pairs", lambda tunes, keys, threshold: iter(()))
    book = (tunebook / "made-up.abc").read_text("utf-8").strip().split("\n\n")
    below = [
        re.sub("^T:(.*)$", r"T:Again \1", t.replace("K:", "K:octave=-1 "), flags=re.MULTILINE) for t in book
    ]
    below = [re.sub("^K:octave=-1 (.*)$", r"K:\1 octave=-1", t, flags=re.MULTILINE) for t in below]
    report = build_corpus([written(tmp_path / "in", *book, *below)], tmp_path / "c", frozen=())
    assert report.dropped["beside-test"] > 20
    assert report.largest_likeness < 0.4
    assert audit_corpus(tmp_path / "c").faults == []


def test_the_kept_share_does_not_depend_on_what_becomes_of_duplicates(tunebook: Path, tmp_path: Path) -> None:
    book = (tunebook / "made-up.abc").read_text("utf-8").strip().split("\n\n")
    bad = [tune.replace("|", "|C", 1) for tune in book[:20]]
    below = [re.sub("^K:(.*)$", r"K:\1 octave=-1", tune, flags=re.MULTILINE) for tune in book[50:90]]
    source = written(tmp_path / "in", *book[20:], *bad, *below)
    shares = [
        build_corpus([source], tmp_path / kind, frozen=(), duplicates=kind).kept_share
        for kind in ("one", "weighted")
    ]
    assert shares == [0.9, 0.9]


def test_near_duplicates_with_weights(tunebook: Path, tmp_path: Path) -> None:
    book = (tunebook / "made-up.abc").read_text("utf-8").strip().split("\n\n")
    below = [re.sub("^K:(.*)$", r"K:\1 octave=-1", tune, flags=re.MULTILINE) for tune in book]
    report = build_corpus(
        [written(tmp_path / "in", *book, *below)], tmp_path / "c", frozen=(), duplicates="weighted"
    )
    train = load_corpus(tmp_path / "c")["train"]
    assert set(train["weight"]) == {0.5}
    assert len(set(train["cluster"])) == len(train) / 2
    assert report.dropped["near-duplicate"] == report.kept["test"] + report.kept["validation"]
    lines = (tmp_path / "c" / "clusters.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 200
    assert json.loads(lines[0])["tunes"][0]["split"] in {"train", "test", "validation"}


def test_a_tune_is_mended_or_said_to_have_been_left(tmp_path: Path) -> None:
    head = "M:4/4\nL:1/4\nK:C\n"
    source = written(
        tmp_path / "in",
        f"X:1\nT:Lost line\n{head}CDEF GABc|cBAG|FEDC|CEGc|]",
        f"X:2\nT:Open repeat\n{head}|:CDEF|GABc:|\n|:cBAG|FEDC|]",
        f"X:3\nT:Two voices\n{head}V:1\nCDEF|GABc|cBAG|FEDC|]\nV:2\nC4|C4|C4|C4|]",
        f"X:4\nT:Wrong bar\n{head}CDEFG|GABc|cBAG|FEDC|]",
    )
    one, two, three, four = [clean_tune(raw) for raw in source.tunes()]
    assert one.row is not None
    assert one.row["body"] == "C2D2E2F2|G2A2B2c2|c2B2A2G2|F2E2D2C2|C2E2G2c2|]\n"
    assert one.repairs == ("a bar line where the metre puts it",)
    assert two.row is not None
    assert two.row["body"].startswith("|:C2D2E2F2|G2A2B2c2:|c2B2")
    assert two.left_off == ("open-repeats",)
    assert three.left_off == ("other-voices",)
    assert (four.row, four.reason) == (None, "bar-length")
    assert four.like is not None


def test_open_repeats_are_double_bar_lines() -> None:
    bars = parse_tune("X:1\nM:4/4\nL:1/4\nK:C\nC4|:D4|:E4:|F4::G4|]\n").bars
    lines = [bar.closing for bar in without_open_repeats(bars)]
    shown = [(line.style, line.ends, line.starts) for line in lines if line is not None]
    assert shown == [("double", 0, 0), ("single", 0, 1), ("single", 1, 0), ("single", 1, 0), ("final", 0, 0)]


def test_a_full_disk_leaves_no_corpus(
    tunebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: store.Spool, offset: int) -> dict[str, str]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.Spool, "get", full)
    with pytest.raises(OutputError, match="No space left"):
        build_corpus([TunebookSource(tunebook)], tmp_path / "c", frozen=())
    assert list(tmp_path.iterdir()) == []


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
    assert report.dropped == Counter({"too-short": 1})


def test_a_key_of_accidentals_alone_survives_cleaning(tunebook: Path, tmp_path: Path) -> None:
    book = (tunebook / "made-up.abc").read_text("utf-8")
    tune = "X:900\nT:Exp\nM:4/4\nL:1/8\nK:D exp ^f\nCcFf CcFf|GABc dfed|CcFf CcFf|GABc d4|]"
    build_corpus([written(tmp_path / "in", book, tune)], tmp_path / "c", frozen=())
    [row] = [row for split in load_corpus(tmp_path / "c").values() for row in split if row["title"] == "Exp"]
    assert (row["key"], row["body"].split("|")[0]) == ("D", "=C=cFf=C=cFf")


@pytest.mark.parametrize(("name", "text"), [("dataset_dict.json", "{}"), ("dataset_dict.json", "[")])
def test_a_damaged_corpus_is_one_clear_line(tunebook: Path, tmp_path: Path, name: str, text: str) -> None:
    build_corpus([TunebookSource(tunebook)], tmp_path / "c", frozen=())
    (tmp_path / "c" / name).write_text(text)
    with pytest.raises(CorpusError):
        load_corpus(tmp_path / "c")
    (tmp_path / "c" / "manifest.json").unlink()
    with pytest.raises(CorpusError, match=r"no manifest\.json"):
        load_manifest(tmp_path / "c")


@pytest.mark.slow
def test_the_public_domain_corpus(tmp_path: Path) -> None:
    report = build_corpus(find_sources([]), tmp_path / "pd")
    assert report.read == 4433
    assert report.kept["test"] == len(frozen_test_hashes())
    assert report.largest_likeness < 0.4
    assert report.kept_share >= 0.94
    assert sum(report.kept.values()) == 3689
    assert audit_corpus(tmp_path / "pd").faults == []


def test_a_note_struck_again_is_one() -> None:
    once = shingles("G2A B2c|d3 g3|f2e d2c|B2A G3|G2A B2c|d3 e3|d2c B2A|G6|]", "G", "6/8")
    twice = shingles("GGA BBc|dd2 g3|ffe ddc|B2A G3|GGA BBc|d3 e2e|ddc BBA|G6|]", "G", "6/8")
    assert likeness(once, twice) == 1.0


def test_a_title_borne_by_many_is_common_in_the_audit_too(tunebook: Path, tmp_path: Path) -> None:
    book = (tunebook / "made-up.abc").read_text("utf-8").strip().split("\n\n")
    named = [re.sub(r"T:.*", f"T:Lark number {'abcdefgh'[i % 40 // 5]}", tune) for i, tune in enumerate(book)]
    again = [tune.replace("X:", "X:9", 1) for tune in named[:10]]
    build_corpus([written(tmp_path / "in", *named, *again)], tmp_path / "c", frozen=())
    assert audit_corpus(tmp_path / "c").faults == []


def test_a_killed_worker_is_one_clear_line(
    tunebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "clean_tunes", killed)
    with pytest.raises(CorpusError, match="was killed"):
        build_corpus([TunebookSource(tunebook)], tmp_path / "c", frozen=(), workers=2)
    assert list(tmp_path.iterdir()) == []


def killed(_: object) -> list[object]:
    """What a process does that the kernel ends."""
    os.kill(os.getpid(), signal.SIGKILL)
    return []


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.abc").symlink_to("/nowhere/to/be/found")
    assert run(["corpus", "build", "--source", str(tmp_path / "in"), "--out", str(tmp_path / "c")]) == 2
    assert "x.abc is not there" in capsys.readouterr().err


def test_the_folder_one_is_in_is_not_replaced(
    tunebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["corpus", "build", "--source", str(tunebook), "--out", "."]) == 2
    assert "the folder that you are in" in capsys.readouterr().err


@pytest.mark.parametrize("pitches", ["C", "CG"])
def test_tunes_for_a_drum_are_told_apart_by_their_rhythm(pitches: str) -> None:
    random = Random(len(pitches))

    def drummed() -> str:
        bars = []
        for _ in range(8):
            beats = random.choices(["c2", "cc", "c/c/c", "c3/2c/"], k=4)
            bars.append("".join(re.sub("c", lambda _: random.choice(pitches), beat) for beat in beats))
        return "|".join(bars) + "|]"

    first, second = drummed(), drummed()
    assert likeness(shingles(first), shingles(second)) < 0.4
    assert likeness(shingles(first), shingles(first, "F", unit="1/16", meter="2/4")) == 1.0
    assert likeness(shingles(first), shingles(LARK, "D")) == 0.0


@pytest.mark.parametrize(
    ("title", "rhythm"),
    [
        ("The Lark's Reel", "reel"),
        ("Quick Step,", "march"),
        ("Maggie Brown's Slip Jig.", "slip jig"),
        ("The Marquis's Highland Fling", "fling"),
        ("Highland Laddie.", ""),
        ("The Rakish Highland man.", ""),
        ("Reel, the", ""),
        ("...", ""),
    ],
)
def test_the_rhythm_that_a_title_ends_with_is_taken_and_told(title: str, rhythm: str) -> None:
    bars = "CDEF GABc|cBAG FEDC|CEGc eceg|c4 C4|]"
    text = TuneText(("X:1", f"T:{title}", "M:4/4", "L:1/8", "K:C", bars), 1)
    found = clean_tune(RawTune(text, "book", "line 1", "", "", ""))
    assert found.row is not None
    assert found.row["rhythm"] == rhythm
    assert (RHYTHM_OF_TITLE in found.repairs) == bool(rhythm)
    assert (RHYTHM_OF_TITLE in found.row["repairs"]) == bool(rhythm)
