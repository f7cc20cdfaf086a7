"""What a MusicXML file says, read with a reader that is neither music21 nor ours."""

# ruff: noqa: S314 - what is parsed was made here
from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from abcgen.errors import ScoreError
from abcgen.notation import Tune, parse_tune
from abcgen.notation.tune import Chord, Voice
from abcgen.scores import musicxml, to_svg
from abcgen.scores.check import score_problem
from abcgen.scores.musicxml import to_musicxml


def measures(tune: Tune) -> list[ET.Element]:
    return ET.fromstring(to_musicxml(tune)).findall("part/measure")


def spelled(measure: ET.Element) -> list[str]:
    """Notes as `F4#:2` with the duration in eighth notes; `g` before grace notes, `+` in chords."""
    words = []
    for note in measure.findall("note"):
        length = int(note.findtext("duration") or 0) / 5040
        sign = {None: "", "0": "", "1": "#", "-1": "b"}[note.findtext("pitch/alter")]
        name = "z" if note.find("rest") is not None else f"{note.findtext('pitch/step')}"
        name += "" if name == "z" else f"{note.findtext('pitch/octave')}{sign}"
        prefix = "g" if note.find("grace") is not None else "+" if note.find("chord") is not None else ""
        words.append(f"{prefix}{name}:{length:g}")
    return words


def test_bars_notes_and_pickup(ferry: Tune) -> None:
    bars = measures(ferry)
    assert [bar.get("number") for bar in bars] == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
    assert [bar.get("implicit") for bar in bars[:2]] == ["yes", "no"]
    assert spelled(bars[0]) == ["A4:2"]
    third = 2 / 3
    assert spelled(bars[1]) == [
        *("D5:2", "F5#:1", "D5:1", f"A4:{third:g}", f"B4:{third:g}", f"C5#:{third:g}"),
        *("D5:1.5", "E5:0.5"),
    ]
    assert spelled(bars[2]) == ["F5#:2", "gG5:0", "F5#:2", "A4:4", "+C5#:4"]
    assert spelled(bars[3]) == ["A4:2", "+C5#:2", "z:2", "G4#:2", "G4#:1", "A4:1"]


def test_repeats_and_endings(ferry: Tune) -> None:
    signs = {}
    for bar in measures(ferry):
        for line in bar.findall("barline"):
            for child in line:
                if child.tag in {"repeat", "ending"}:
                    key = child.get("direction") or f"{child.get('number')} {child.get('type')}"
                    signs.setdefault(bar.get("number"), []).append(key)
    assert signs == {
        "1": ["forward"],
        "4": ["1 start", "1 stop", "backward"],
        "5": ["2 start", "2 stop"],
    }


def test_key_metre_title_chords_and_marks(ferry: Tune) -> None:
    root = ET.fromstring(to_musicxml(ferry))
    assert root.findtext("work/work-title") == "The Ferry Across"
    assert root.findtext("identification/creator") == "the abcgen authors"
    first = root.find("part/measure/attributes")
    assert first is not None
    assert (first.findtext("key/fifths"), first.findtext("key/mode")) == ("2", "major")
    assert (first.findtext("time/beats"), first.findtext("time/beat-type")) == ("4", "4")
    assert [h.findtext("root/root-step") for h in root.iter("harmony")] == ["D", "A"]
    assert len(list(root.iter("trill-mark"))) == 1
    assert len(list(root.iter("staccato"))) == 1


def test_accidentals_are_printed_where_a_reader_needs_them(ferry: Tune) -> None:
    bars = measures(ferry)
    printed = [[n.findtext("accidental") for n in bar.findall("note")] for bar in bars]
    assert printed[3] == [None, None, None, "sharp", None, None]
    assert printed[7] == [None, "sharp", "natural"]
    assert not any(printed[1])


def test_accidental_in_another_octave_is_printed() -> None:
    (bar,) = measures(parse_tune("X:1\nT:T\nM:3/4\nL:1/4\nK:C\n^CcC|]\n"))
    assert spelled(bar) == ["C4#:2", "C5#:2", "C4#:2"]
    assert [n.findtext("accidental") for n in bar.findall("note")] == ["sharp", "sharp", None]


