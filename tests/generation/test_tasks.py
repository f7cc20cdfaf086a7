"""Work on tunes that are there: valid, what was asked for, and nothing else touched, whatever the weights."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from abcgen.corpus import build_corpus, find_sources, load_corpus
from abcgen.errors import AbcgenError, InputError, ModelError, UsageError
from abcgen.generation import Controls, Sampling, TuneSource, Vocabulary, answer, continue_tune, infill, vary
from abcgen.notation import Tune, from_dialect, to_dialect, write_abc
from abcgen.notation.splice import InFile
from abcgen.notation.steering import steering_lines

JIG = """% mine
X:1
T:A jig of mine
R:jig
M:6/8
L:1/8
K:G
D|:"G"G3 GAB|ABA ABd|edd gdd|edB dBA| % comment
GAG GAB|ABA ABd|edd gdB|1 AGF G2D:|2 AGF G2||
e|:dBG G2e|dBG A2B|cec BdB|ABA A2e|
dBG G2e|dBG A2B|cec BdB|AGF G2:|

X:2
M:3/4
K:C
C6|D6|E6|F6|]
"""
WEIGHTS = ["loaded", "ignorant"]


@pytest.fixture(params=WEIGHTS)
def source(request: pytest.FixtureRequest) -> TuneSource:
    model, tokenizer = request.getfixturevalue(request.param)
    return TuneSource(model, tokenizer, sampling=Sampling(2.0), seed=5)


def music(tune: Tune) -> list[list[object]]:
    return [[(e.pitches, e.written, e.tuplet, e.tie) for e in bar.events] for bar in tune.bars]


def frames(tune: Tune) -> list[tuple[object, ...]]:
    return [(bar.ticks, bar.opening, bar.closing, bar.ending) for bar in tune.bars]


def differing(one: Tune, other: Tune) -> set[int]:
    pairs = zip(music(one), music(other), strict=True)
    return {index for index, (before, now) in enumerate(pairs) if before != now}


@pytest.mark.parametrize(("first", "last"), [(0, 0), (3, 5), (8, 9), (7, 10), (18, 18), (0, 18)])
def test_bars_are_filled_in(source: TuneSource, first: int, last: int) -> None:
    file = InFile(JIG)
    found = infill(source, file, first, last)
    assert found.tune.valid
    assert frames(found.tune) == frames(file.tune)
    assert differing(file.tune, found.tune) <= set(range(first, last + 1))
    assert found.text.startswith("% mine\nX:1\nT:A jig of mine\n")
    assert found.text.endswith("\n\nX:2\nM:3/4\nK:C\nC6|D6|E6|F6|]\n")
    assert [line[-9:] for line in found.text.split("\n")][7] == "% comment"
    assert infill(source, file, first, last).text == found.text


def test_another_number_is_another_filling(loaded: tuple[Any, Any]) -> None:
    source = TuneSource(*loaded, seed=5)
    assert len({infill(source, InFile(JIG), 3, 6, number).text for number in range(3)}) == 3


def test_what_is_asked_for_holds_in_missing_bars(ignorant: tuple[Any, Any]) -> None:
    source = TuneSource(*ignorant, Controls(range="G3..D4"), seed=1)
    found = infill(source, InFile(JIG), 3, 6)
    pitches = {pitch.midi for bar in found.tune.bars[3:7] for event in bar.events for pitch in event.pitches}
    assert pitches <= set(range(55, 63))


def test_a_tie_into_missing_bars_leads_to_its_note(ignorant: tuple[Any, Any]) -> None:
    file = InFile("X:1\nM:4/4\nL:1/8\nK:C\nC4^F4-|^F4E4|C8|D8|]\n")
    for number in range(5):
        found = infill(TuneSource(*ignorant, seed=2), file, 1, 2, number)
        assert found.tune.problems == ()
        assert 66 in [pitch.midi for pitch in found.tune.bars[1].events[0].pitches]


def test_a_tie_out_of_missing_bars_is_told(loaded: tuple[Any, Any]) -> None:
    file = InFile("X:1\nM:4/4\nL:1/8\nK:C\nC4^F4-|F4E4|C8|D8|]\n")
    with pytest.raises(UsageError, match="other notes hang on theirs, by a tie"):
        infill(TuneSource(*loaded), file, 0, 0)
    assert infill(TuneSource(*loaded), file, 0, 1).tune.valid


@pytest.mark.parametrize("amount", [0.1, 0.3, 0.5, 0.9])
def test_a_share_of_the_bars_differs(source: TuneSource, amount: float) -> None:
    file = InFile(JIG)
    found = vary(source, file, amount)
    assert found.file.tune.valid
    assert frames(found.file.tune) == frames(file.tune)
    assert differing(file.tune, found.file.tune) == set(found.changed)
    assert abs(len(found.changed) / found.bars - amount) <= 0.1
    assert found.bars == 19
    assert 18 not in found.changed
    assert vary(source, file, amount) == found


def test_another_number_varies_other_bars(loaded: tuple[Any, Any]) -> None:
    source = TuneSource(*loaded, seed=5)
    assert len({vary(source, InFile(JIG), 0.3, number).changed for number in range(4)}) > 1


A_PART = "X:1\nT:Begun\nR:jig\nM:6/8\nL:1/8\nK:G\n"


@pytest.mark.parametrize(
    ("part", "form", "bars"),
    [
        ("|:GAG GAB|ABA ABd|edd gdd|edB dBA:|", "AABB", "4"),
        ("D|:GAG GAB|ABA ABd|edd gdd|edB dB:|", "AABB", "4"),
        ("D|GAG GAB|ABA ABd|edd gdd|edB dB|]", "AB", "4"),
        ("GAG GAB|ABA ABd|edd gdd|edB dBA||GAG GAB|ABA ABd|edd gdd|edB d3||", "ABC", "4"),
        ("|:GAG GAB|ABA ABd|edd gdd|1 edB dBA:|2 edB d3|]", "AABB", "4"),
        ("|:GAG GAB|ABA ABd:|GAG GAB|ABA ABd|edd gdd|edB d3|]", "AABC", ""),
        ("GAG GAB|ABA ABd|edd gdd|edB dBA", "AB", "4"),
    ],
)
def test_a_part_is_answered(source: TuneSource, part: str, form: str, bars: str) -> None:
    file = InFile(A_PART + part)
    found = answer(source, file)
    assert found.tune.valid
    assert found.text.startswith(A_PART + part)
    lines = steering_lines(found.tune)
    assert f"%%form {form}" in lines
    if bars:
        assert f"%%section {bars}" in lines


def test_a_tune_whose_short_bars_do_not_add_up_is_answered_too(source: TuneSource) -> None:
    found = answer(source, InFile(A_PART + "B|:GAG GAB|ABA ABd|edd gdd|edB dBA:|\n"))
    assert [bar.duration for bar in found.tune.bars[5:9]] == [Fraction(3, 4)] * 4


@pytest.mark.parametrize(
    "there",
    [
        "",
        "|:",
        "|:GAG G",
        "D|:GAG GAB|AB>A",
        "|:GAG GAB|ABA (3ABd",
        "GAG GAB|ABA ABd|edd gdd|",
        "|:GAG GAB|ABA ABd|edd gdd|edB dBA:|",
        "|:GAG GAB|ABA ABd|edd gdd|1 edB dBA:|2 ed",
        "|:GAG GAB|ABA ABd|edd gdd|1 edB dBA:|2",
        "|:GAG GAB|ABA ABd|edd gdd|[1 edB dBA:| [2 ",
        "|:GAG GAB|ABA ABd|edd gdd|1",
        "|:G5A|G5",  # notes that take two heads
        "GAG GAB|ABA ABd|edd gdd|edB||G|",  # short bars that do not add up
    ],
)
def test_a_tune_is_gone_on_with(source: TuneSource, there: str) -> None:
    found = continue_tune(source, InFile(A_PART + there))
    assert found.tune.valid
    assert found.text.startswith(A_PART + there)
    to_dialect(found.tune)
    assert len(found.tune.bars) > there.count("|") - 1
    if there.endswith(("|1", ":|2", "[2 ")):
        assert not found.text[len(A_PART + there) :].lstrip().startswith(("[1", "[2"))


def test_it_goes_on_after_the_name_of_a_part(source: TuneSource) -> None:
    there = A_PART + "P:A\nGAG GAB|ABA ABd|edd gdd|edB dBA||\nP:B\n"
    found = continue_tune(source, InFile(there))
    assert found.text.startswith(there)
    assert len(found.tune.bars) > 4


@pytest.mark.parametrize("header", ["R:hornpipe\nM:C|", "R:jig\nM:3/4", "R:reel\nM:7/8"])
def test_a_rhythm_in_a_metre_of_its_own_is_no_hindrance(source: TuneSource, header: str) -> None:
    there = f"X:1\n{header}\nL:1/8\nK:D\n"
    assert continue_tune(source, InFile(there)).text.startswith(there)


def test_where_nothing_is_added_that_is_told(loaded: tuple[Any, Any]) -> None:
    part = "|:A2d fd|BAG FED|A2d fdA|BGE D3:|\n"
    with pytest.raises(InputError, match="no more was written, since it may end where it is"):
        continue_tune(TuneSource(*loaded, seed=3), InFile(A_PART.replace("K:G", "K:D") + part * 2))


def test_another_rhythm_than_the_tune_has_is_refused(loaded: tuple[Any, Any]) -> None:
    with pytest.raises(UsageError, match="R:reel is asked for, and the tune says R:jig"):
        continue_tune(TuneSource(*loaded, Controls(rhythm="reel")), InFile(JIG))


def test_a_part_that_comes_back_may_be_cut_off_anywhere(ignorant: tuple[Any, Any]) -> None:
    begins = "X:1\nM:2/4\nL:1/8\nK:G\nG2AB|G4|]"
    whole = InFile(begins.replace("|]", "||") + "d4|B4||G2AB|G4|]\n")
    source = TuneSource(*ignorant, Controls(form="ABA"), Sampling(2.0), seed=5)
    for cut in ("G2", "G2A", "G2AB", "G2AB|", "G2AB|G4"):
        made = continue_tune(source, InFile(begins.replace("|]", "||") + f"d4|B4||{cut}"))
        assert music(made.tune) == music(whole.tune)


@pytest.mark.parametrize(
    ("there", "form"), [("|:GAG GAB|ABA AB", "AABB"), ("GAG", "AABB"), ("GAG GAB|", "ABA"), ("", "ABAC")]
)
def test_it_becomes_what_is_asked_for(ignorant: tuple[Any, Any], there: str, form: str) -> None:
    """A repeat at the very beginning may do without its sign."""
    source = TuneSource(*ignorant, Controls(form=form, bars=4), seed=2)
    found = continue_tune(source, InFile(A_PART + there))
    assert {f"%%form {form}", "%%section 4"} <= set(steering_lines(found.tune))


@pytest.mark.parametrize(
    ("there", "why"),
    [
        ("GAG GABc|A", "line 7, column 1: this bar lasts 7/8, M: says 6/8"),
        ("GAG GAB|ABA ABdd", "line 7, column 9: this bar lasts 7/8, M: says 6/8"),
        ("GAG ?{GA", "line 7"),
        ("GAG GAB|\nV:2\nABA ABd|", "voices"),
        ("G" * 700 + "|", "line 7, column 1"),
    ],
)
def test_what_cannot_be_gone_on_with(loaded: tuple[Any, Any], there: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        continue_tune(TuneSource(*loaded), InFile(A_PART + there))


def test_a_form_that_is_not_to_be(loaded: tuple[Any, Any]) -> None:
    file = InFile(f"{A_PART}|:GAG GAB|ABA ABd|edd gdd|edB dBA:|")
    with pytest.raises(UsageError, match=r"this cannot be: no tune .* of the form AB of 8 bars a section"):
        continue_tune(TuneSource(*loaded, Controls(form="AB", bars=8)), file)


def test_a_tune_that_is_too_long(loaded: tuple[Any, Any]) -> None:
    file = InFile(A_PART + "|".join(["GAG GAB"] * 230))
    with pytest.raises(InputError, match=r"characters of music are there already; a tune has at most 1400"):
        continue_tune(TuneSource(*loaded), file)
    with pytest.raises(InputError, match="at most 1400 are kept"):
        infill(TuneSource(*loaded), file, 0, 1)


@pytest.mark.parametrize(("first", "last"), [(-1, 2), (4, 3), (0, 19), (19, 19)])
def test_bars_that_are_not_there(loaded: tuple[Any, Any], first: int, last: int) -> None:
    with pytest.raises(UsageError, match="the tune has 19 written bars"):
        infill(TuneSource(*loaded), InFile(JIG), first, last)


@pytest.mark.parametrize("amount", [0.01, 0.1, 0.9, 1])
def test_amounts_that_a_short_tune_has_not(loaded: tuple[Any, Any], amount: float) -> None:
    file = InFile("X:1\nM:2/4\nL:1/8\nK:G\nG2AB|c2d2|B2A2|G4|]\n")
    with pytest.raises(UsageError, match=r"an amount of .* cannot be had"):
        vary(TuneSource(*loaded, seed=5), file, amount)


@pytest.mark.parametrize("end", ["|]", "||"])
def test_what_is_closed_is_not_taken_for_a_repeat(ignorant: tuple[Any, Any], end: str) -> None:
    for seed in range(4):
        text = f"X:1\nM:2/4\nL:1/8\nK:G\nG2AB|c2d2|B2A2|G4{end}"
        found = continue_tune(TuneSource(*ignorant, sampling=Sampling(2.0), seed=seed), InFile(text))
        assert found.tune.problems == ()
        assert "|:" in found.text or ":|" not in found.text


@pytest.mark.parametrize("amount", [0, -1, 1.01, float("nan")])
def test_amounts_that_are_none(loaded: tuple[Any, Any], amount: float) -> None:
    with pytest.raises(UsageError, match="is not between 0 and 1"):
        vary(TuneSource(*loaded), InFile(JIG), amount)


def test_faulty_tunes_are_told(loaded: tuple[Any, Any]) -> None:
    file = InFile(f"{A_PART}GAG GABc|ABA ABd|edd gdd|edB dBA|]\n")
    for work in (
        lambda source: infill(source, file, 0, 0),
        lambda source: vary(source, file, 0.5),
        lambda source: answer(source, file),
    ):
        with pytest.raises(InputError, match="line 7: this bar lasts 7/8"):
            work(TuneSource(*loaded))


def test_a_tokenizer_without_gaps_is_told(loaded: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Vocabulary, "knows", lambda self, *tokens: False)
    with pytest.raises(ModelError, match="was not made to fill bars in"):
        infill(TuneSource(*loaded), InFile(JIG), 3, 4)


@pytest.mark.slow
@pytest.mark.parametrize("weights", WEIGHTS)
def test_tunes_of_the_corpus(request: pytest.FixtureRequest, old_tunes: list[Tune], weights: str) -> None:
    """All tasks on tunes of the corpus, written in several unit lengths, cut off anywhere."""
    rng = random.Random(weights)
    model, tokenizer = request.getfixturevalue(weights)
    source = TuneSource(model, tokenizer, sampling=Sampling(1.5), seed=3)
    unfit = 0
    for tune in rng.sample(old_tunes, 12):
        unit = rng.choice([Fraction(1, 8), Fraction(1, 4), Fraction(1, 16)])
        text = write_abc(replace(tune, unit_length=unit))
        file = InFile(f"% before\n{text}\nX:2\nK:C\nC8|\n")
        count = len(file.tune.bars)
        first = rng.randrange(count)
        last = min(count - 1, first + rng.choice([0, 1, 3, 7]))
        filled = infill(source, file, first, last)
        assert differing(file.tune, filled.tune) <= set(range(first, last + 1))
        varied = vary(source, file, 0.3)
        assert differing(file.tune, varied.file.tune) == set(varied.changed)
        answered = answer(source, file)
        for found in (filled, varied.file, answered):
            assert found.tune.valid
            assert found.text.startswith("% before\n")
            assert found.text.endswith("\n\nX:2\nK:C\nC8|\n")
        begins = text.index("\n", text.index("\nK:") + 1) + 1
        there = text[: rng.randrange(begins, len(text))].rstrip("<>([-:. \n")
        try:
            longer = continue_tune(source, InFile(there))
        except AbcgenError:
            unfit += 1  # cut within a length, so that the bar is too long
            continue
        assert longer.text.startswith(there)
        assert longer.tune.valid
    assert unfit < 4


@pytest.fixture(scope="module")
def old_tunes(tmp_path_factory: pytest.TempPathFactory) -> list[Tune]:
    """The test split of the public-domain corpus."""
    folder = tmp_path_factory.mktemp("corpus") / "pd"
    build_corpus(find_sources([]), folder)
    return [from_dialect(row["header"] + row["body"]) for row in load_corpus(folder)["test"]]
