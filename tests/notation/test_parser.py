"""ABC text gives exactly these notes: MIDI pitch, onset and duration in quarter notes."""

import time
from fractions import Fraction

import pytest

from abcgen.errors import NotationError
from abcgen.notation import parse_book, parse_tune, sounding_notes, write_abc


def sounds(
    music: str, header: str = "M:4/4\nL:1/4\nK:C", *, played: bool = False
) -> list[tuple[int, float, float]]:
    tune = parse_tune(f"X:1\nT:t\n{header}\n{music}\n")
    if played:
        tune = tune.unfolded()
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


def test_voices_and_comments_are_told_apart() -> None:
    tune = parse_tune('X:1\nM:4/4\nL:1/8\nK:C\nCDEF GABc|% old [V:2] c8|\n"^see [V:2] below"CDEF GABc|]\n')
    assert [voice.name for voice in tune.voices] == ["1"]
    assert tune.problems == ()
    assert len(tune.bars) == 2


@pytest.mark.parametrize("text", ["M:\u0664/4\nL:1/8\nK:C\nC4|]", "M:4/4\nL:1/8\nK:C\nC\u0663D F4|]"])
def test_only_ascii_digits_are_digits(text: str) -> None:
    assert not parse_tune(f"X:1\n{text}\n").valid


def test_no_number_of_warnings_hides_an_error() -> None:
    tune = parse_tune("X:1\nM:none\nL:1/8\nK:C\n" + "A-B" * 120 + "{{[|]\n")
    assert len(tune.problems) > 100
    assert not tune.valid
    many = parse_tune("X:1\nM:4/4\nL:1/8\nK:C\n" + ("A-B6 z|" * 2400) + "|]\n")
    assert any(problem.code == "too-large" for problem in many.problems)


def test_long_headers_take_no_quadratic_time() -> None:
    began = time.process_time()
    header = "".join(f"N:{i}\nR:{i}\n" for i in range(6000))
    tunes = parse_book(header + "\n" + "X:1\n" + header[:60000] + "K:C\nC|]\n").tunes
    assert len(tunes) == 1
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("music", "expected"),
    [
        ("m:~g2={a}g{f}g\nK:C\n~g2 A", [(79, 0, 1), (79, 1, 1), (69, 2, 1)]),
        ("m:~n3=n{o}n{m}n\nK:C\n~D3 ~D2", [(62, 0, 1), (62, 1, 1), (62, 2, 1), (62, 3, 2)]),
        ('m:n2=no\nK:C\nB2 "n2"c', [(71, 0, 1), (72, 1, 1), (72, 2, 1)]),
    ],
)
def test_macros(music: str, expected: list[tuple[int, float, float]]) -> None:
    tune = parse_tune(f"X:1\nM:none\nL:1/4\n{music}\n")
    assert [(s.midi, s.onset * 4, s.duration * 4) for s in sounding_notes(tune.voices[0])] == expected


@pytest.mark.parametrize(
    ("order", "played"),
    [("AB", "CD"), ("AAB", "CCD"), ("A(BA)2", "CDCDC"), ("A3.B", "CCCD"), ("AC", "CD"), ("", "CD")],
)
def test_parts_are_played_in_their_order(order: str, played: str) -> None:
    tune = parse_tune(f"X:1\nP:{order}\nM:4/4\nL:1/4\nK:C\nP:A\nC4|\nP:B\nD4|]\n").unfolded()
    assert "".join(bar.events[0].pitches[0].step for bar in tune.bars) == played


def test_overlays_begin_with_the_bar() -> None:
    assert sounds("C2D2&E4|F4|]") == [(60, 0, 2), (64, 0, 4), (62, 2, 2), (65, 4, 4)]


@pytest.mark.parametrize(
    ("key", "voice", "pitch"),
    [
        ("C clef=treble-8", "", 48),
        ("C treble+8", "", 72),
        ("C transpose=2", "", 62),
        ("C octave=-1", "", 48),
        ("C", "V:1 treble-8", 48),
        ("C", "V:1 clef=bass octave=-2", 36),
        ("C", "V:1 transpose=-3", 57),
    ],
)
def test_clefs_and_settings_shift_what_sounds(key: str, voice: str, pitch: int) -> None:
    header = f"M:none\nL:1/4\n{voice}\nK:{key}" if voice else f"M:none\nL:1/4\nK:{key}"
    assert pitches("C", header) == [pitch]