def test_ties_beams_and_tuplets(ferry: Tune) -> None:
    bars = measures(ferry)
    assert [t.get("type") for t in bars[2].iter("tie")] == ["start", "start"]
    assert [t.get("type") for t in bars[3].iter("tie")] == ["stop", "stop"]
    assert [t.get("type") for t in bars[1].iter("tuplet")] == ["start", "stop"]
    beams = [[b.text for b in n.findall("beam")] for n in bars[1].findall("note")]
    assert beams == [
        *([], ["begin"], ["end"], ["begin"], ["continue"], ["end"]),
        *(["begin"], ["end", "backward hook"]),
    ]


def test_a_length_no_single_note_has_is_tied() -> None:
    (bar,) = measures(parse_tune("X:1\nT:T\nM:5/8\nL:1/8\nK:C\nG5|]\n"))
    assert spelled(bar) == ["G4:4", "G4:1"]
    assert [t.get("type") for t in bar.iter("tie")] == ["start", "stop"]


def test_bars_of_rest_and_changes_of_metre(two: tuple[Tune, ...]) -> None:
    bars = measures(parse_tune("X:1\nT:T\nM:3/4\nL:1/4\nK:C\nCDE|Z2|G3|]\n"))
    assert [spelled(bar) for bar in bars] == [["C4:2", "D4:2", "E4:2"], ["z:6"], ["z:6"], ["G4:6"]]
    beats = [bar.findtext("attributes/time/beats") for bar in measures(two[0])]
    assert beats == ["6", None, None, "9", "6"]


@pytest.mark.parametrize(("meter", "short"), [("9/8", "z8"), ("3/2", "z8"), ("9/4", "z16"), ("3/4", "z4")])
def test_a_short_bar_of_rest_keeps_its_length(meter: str, short: str) -> None:
    """Readers take a whole rest that is alone in its bar for a rest of the bar."""
    bar = int(8 * int(meter[0]) / int(meter[2]))
    rest = bar - int(short[1:])
    tune = parse_tune(f"X:1\nM:{meter}\nL:1/8\nK:C\n{short}|c{bar}|z{bar}|c{rest}|]\n")
    assert tune.problems == ()
    assert score_problem(tune) is None


@pytest.mark.parametrize(
    "music", ["[Ac]7 z8", "z8 [Ac]7", "[Ac]3 z8 [CE]4", "[Ac]2- [Ac] z8 (3[CE]2[CE]2[CE]2"]
)
def test_a_whole_rest_among_chords_keeps_its_length(music: str) -> None:
    """To music21 chords are no notes, and such a bar is one of a rest alone."""
    tune = parse_tune(f"X:1\nM:15/8\nL:1/8\nK:C\n{music}|c15|]\n")
    assert [problem for problem in tune.problems if problem.is_error] == []
    assert score_problem(tune) is None


def test_same_tune_same_bytes(ferry: Tune) -> None:
    assert to_musicxml(ferry) == to_musicxml(ferry)


@pytest.mark.parametrize(
    ("said", "sign", "line", "octave", "first"),
    [
        ("K:C clef=treble-8", "G", "2", "-1", "G3"),
        ("V:1 clef=treble+8\nK:C", "G", "2", "1", "G5"),
        ("V:1 bass\nK:C", "F", "4", None, "G4"),
        ('V:1 name="alto bass" clef=tenor\nK:C', "C", "4", None, "G4"),
        ("K:C clef=bass-8 transpose=3", "F", "4", "-1", "G3"),
    ],
)
def test_clefs_are_those_that_are_written(
    said: str, sign: str, line: str, octave: str | None, first: str
) -> None:
    tune = parse_tune(f"X:1\nT:T\nM:4/4\nL:1/4\n{said}\nG^A_B{{c}}[GB]|\n")
    root = ET.fromstring(to_musicxml(tune))
    (clef,) = root.iter("clef")
    assert [clef.findtext(name) for name in ("sign", "line", "clef-octave-change")] == [sign, line, octave]
    assert spelled(next(root.iter("measure")))[0] == f"{first}:2"
    assert [chromatic.text for chromatic in root.iter("chromatic")] == (["3"] if "transpose" in said else [])
    assert score_problem(tune) is None
    assert to_svg(tune)


def test_nobody_who_is_not_named_composed_it() -> None:
    plain = "X:1\nT:T\nM:2/4\nL:1/4\nK:C\nCD|]\n"
    assert b"<creator" not in to_musicxml(parse_tune(plain))
    named = to_musicxml(parse_tune(plain.replace("M:", "C:Music21\nM:")))
    assert b'<creator type="composer">Music21</creator>' in named


