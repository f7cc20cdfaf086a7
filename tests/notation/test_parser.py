"""ABC text gives exactly these notes: MIDI pitch, onset and duration in quarter notes."""

from fractions import Fraction

import pytest

from abcgen.errors import NotationError
from abcgen.notation import parse_book, parse_tune, sounding_notes, unfolded


def sounds(
    music: str, header: str = "M:4/4\nL:1/4\nK:C", *, played: bool = False
) -> list[tuple[int, float, float]]:
    tune = parse_tune(f"X:1\nT:t\n{header}\n{music}\n")
    if played:
        tune = unfolded(tune)
    return [(s.midi, float(s.onset * 4), float(s.duration * 4)) for s in sounding_notes(tune.voices[0])]


def pitches(music: str, header: str = "M:none\nL:1/4\nK:C") -> list[int]:
    return [pitch for pitch, _, _ in sounds(music, header)]


@pytest.mark.parametrize(
    ("music", "expected"),
    [
        ("C c c' C,", [60, 72, 84, 48]),
        ("^C _D =E ^^F __G", [61, 61, 64, 67, 65]),
        ("^C C c | C", [61, 61, 73, 60]),  # an accidental holds in the bar, in every octave
        ("^c-|c c", [73, 72]),  # a tie carries it over the bar line, to the tied note alone
    ],
)
def test_pitches(music: str, expected: list[int]) -> None:
    assert pitches(music) == expected


def test_the_key_signature_sounds() -> None:
    assert pitches("F C B", "M:none\nL:1/4\nK:D") == [66, 61, 71]
    assert pitches("F =F F | F", "M:none\nL:1/4\nK:D") == [66, 65, 65, 66]


def test_a_key_change_holds_from_where_it_stands() -> None:
    assert pitches("F [K:D] F") == [65, 66]
    assert pitches("F |\nK:D\nF") == [65, 66]


@pytest.mark.parametrize(
    ("music", "lengths"),
    [
        ("A2 A/ A// A3/2 A/4", [2, 0.5, 0.25, 1.5, 0.25]),
        ("A>B c<d", [1.5, 0.5, 0.5, 1.5]),
        ("A>>B c<<<d", [1.75, 0.25, 0.125, 1.875]),
        ("(3ABc A", [2 / 3, 2 / 3, 2 / 3, 1]),
        ("(3:2:2A2B c", [4 / 3, 2 / 3, 1]),
        ("A{g}>B", [1.5, 0.5]),
        ("A-A B", [2, 1]),
    ],
)
def test_lengths(music: str, lengths: list[float]) -> None:
    assert [duration for _, _, duration in sounds(music, "M:none\nL:1/4\nK:C")] == pytest.approx(lengths)


def test_tuplets_are_exact() -> None:
    tune = parse_tune("X:1\nM:2/4\nL:1/8\nK:C\n(3ABcA2|(5ABcdeA2|]\n")
    assert [event.duration for event in tune.bars[0].events][:3] == [Fraction(1, 12)] * 3
    assert tune.bars[0].duration == Fraction(1, 2)


def test_chords_sound_together_and_last_as_their_first_note() -> None:
    assert sounds("[CEG]2 [D2A]") == [(60, 0, 2), (64, 0, 2), (67, 0, 2), (62, 2, 2), (69, 2, 2)]
    assert sounds("[C-E]F") == [(60, 0, 1), (64, 0, 1), (65, 1, 1)]
    assert sounds("[C-E]C") == [(60, 0, 2), (64, 0, 1)]


def test_rests_take_time_and_whole_bars_of_rest_too() -> None:
    assert sounds("C z C x C") == [(60, 0, 1), (60, 2, 1), (60, 4, 1)]
    assert sounds("Z2|C4|") == [(60, 8, 4)]


@pytest.mark.parametrize(
    ("music", "order"),
    [
        ("|:C4:|D4|]", "CCD"),
        ("C4:|D4|]", "CCD"),
        ("|:C4::D4:|", "CCDD"),
        ("C4||D4:|", "CDD"),
        ("|:C4|1 D4:|2 E4|]", "CDCE"),
        ("|:C4|[1 D4:|[2 E4||F4|]", "CDCEF"),
        ("|:C4|1,3 D4:|2 E4:|", "CDCECD"),
        ("|:C4|1 D4:|2 E4|:F4|1 G4:|2 A4|]", "CDCEFGFA"),
        ("|:C4::|D4|]", "CCCD"),
    ],
)
def test_play_order(music: str, order: str) -> None:
    letters = {60: "C", 62: "D", 64: "E", 65: "F", 67: "G", 69: "A"}
    assert "".join(letters[p] for p, _, _ in sounds(music, played=True)) == order


def test_marks_hang_on_their_notes() -> None:
    tune = parse_tune('X:1\nM:4/4\nL:1/4\nK:C\n"Am"!trill!A {/gf}.B (cd)|]\n')
    a, b, c, d = (event.marks for event in tune.bars[0].events)
    assert (a.chord_symbol, a.decorations) == ("Am", ("trill",))
    assert (len(b.grace), b.acciaccatura, b.decorations) == (2, True, ("staccato",))
    assert (c.slurs_opened, d.slurs_closed, d.beamed) == (1, 1, True)


def test_voices_are_kept_apart() -> None:
    tune = parse_tune("X:1\nM:4/4\nL:1/4\nV:1\nV:2\nK:C\nV:1\nCDEF|]\nV:2\nG4|]\n")
    assert [voice.name for voice in tune.voices] == ["1", "2"]
    inline = parse_tune("X:1\nM:4/4\nL:1/4\nK:C\n[V:a]CDEF|] [V:b]G4|]\n")
    assert [len(voice.bars) for voice in inline.voices if voice.name in "ab"] == [1, 1]


def test_a_book_with_text_between_its_tunes() -> None:
    book = parse_book("Some words.\n\nX:1\nT:One\nK:C\nCDEF|]\n\nMore words.\nX:2\nT:Two\nK:D\nDEFG|]\n")
    assert [tune.title for tune in book.tunes] == ["One", "Two"]
    assert [tune.line for tune in book.tunes] == [3, 9]


def test_a_file_header_holds_for_every_tune() -> None:
    book = parse_book("M:6/8\nR:jig\n\nX:1\nK:G\nGAB c2d|]\n")
    assert book.tunes[0].rhythm == "jig"
    assert book.tunes[0].meter.plain() == "6/8"


def test_comments_directives_and_continuations_are_not_music() -> None:
    assert pitches("CD % EFG\n%%begintext\nABC\n%%endtext\nE\\\nF") == [60, 62, 64, 65]


def test_one_tune_is_asked_for() -> None:
    with pytest.raises(NotationError, match="one tune is needed, 0"):
        parse_tune("no tune here")


def test_one_broken_tune_does_not_hide_the_next() -> None:
    book = parse_book("X:1\nK:nonsense\nCD[EF\n\nX:2\nM:4/4\nL:1/4\nK:C\nCDEF|]\n")
    assert [tune.valid for tune in book.tunes] == [False, True]