@pytest.mark.parametrize(
    ("words", "sung"),
    [
        ("one two three four", ["one", "two", "three", "four"]),
        ("syl-la-ble _", ["syl-", "la-", "ble", "_"]),
        ("a * b~c d", ["a", "", "b c", "d"]),
        ("a | b", ["a", "", "b", ""]),
        ("a--b c", ["a-", "-", "b", "c"]),
        ("1.~This that\\-one", ["1. This", "that\N{NON-BREAKING HYPHEN}one", "", ""]),
    ],
)
def test_words_lie_on_the_notes(words: str, sung: list[str]) -> None:
    tune = parse_tune(f"X:1\nM:2/4\nL:1/4\nK:C\nCD|EF|]\nw:{words}\n")
    lyrics = [event.marks.lyrics for bar in tune.bars for event in bar.events]
    assert [verses[0] if verses else "" for verses in lyrics] == sung
    assert parse_tune(write_abc(tune)) == tune


def test_verses_and_continued_words() -> None:
    tune = parse_tune("X:1\nM:2/4\nL:1/4\nK:C\nCD|EF|]\nw:a b\n+:c d\nw:e f g h\n")
    assert [event.marks.lyrics for bar in tune.bars for event in bar.events] == [
        ("a", "e"),
        ("b", "f"),
        ("c", "g"),
        ("d", "h"),
    ]


@pytest.mark.parametrize(
    ("hold", "expected"), [("pitch", [61, 73, 61]), ("octave", [61, 72, 61]), ("not", [61, 72, 60])]
)
def test_where_accidentals_hold(hold: str, expected: list[int]) -> None:
    header = f"M:none\nL:1/4\n%%propagate-accidentals {hold}\nK:C"
    assert pitches("^C c C", header) == expected


@pytest.mark.parametrize("note", ["C/3", "C0", "C,,,,,,,", "C99999"])
def test_what_is_wrong_is_told_every_time(note: str) -> None:
    text = f"X:1\nM:none\nL:1/4\nK:C\n{note} {note} D|{note}|]\n"
    first, second = parse_tune(text).problems, parse_tune(text).problems
    assert len(first) == 3
    assert first == second


@pytest.mark.parametrize(
    ("music", "expected"),
    [
        ("^f4-&C4|f4|]", [(60, 0, 4), (78, 0, 8)]),
        ("c4&^f4-|f4&f4|]", [(72, 0, 4), (78, 0, 8), (77, 4, 4)]),
        ("c4-&E4-|c4&E4|]", [(64, 0, 8), (72, 0, 8)]),
        ("^c4-|c2-c2|c4|]", [(73, 0, 8), (72, 8, 4)]),
    ],
)
def test_ties_and_overlays(music: str, expected: list[tuple[int, float, float]]) -> None:
    assert sounds(music) == expected


def test_properties_of_a_voice_hold_from_where_it_begins() -> None:
    tune = parse_tune("X:1\nL:1/4\nM:none\nK:C\nV:1 octave=-1\nc|]\n[V:2 transpose=2]c|]\n")
    assert [[s.midi for s in sounding_notes(voice)] for voice in tune.voices] == [[60], [74]]


def test_a_part_begins_in_every_voice() -> None:
    body = "P:A\nV:1\nc|\nV:2\nC|\nP:B\nV:1\nd|\nV:2\nD|\n"
    tune = parse_tune(f"X:1\nP:AAB\nL:1/4\nM:none\nK:C\n{body}").unfolded()
    assert [[s.midi for s in sounding_notes(voice)] for voice in tune.voices] == [[72, 72, 74], [60, 60, 62]]


def test_an_ending_that_is_none() -> None:
    for ending in ("1-2-3", "0", "1-99"):
        tune = parse_tune(f"X:1\nL:1/4\nM:none\nK:C\nc|[{ending} d|]\n")
        assert "bad-ending" in {problem.code for problem in tune.problems}


def test_a_tune_that_never_ends_is_too_large() -> None:
    text = "X:1\nM:4/4\nL:1/4\nK:C\nc|:" + "cccc|" * 600 + "[1-15 cccc:|[16 cccc|]\n"
    assert "too-large" in {p.code for p in parse_tune(text).problems}


def test_what_is_not_read_is_told() -> None:
    tune = parse_tune("X:1\nK:C\nCDEF|\n" + "c" * 200_000 + "\n")
    assert "too-large" in {p.code for p in tune.problems}
    words = "X:1\nL:1/4\nM:none\nK:C\n" + "c|" * 1900 + "\nw:a\n" + "+:b b b\n" * 3000
    began = time.process_time()
    assert "too-large" in {p.code for p in parse_tune(words).problems}
    assert time.process_time() - began < 5


