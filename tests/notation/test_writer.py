"""Written out and read back, a tune is the same music; and it looks as musicians write it."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abcgen.notation import parse_tune, sounding_notes, write_abc
from abcgen.notation.dialect import NotInDialect, from_dialect, losses, to_dialect
from abcgen.notation.sounding import music_hash, sound_bars
from abcgen.notation.steering import rhythm_name
from abcgen.notation.unfold import play_order

HERE = Path(__file__).parent
VALID = sorted((HERE / "valid").glob("*.abc"))


@pytest.mark.parametrize("path", VALID, ids=lambda p: p.stem)
def test_idiomatic_abc_reads_back(path: Path) -> None:
    tune = parse_tune(path.read_text("utf-8"))
    again = parse_tune(write_abc(tune))
    assert again.valid
    assert sound_bars(play_order(again.bars)) == sound_bars(play_order(tune.bars))
    assert write_abc(again) == write_abc(tune)


def test_idiomatic_abc_looks_as_musicians_write_it() -> None:
    text = "X:1\nR:hornpipe\nM:4/4\nL:1/8\nK:G\n|:D|G3/2B/2A3/2G/2F3/2A/2G2|(3EFGD2G4|1G7:|2G8|]\n"
    written = write_abc(from_dialect(text, title="A Hornpipe"))
    assert written == (
        "X:1\nT:A Hornpipe\nR:hornpipe\nM:4/4\nL:1/8\nK:G\n"
        "|: D | G>BA>G F>A G2 | (3EFG D2 G4 | [1 G7 :| [2 G8 |]\n"
    )


@pytest.mark.parametrize(
    ("music", "body"),
    [
        ("G>A B2 (cd) {e}f2|G8|G8|G8|", "G3/2A/2B2cdf2|G8|G8|G8|]"),
        ("G8|G8:|A8|A8:|", "|:G8|G8::A8|A8:|"),
        ("G8|G8||A8|A8:|", "G8|G8|:A8|A8:|"),
        ("^GG,G3 g3|G8|G8|G8|]", "^G^G,^G3^g3|G8|G8|G8|]"),
        ("A2-B2 A4-|A8|G8|G8|]", "A2B2A4-|A8|G8|G8|]"),
        ('"Am"[CE]4 !trill!G4|G8|G8|G8|]', "[CE]4G4|G8|G8|G8|]"),
        ("|:G8|G8|[1 A8:|[2 B8|]", "|:G8|G8|1A8:|2B8|]"),
    ],
)
def test_the_dialect_has_one_spelling(music: str, body: str) -> None:
    tune = parse_tune(f"X:9\nT:t\nM:C\nL:1/8\nK:D maj\n{music}\n")
    spelled = to_dialect(tune)
    assert spelled.header == "X:1\nM:4/4\nL:1/8\nK:D\n"
    assert spelled.body == body + "\n"


def test_a_key_change_is_written_out_in_accidentals() -> None:
    tune = parse_tune("X:1\nM:4/4\nL:1/4\nK:D\nDEFG|DEFG||\nK:Dm\nDEFG|ABcd|]\n")
    assert to_dialect(tune).body == "D2E2F2G2|D2E2F2G2||D2E2=F2G2|A2_B2=c2d2|]\n"
    assert music_hash(from_dialect(to_dialect(tune).text).bars) == music_hash(tune.bars)
    assert "key-change" in losses(tune)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("M:none\nL:1/4\nK:C\nC|D|E|F|]", "free-meter"),
        ("M:4/4\nL:1/4\nK:C\nC4|[M:3/4]D3|E3|F3|]", "meter-change"),
        ("M:4/4\nL:1/4\nK:C\nC4|D4|]", "too-short"),
        ("M:4/4\nL:1/4\nK:C\nC4|D4|E5|F4|]", "bar-length"),
        ("M:4/4\nL:1/4\nK:C\n|:C4|D4|E4|F4::|", "repeat-count"),
        ("M:4/4\nL:1/4\nK:C\nV:1\nC4|D4|E4|F4|]\nV:2\nC4|D4|E4|F4|]", "several-voices"),
    ],
)
def test_what_the_dialect_cannot_say(text: str, reason: str) -> None:
    with pytest.raises(NotInDialect) as caught:
        to_dialect(parse_tune(f"X:1\n{text}\n"))
    assert caught.value.reason == reason


def test_rhythm_names() -> None:
    assert rhythm_name("Slip-Jig") == "slip jig"
    assert rhythm_name("Double Jig") == "jig"
    assert rhythm_name("reels") == "reel"
    assert rhythm_name("Quick Step.") == "march"
    assert rhythm_name("fugue") == ""


NOTES = st.tuples(
    st.sampled_from(["", "^", "_", "=", "^^"]),
    st.sampled_from("CDEFGABcdefgab"),
    st.sampled_from(["", ",", "'"]),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(NOTES, min_size=8, max_size=8), min_size=4, max_size=6),
    st.sampled_from(["C", "Edor", "Bbm", "F#m"]),
)
def test_any_accidentals_survive_the_dialect(bars: list[list[tuple[str, str, str]]], key: str) -> None:
    music = "|".join("".join(map("".join, bar)) for bar in bars)
    tune = parse_tune(f"X:1\nM:4/4\nL:1/8\nK:{key}\n{music}|]\n")
    spelled = to_dialect(tune)
    again = from_dialect(spelled.text)
    assert again.problems == ()
    assert sound_bars(again.bars) == sound_bars(tune.bars)
    assert to_dialect(again) == spelled
    assert sum((bar.duration for bar in again.bars), Fraction(0)) == len(bars)


HEAD = "X:1\nL:1/4\nM:none\nK:C\n"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "|:c d [K:Dm] |\nf B :|\n",
        HEAD + "c d |\nK:Dm\nB|[K:clef=bass] B|]\n",
        HEAD + "[c3e] [ce3]|]\n",
        "X:1\nW:words\nT:t\nL:1/4\nM:none\nK:C\nc|]\n",
        HEAD + "P:A & B 100\\%\nc|]\n",
        "X:1\nT:a\x85b\u2028c\nL:1/4\nM:none\nK:C\nc|]\n",
        HEAD + "V:1 octave=-1\nc d|\nV:2 clef=treble-8\ne f|\n",
        HEAD + "[V:1]c|[V:2 octave=-1]c|\n",
        HEAD + "^f4- & C4|f4|]\n",
        HEAD + "^c-|c-c|c|]\n",
        HEAD + "^F4-|=F4|]\n",
        "X:1\nL:1/4\nM:none\nK:F#\n=E-|D|]\n",
        HEAD + '{g}.C {g}"Am".C ~{a}D (de) ({de})f|]\n',
        "X:1\nT:Foo &nbsp;\nC:&#32;a\\u3000\nK:C\nC|]\n",
        HEAD + '"a&NewLine;b"C"^\\u0000"D|]\nw:a&nbsp;b c\n',
        HEAD + "V:1\nP:50\\% slower\nCD|]\nV:2\nEF|]\n",
        HEAD + "c|]&\n",
        HEAD + "|:c|1,3 d:|2 e:|\n",
        "X:1\nL:1/4\nM:none\nK:C clef=treble-8\nc|\nK:D\nc|]\n",
    ],
)
def test_what_is_written_reads_back(text: str) -> None:
    tune = parse_tune(text)
    assert tune.valid
    for own_layout in (False, True):
        again = parse_tune(write_abc(tune, own_layout=own_layout))
        assert again == tune
        for one, two in zip(again.voices, tune.voices, strict=True):
            assert sounding_notes(one) == sounding_notes(two)


def test_beams_do_not_depend_on_what_was_read_before() -> None:
    text = "X:1\nL:1/8\nM:none\nK:C\nB|BC[V:1]D|]\n"
    first = write_abc(parse_tune(text), own_layout=True)
    parse_tune("X:1\nL:1/8\nM:none\nK:C\nB|BC D|]\n")
    assert write_abc(parse_tune(text), own_layout=True) == first


def test_grace_notes_keep_their_own_spelling() -> None:
    tune = parse_tune("X:1\nL:1/8\nM:none\nK:G\n{^F}A|{F}A|]\n")
    assert [event.marks.grace[0].accidental for bar in tune.bars for event in bar.events] == [1, None]


def test_bars_that_an_unseen_line_parts_are_not_in_the_dialect() -> None:
    tune = parse_tune("X:1\nM:4/4\nL:1/4\nK:C\nC4|D4|E4[|]F|C4|D4|]\n")
    with pytest.raises(NotInDialect, match="unseen bar line"):
        to_dialect(tune)


def test_a_length_that_is_no_part_of_the_unit_gets_a_unit_of_its_own() -> None:
    written = write_abc(parse_tune("X:1\nM:none\nL:3/8\nK:C\nC[L:1/8]D|]\n"))
    assert written.splitlines()[2:] == ["L:3/8", "K:C", "L:1/8", "C3 D |]"]


def test_what_hangs_on_a_note_stands_in_the_order_of_the_standard() -> None:
    tune = parse_tune('X:1\nL:1/4\nM:none\nK:C\n.~"^x""Am"{/g}(CD)|]\n')
    assert '({/g}"Am""^x".~C D)' in write_abc(tune)


@pytest.mark.parametrize("key", ["C transpose=2", "C clef=treble-8"])
def test_what_sounds_elsewhere_than_written_is_not_in_the_dialect(key: str) -> None:
    tune = parse_tune(f"X:1\nM:4/4\nL:1/4\nK:{key}\nC4|D4|E4|F4|]\n")
    with pytest.raises(NotInDialect, match="sound elsewhere"):
        to_dialect(tune)


@pytest.mark.parametrize(
    ("meter", "music", "written"),
    [
        ("4/4", "GABc d3/2e/2 f2", "GABc d>e f2"),
        ("4/4", "G/A/B/c/ d3/2e/2 f2 g2", "G/2A/2B/2c/2d>e f2 g2"),
        ("4/4", "ef/g/ d3/2e/2 f2 g2", "ef/2g/2d>e f2 g2"),
        ("4/4", "A d3/2e/2 A f2 g2", "Ad3/2e/2A f2 g2"),
        ("6/8", "d3/2e/2f g3", "d>ef g3"),
        ("3/8", "GAB", "GAB"),
        ("5/8", "GABcd", "GAB cd"),
        ("7/8", "GABcdef", "GA Bc def"),
        ("(3+2+2)/8", "GABcdef", "GAB cd ef"),
        ("3/4", "GABcde", "GA Bc de"),
    ],
)
def test_beams_and_broken_rhythm_go_by_the_beat(meter: str, music: str, written: str) -> None:
    tune = parse_tune(f"X:1\nM:{meter}\nL:1/8\nK:C\n{music}|]\n")
    assert write_abc(tune).splitlines()[-1] == f"{written} |]"


def test_words_of_a_later_line_do_not_slip_to_an_earlier_one() -> None:
    tune = parse_tune("X:1\nM:4/4\nL:1/4\nK:C\nCDEF||\nEFGA|]\nw:* * * * e f g h\n")
    assert write_abc(tune).splitlines()[-4:] == ["C D E F ||", "w:", "E F G A |]", "w:e f g h"]
    assert parse_tune(write_abc(tune)) == tune


@pytest.mark.parametrize(
    ("meter", "sign"), [("3/4", "(5:2cde"), ("3/2", "(5:2cde"), ("4/4", "(5cde"), ("6/8", "(5:2:5cde")]
)
def test_a_tuplet_on_whose_time_programs_differ_says_it(meter: str, sign: str) -> None:
    body = "|".join(["(5:2:5cdefg" + "z" * int(Fraction(meter) * 8 - 2)] * 2)
    text = write_abc(parse_tune(f"X:1\nM:{meter}\nL:1/8\nK:C\n{body}|]\n"))
    assert sign in text
    assert parse_tune(text).problems == ()


def test_three_need_not_say_their_time() -> None:
    assert "(3cde" in write_abc(parse_tune("X:1\nM:3/4\nL:1/8\nK:C\n(3cdez4|(3cdez4|]\n"))