@pytest.mark.parametrize(
    ("fields", "beat", "dots", "count", "played"),
    [
        ("Q:3/8=110\nR:jig\n", "quarter", 1, "110", "165"),
        ("Q:1/2=60\n", "half", 0, "60", "120"),
        ("R:jig\n", None, 0, "", "168"),
        ("", None, 0, "", "165"),
    ],
)
def test_tempo_as_it_is_written_or_by_the_rhythm(
    fields: str, beat: str | None, dots: int, count: str, played: str
) -> None:
    root = ET.fromstring(to_musicxml(parse_tune(f"X:1\nT:T\n{fields}M:6/8\nL:1/8\nK:C\nC6|]\n")))
    (mark,) = root.iter("metronome")
    (sound,) = (sound.get("tempo") for sound in root.iter("sound"))
    assert sound == played
    if beat is None:
        assert mark.get("print-object") == "no"
    else:
        assert (mark.findtext("beat-unit"), len(mark.findall("beat-unit-dot"))) == (beat, dots)
        assert (mark.findtext("per-minute"), mark.get("print-object")) == (count, None)


def test_second_line_of_notes_in_a_bar_is_refused_as_what_it_is() -> None:
    with pytest.raises(ScoreError, match="one line of notes"):
        to_musicxml(parse_tune("X:1\nT:T\nM:4/4\nL:1/4\nK:C\nCDEF & A4|]\n"))


def test_hostile_title_stays_text() -> None:
    title = '</work-title><script>alert("x")</script>&bogus;\x0b'
    root = ET.fromstring(to_musicxml(parse_tune(f"X:1\nT:{title}\nM:2/4\nL:1/4\nK:C\nCD|]\n")))
    assert root.findtext("work/work-title") == '</work-title><script>alert("x")</script>&bogus;'
    assert not list(root.iter("script"))


@pytest.mark.parametrize(
    ("pattern", "replacement", "reason"),
    [
        (rb"<step>A</step>", b"<step>B</step>", "at note 1: B4 at 0 for 1/4 for A4 at 0 for 1/4"),
        (rb"(?s)<note>.*?</note>", b"", "differ from the tune at note 1: D5 at 1 for 1/4 for A4"),
        (rb"<octave>5</octave>", b"<octave>6</octave>", "differ from the tune at note 2: D6"),
    ],
)
def test_what_the_exporter_changed_is_refused(
    ferry: Tune, monkeypatch: pytest.MonkeyPatch, pattern: bytes, replacement: bytes, reason: str
) -> None:
    real = musicxml._export
    monkeypatch.setattr(musicxml, "_export", lambda tune: re.sub(pattern, replacement, real(tune), count=1))
    with pytest.raises(ScoreError, match=reason):
        to_musicxml(ferry)
    assert score_problem(ferry) is not None


def test_a_good_tune_passes_step_five(ferry: Tune) -> None:
    assert score_problem(ferry) is None


def test_chord_of_different_lengths_is_refused_with_its_reason() -> None:
    tune = parse_tune("X:1\nT:T\nM:2/4\nL:1/8\nK:C\n[CE]4|]\n")
    (bar,) = tune.bars
    chord = bar.events[0]
    assert isinstance(chord, Chord)
    low, high = chord.notes
    uneven = replace(chord, notes=(low, replace(high, duration=high.duration / 2)))
    voice = Voice("1", (replace(bar, events=(uneven,)),))
    assert "last differently" in str(score_problem(replace(tune, voices=(voice,))))


def test_parts_jumps_names_and_tempos() -> None:
    text = (Path(__file__).parent / "golden" / "long-texts.abc").read_text("utf-8")
    root = ET.fromstring(to_musicxml(parse_tune(text)))
    assert [part.text for part in root.iter("part-name")] == ["Soprano", "Bass"]
    assert [part.text for part in root.iter("part-abbreviation")] == ["S.", "B."]
    upper, lower = root.iter("part")
    assert [mark.text for mark in upper.iter("rehearsal")] == ["A", "B"]
    assert [mark.text for mark in upper.iter("per-minute")] == ["100", "140"]
    assert [mark.text for mark in upper.iter("words")] == ["Dal Segno", "fine"]
    assert len(list(upper.iter("segno"))) == 1
    assert not list(lower.iter("per-minute"))