def test_a_bar_sign_in_words_goes_on_a_bar() -> None:
    tune = parse_tune("X:1\nM:2/4\nL:1/4\nK:C\nc d|e f|g a|]\nw:one two| |three four\n")
    assert [event.marks.lyrics for bar in tune.bars for event in bar.events][4:] == [("three",), ("four",)]


def test_a_part_begins_with_the_next_bar() -> None:
    tune = parse_tune("X:1\nM:2/4\nL:1/4\nK:C\nC\nP:B\nD|EF|GA|]\n")
    assert [bar.part for bar in tune.bars] == ["", "B", ""]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems(end: str) -> None:
    text = "X:1\nT:t\nM:4/4\nL:1/4\nK:C\nCDEF|]\n"
    assert parse_book(text.replace("\n", end)) == parse_book(text)


def test_symbol_lines_lie_on_the_notes() -> None:
    tune = parse_tune('X:1\nM:4/4\nL:1/4\nK:C\nCDEF|GzAB|]\ns:!trill!"Am"**|"^slow"!f!\ns:"G7"\nw:la la\n')
    assert tune.problems == ()
    marks = [event.marks for bar in tune.bars for event in bar.events]
    assert [m.decorations for m in marks] == [("trill",), (), (), (), (), (), ("f",), ()]
    assert [m.chord_symbol for m in marks] == ["G7", "Am", "", "", "", "", "", ""]
    assert [m.annotations for m in marks] == [(), (), (), (), ("^slow",), (), (), ()]
    assert [m.lyrics for m in marks[:3]] == [("la",), ("la",), ()]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("s:!f! loud", "bad-field 6:3: 'loud' is no symbol"),
        ("s:*****", "too-many-words 6:3: 1 symbol more than notes to put them on"),
        ("w:a b c d e f", "too-many-words 6:3: 2 syllables more than notes to sing them on"),
    ],
)
def test_what_cannot_lie_on_the_notes_is_told(line: str, told: str) -> None:
    [problem] = parse_tune(f"X:1\nM:4/4\nL:1/4\nK:C\nCDEF|]\n{line}\n").problems
    assert f"{problem.code} {problem.line}:{problem.column}: {problem.message}" == told


def test_words_above_the_music_are_told() -> None:
    [problem] = parse_tune("X:1\nM:4/4\nL:1/4\nK:C\nw:la\nCDEF|]\n").problems
    assert (problem.code, problem.line) == ("too-many-words", 5)


def test_fields_among_the_music_stay_where_they_stand() -> None:
    text = (
        "X:1\nT:Two\nM:4/4\nL:1/4\nK:C\nQ:1/4=90\nC[N:here]DEF|GABc||\nT:Second part\nN:at length\n"
        "+:and more\n[Q:1/4=120]cBAG|F[I:x]EDC[r:done]|]\nN:after\n"
    )
    tune = parse_tune(text)
    assert tune.problems == ()
    assert tune.titles == ("Two",)
    assert tune.field_text("Q") == "1/4=90"
    assert list(tune.field_texts("N")) == ["here", "at length and more", "after"]
    assert [[(i, f.letter) for i, f in bar.remarks] for bar in tune.bars] == [
        [(0, "Q"), (1, "N")],
        [],
        [(0, "T"), (0, "N"), (0, "Q")],
        [(1, "I"), (4, "r")],
    ]
    assert tune != parse_tune(text.replace("=120", "=121"))
    assert write_abc(tune).split("K:C\n")[1] == (
        "[Q:1/4=90]C [N:here]D E F | G A B c ||\nT:Second part\n"
        "[N:at length and more][Q:1/4=120]c B A G | F [I:x]E D C [r:done] |]\nN:after\n"
    )


def test_a_field_that_cannot_stand_within_a_line_is_told() -> None:
    tune = parse_tune("X:1\nM:4/4\nL:1/4\nK:C\nC[w:la]DEF|]\n")
    assert [(p.code, p.column) for p in tune.problems] == [("unknown-field", 2)]


def test_an_empty_line_in_a_block_of_text_ends_no_tune() -> None:
    text = "X:1\nM:4/4\nL:1/4\nK:C\nCDEF|\n%%begintext\none\n\ntwo\n%%endtext\nGABc|]\n\nX:2\nK:C\nC|]\n"
    one, two = parse_book(text).tunes
    assert (len(one.bars), two.line) == (2, 13)
    assert one.problems == ()
    unclosed = parse_book(text.replace("%%endtext\n", "")).tunes
    assert [tune.reference for tune in unclosed] == [1, 2]


