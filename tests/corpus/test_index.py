"""The index of a corpus: old tunes are found in any key and notation, and no music can be read from it."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from abcgen.cli import run
from abcgen.corpus.alignment import SharedBars
from abcgen.corpus.index import INDEX, CorpusIndex
from abcgen.corpus.prints import prints_of
from abcgen.errors import CorpusError
from abcgen.notation import Tune, parse_tune, to_dialect
from abcgen.notation.shape import ends_on_tonic
from abcgen.notation.transpose import transpose_by
from tests.conftest import made_up_tune


def tune_of(number: int) -> Tune:
    return parse_tune(made_up_tune(number, random.Random(number)))


def row_of(tune: Tune) -> dict[str, str]:
    text = to_dialect(tune)
    steering = "\n".join(text.steering)
    return {
        "title": tune.title,
        "source": "made",
        "header": text.header,
        "steering": steering,
        "body": text.body,
    }


@pytest.fixture(scope="module")
def index() -> CorpusIndex:
    rows = [row_of(tune_of(number)) for number in range(1, 61)]
    return CorpusIndex.build(rows, [row_of(tune_of(number)) for number in range(61, 71)])


def test_prints_are_the_same_in_any_key_octave_and_notation() -> None:
    one = prints_of(parse_tune("X:1\nM:4/4\nL:1/8\nK:D\nd2fa gfed|c2A2 z4|").bars)
    other = prints_of(parse_tune("X:1\nM:2/4\nL:1/16\nK:G,\nK:G\nG2Bd cBAG|F2D2 z4|").bars)
    assert (one.exact == other.exact).all()
    assert (one.beats == other.beats).all()
    assert set((one.first - other.first).tolist()) == {7}


def test_prints_tell_rhythm_and_melody_apart_and_know_a_bar_by_its_beats() -> None:
    def prints(music: str) -> tuple[int, int]:
        found = prints_of(parse_tune(f"X:1\nM:6/8\nL:1/8\nK:D\n{music}|").bars)
        return int(found.exact[0]), int(found.beats[0])

    plain = prints("d2f a2f")
    assert prints("def a2f") != plain
    assert prints("def a2f")[1] == plain[1]
    assert prints("d2g a2f")[1] != plain[1]
    assert prints("z6") == (0, 0)


@pytest.mark.parametrize("semitones", [0, 3, -5])
def test_an_old_tune_is_found_in_any_key(index: CorpusIndex, semitones: int) -> None:
    for number in (1, 17, 60):
        tune = transpose_by(tune_of(number), semitones)
        best = index.nearest(tune.bars, 1)[0]
        assert (best.title, best.share, best.semitones) == (f"Made up {number}", 1.0, semitones)
        assert best.shared == (SharedBars(0, 0, 8),)
        copied = index.copied(tune.bars)
        assert (copied.title, copied.run) == (f"Made up {number}", SharedBars(0, 0, 8))


def test_bars_from_two_tunes_are_told(index: CorpusIndex) -> None:
    """Five bars of one tune, then three of another of the same metre."""
    jigs = [tune for tune in map(tune_of, range(1, 61)) if tune.rhythm == "jig" and tune.key.plain() == "D"]
    one, other = jigs[:2]
    bars = (*one.bars[:5], *other.bars[5:])
    titles = {likeness.title for likeness in index.nearest(bars, 2)}
    assert titles == {one.title, other.title}
    assert index.copied(bars).title == one.title
    assert index.copied(bars).run == SharedBars(0, 0, 5)


def test_a_run_goes_on_only_when_all_its_bars_are_moved_by_as_much(index: CorpusIndex) -> None:
    tune = tune_of(9)
    moved = transpose_by(tune, 2)
    assert index.copied((*tune.bars[:3], *moved.bars[3:])).run == SharedBars(3, 3, 5)


def test_a_new_tune_is_like_none(index: CorpusIndex) -> None:
    strange = parse_tune("X:1\nM:5/4\nL:1/8\nK:C\nC10|^F4^c6|_A2e8|G10|]")
    assert index.nearest(strange.bars) == []
    assert index.copied(strange.bars).run.bars == 0


def test_how_much_human_tunes_borrow_sets_the_limit(index: CorpusIndex) -> None:
    assert sum(index.borrowed.values()) == 10
    assert index.most_human == max(index.borrowed)
    index_of_none = CorpusIndex.build([])
    assert index_of_none.most_human == 0
    assert index_of_none.nearest(tune_of(1).bars) == []


def test_how_often_tunes_end_on_their_tonic(index: CorpusIndex) -> None:
    tunes = [tune_of(number) for number in range(1, 61)]
    majors = [ends_on_tonic(tune) for tune in tunes if tune.key.mode == "major"]
    assert index.finals["major"] == pytest.approx(sum(map(bool, majors)) / len(majors), abs=0.15)
    assert set(index.finals) == {"major", "minor", "dorian", "mixolydian", "phrygian", "lydian", "locrian"}


def test_header_lines_are_counted_and_titles_known(index: CorpusIndex) -> None:
    tunes = [tune_of(number) for number in range(1, 61)]
    assert index.count("M:6/8") == sum(tune.meter.plain() == "6/8" for tune in tunes)
    assert index.count("K:Bdor") == sum(tune.key.mode == "dorian" for tune in tunes)
    assert index.count("M:5/4") == 0
    assert index.count("%%section 4") == 60
    assert not index.has_title("Fancy Free")
    assert CorpusIndex.build([{**row_of(tune_of(1)), "title": "Paddy's Fancy, The"}]).has_title(
        "the paddys fancy"
    )


def test_it_is_kept_and_read_without_any_music(index: CorpusIndex, tmp_path: Path) -> None:
    path = tmp_path / INDEX
    index.save(path)
    found = CorpusIndex.load(path)
    assert found.nearest(tune_of(5).bars) == index.nearest(tune_of(5).bars)
    assert (found.borrowed, found.count("M:6/8")) == (index.borrowed, index.count("M:6/8"))
    body = to_dialect(tune_of(5)).body
    assert not any(bar.encode() in path.read_bytes() for bar in body.split("|") if len(bar) > 4)


def test_two_indexes_make_one(index: CorpusIndex) -> None:
    others = [tune_of(number) for number in range(101, 121)]
    both = index.joined(CorpusIndex.build(map(row_of, others)))
    assert both.tunes == 80
    assert both.count("M:6/8") > index.count("M:6/8")
    assert both.borrowed == index.borrowed
    few = CorpusIndex.build(map(row_of, others), [row_of(tune_of(200))])
    assert few.joined(index).borrowed == index.borrowed
    for tune in (tune_of(3), others[4]):
        (nearest,) = both.nearest(transpose_by(tune, 2).bars, 1)
        assert (nearest.title, nearest.share) == (tune.title, 1.0)
    assert both.copied(others[-1].bars).run.bars == len(others[-1].bars)


def test_what_is_no_index_is_told(tmp_path: Path) -> None:
    path = tmp_path / INDEX
    path.write_bytes(b"no index")
    with pytest.raises(CorpusError, match="is no index of a corpus"):
        CorpusIndex.load(path)
    save_file({"exact": np.zeros(3, np.uint32)}, path, {"format": "1", "facts": "{}"})
    with pytest.raises(CorpusError, match="is no index of a corpus"):
        CorpusIndex.load(path)
    save_file({"exact": np.zeros(3, np.uint32)}, path, {"format": "9"})
    with pytest.raises(CorpusError, match="another format"):
        CorpusIndex.load(path)


def test_the_command_names_old_tunes(
    tmp_path: Path, index: CorpusIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    index.save(tmp_path / INDEX)
    file = tmp_path / "new.abc"
    file.write_text(transpose_by(tune_of(3), 2).source + "\n" + tune_of(99).source)
    assert run(["similar", str(file), "--model", str(tmp_path), "-k", "2"]) == 0
    said = capsys.readouterr().out
    assert "100% Made up 3 (made), +2 semitones: bars 1-8 = its bars 1-8" in said
    assert "longest copied run: bars 1-8, from Made up 3 (made)" in said
    assert run(["similar", str(file), "--model", str(tmp_path), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["title"] for row in rows] == ["Made up 3", "Made up 99"]
    assert rows[0]["nearest"][0]["shared"] == [{"first": 0, "its_first": 0, "bars": 8}]
    assert rows[0]["copied"]["bars"] == 8


def test_the_embedded_model_has_its_index(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "kesh.abc"
    file.write_text("X:1\nM:6/8\nL:1/8\nK:C\n" + "CEG GEC|" * 4)
    assert run(["similar", str(file)]) == 0
    assert "longest copied run" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--model", "empty"], "has no index of the tunes that it was trained on"),
        (["--model", "empty", "--corpus", "x"], "say --model or --corpus, not both"),
        (["-k", "0"], "ask for 1 to 50"),
    ],
)
def test_what_the_command_cannot_do(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    why: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("a.abc").write_text("X:1\nK:C\nCDEF|\n")
    assert run(["similar", "a.abc", *words]) == 2
    assert why in capsys.readouterr().err