def test_common_time_within_a_line_is_a_field() -> None:
    tune = parse_tune("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|[M:C|]GABc|\nM:4/4\nN:see|\nCDEF|]\n")
    assert tune.problems == ()
    assert [str(bar.meter) for bar in tune.bars] == ["4/4", "C|", "4/4"]
    assert parse_tune(write_abc(tune)) == tune


def test_a_block_of_text_in_the_file_header_sets_nothing() -> None:
    text = "%%begintext\nL: 1/16\n%%endtext\n\nX:1\nM:4/4\nK:C\nCDEFGABc|]\n"
    [tune] = parse_book(text).tunes
    assert (tune.unit_length, tune.fields) == (Fraction(1, 8), ())


def test_parts_begin_in_every_voice_at_one_time() -> None:
    head = "X:1\nP:ABA\nM:4/4\nL:1/4\nV:1\nV:2\nK:C\n"
    block = parse_tune(f"{head}P:A\nV:1\nCDEF|GABc|\nP:B\ncdef|gabc'|]\nV:2\nC4|D4|E4|F4|]\n")
    mixed = parse_tune(f"{head}P:A\n[V:1]CDEF|GABc|\n[V:2]C4|D4|\nP:B\n[V:1]cdef|gabc'|]\n[V:2]E4|F4|]\n")
    for tune in (block, mixed):
        assert [[bar.part for bar in voice.bars] for voice in tune.voices] == [["A", "", "B", ""]] * 2
        assert [len(voice.bars) for voice in tune.unfolded().voices] == [6, 6]
        assert parse_tune(write_abc(tune)) == tune
    chorus = parse_tune(
        "X:1\nM:4/4\nL:1/4\nV:1\nV:2\nK:C\n[V:1]C4|\n[V:2]C4|\nP:Chorus:\n[V:1]D4|]\n[V:2]D4|]\n"
    )
    assert parse_tune(write_abc(chorus)) == chorus


def test_a_field_between_systems_belongs_to_what_follows() -> None:
    tune = parse_tune("X:1\nM:4/4\nL:1/4\nK:C\n[V:1]C4|\n[V:2]E4|\nT:Second\n[V:1]D4|]\n[V:2]F4|]\n")
    assert [[len(bar.remarks) for bar in voice.bars] for voice in tune.voices] == [[0, 1], [0, 0]]


def test_quotes_in_a_remark_open_no_text() -> None:
    tune = parse_tune('X:1\nM:4/4\nL:1/4\nK:C\n[r:the 6" bit]GABc|[V:2]"G"C4|]\n')
    assert [voice.name for voice in tune.voices] == ["1", "2"]


def test_words_and_symbols_that_go_on() -> None:
    tune = parse_tune("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|]\nw:a b c d\\\nw:e f\ns:!f! *\n+:!p!\n")
    assert tune.problems == ()
    marks = [event.marks for bar in tune.bars for event in bar.events]
    assert [m.lyrics for m in marks[:6]] == [("a",), ("b",), ("c",), ("d",), ("e",), ("f",)]
    assert [m.decorations for m in marks[:3]] == [("f",), (), ("p",)]


def test_what_stands_twice_before_a_note_is_kept() -> None:
    tune = parse_tune('X:1\nM:4/4\nL:1/4\nK:C\n+f+"Am""C"{c}{de}CD+p+EF|]\n')
    marks = tune.bars[0].events[0].marks
    assert (marks.chord_symbol, len(marks.grace), marks.decorations) == ("Am C", 3, ("f",))
    assert tune.problems == ()


def test_a_key_before_an_empty_overlay_stays_where_it_stands() -> None:
    tune = parse_tune("X:1\nM:2/4\nL:1/4\nK:C\nx[K:D]z&[K:D]|C2|]\n")
    assert parse_tune(write_abc(tune)) == tune


@pytest.mark.parametrize(
    ("music", "written"),
    [
        ("CDEF!fine!|GABc!D.C.!|]", "C D E !fine!F | G A B !D.C.!c |]"),
        ('GABc "^D.C. al Fine"|]', 'G A B "^D.C. al Fine"c |]'),
        ("CDEF H||GABc|]", "C D E HF || G A B c |]"),
        # what comes next is meant by these
        ("CDEF!segno!|GABc|]", "C D E F | SG A B c |]"),
        ('CDEF"G"|GABc|]', 'C D E F | "G"G A B c |]'),
    ],
)
def test_what_stands_before_a_bar_line_hangs_on_a_note(music: str, written: str) -> None:
    tune = parse_tune(f"X:1\nT:T\nM:4/4\nL:1/4\nK:C\n{music}\n")
    body = write_abc(tune).partition("K:C\n")[2]
    assert body.split() == written.split()
    assert parse_tune(write_abc(tune)).bars == tune.bars
