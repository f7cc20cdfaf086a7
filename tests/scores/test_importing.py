"""Scores of other formats as tunes: the notes that went in, in bars that add up."""

from __future__ import annotations

import random
import re
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest

from abcgen.errors import InputError, ScoreError
from abcgen.notation import Tune, parse_book, parse_tune, write_abc
from abcgen.notation.harmony import CHORD_KINDS, parse_chord_symbol
from abcgen.notation.sounding import sound_bars
from abcgen.scores.importing import Signed, key_of, spelled
from abcgen.scores.marks import KIND_NAMES
from abcgen.scores.midi import to_midi
from abcgen.scores.musicxml import to_musicxml
from abcgen.scores.pickup import pickup_of
from abcgen.scores.playing import Playing
from abcgen.scores.quantise import Played, quantised
from abcgen.scores.reading import MAX_BYTES, read_score

TUNES = [
    tune
    for path in sorted((Path(__file__).parent / "tunes").glob("*.abc"))
    for tune in parse_book(path.read_text("utf-8")).tunes
]
HEADER = "X:1\nT:T\nM:{}\nL:1/8\nK:{}\n"


def read(data: bytes, folder: Path, suffix: str, part: int = 1) -> Tune:
    path = folder / f"a tune{suffix}"
    path.write_bytes(data)
    return read_score(path, part)


@pytest.mark.parametrize("tune", TUNES, ids=lambda tune: tune.title)
def test_musicxml_comes_back(tune: Tune, tmp_path: Path) -> None:
    found = read(to_musicxml(tune), tmp_path, ".musicxml")
    assert found.problems == ()
    assert sound_bars(found.bars) == sound_bars(tune.bars)
    assert sound_bars(found.unfolded().bars) == sound_bars(tune.unfolded().bars)
    assert (found.title, found.key, found.meter) == (tune.title, tune.key, tune.meter)
    assert [bar.ending for bar in found.bars] == [bar.ending for bar in tune.bars]


@pytest.mark.parametrize("tune", TUNES, ids=lambda tune: tune.title)
def test_midi_comes_back_as_played(tune: Tune, tmp_path: Path) -> None:
    found = read(to_midi(tune), tmp_path, ".mid")
    played = tune.unfolded()
    assert found.problems == ()
    assert sound_bars(found.bars) == sound_bars(played.bars)
    assert (found.title, found.key, found.meter) == (tune.title, tune.key, tune.meter)
    assert [bar.duration for bar in found.bars] == [bar.duration for bar in played.bars]


def test_chord_symbols_and_the_zip_of_musicxml(ferry: Tune, tmp_path: Path) -> None:
    path = tmp_path / "ferry.mxl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/container.xml", "<container/>")
        archive.writestr("score.xml", to_musicxml(ferry))
    found = write_abc(read_score(path))
    assert '"D"d2' in found
    assert '"A"[Ac]4-' in found


def test_a_part_is_chosen(tmp_path: Path) -> None:
    text = HEADER.format("2/4", "C") + "V:1\nCDEF|G4|]\nV:2\nC4|C4|]\n"
    data = to_midi(parse_tune(text))
    assert [bar.events[0].pitches[0].midi for bar in read(data, tmp_path, ".mid", 2).bars] == [60, 60]
    with pytest.raises(ScoreError, match="2 parts with notes; there is no part 3"):
        read(data, tmp_path, ".mid", 3)


@pytest.mark.parametrize(
    "lines",
    [
        "M:(3+2)/8\nL:1/8\nK:D\nABc de|ABc d2|]",
        "M:C|\nL:1/8\nK:D\n|:A8:::d8::|",
        "M:none\nL:1/8\nK:D\nABcd efg2|ABd4|]",
        "M:6/8\nL:1/8\nK:G\nG3G2||(3d/e/f|g6|]",
        "M:4/4\nL:1/8\nK:D\nA8|a8|[K:G]g8|G8|]",
        "M:4/4\nL:1/8\nK:D\nA|A8|d8|[M:3/4]g6|d5|]",
    ],
)
def test_musicxml_comes_back_with_its_bars(lines: str, tmp_path: Path) -> None:
    tune = parse_tune(f"X:1\nT:T\n{lines}\n")
    found = read(to_musicxml(tune), tmp_path, ".musicxml")
    assert (found.meter, found.meter.symbol) == (tune.meter, tune.meter.symbol)
    assert [(bar.meter, bar.key, bar.duration) for bar in found.bars] == [
        (bar.meter, bar.key, bar.duration) for bar in tune.bars
    ]
    assert sound_bars(found.unfolded().bars) == sound_bars(tune.unfolded().bars)


@pytest.mark.parametrize(
    "lines",
    [
        "M:4/4\nL:1/8\nK:D\nA2|A8|d8|[M:3/4]g6|d4|]",  # the change says where bars begin
        "M:4/4\nL:1/8\nK:D\nA8|a8|[K:G]g8|G8|]",
        "M:4/4\nL:1/8\nK:D\n(5:4ABcde(7:4ABcdefg|(9:8ABcdefgab|d8|]",
        "M:4/4\nL:1/16\nK:D\n(3ABc(3ABcA2(3ABcABcde4|d16|]",
    ],
)
def test_midi_comes_back_with_its_bars(lines: str, tmp_path: Path) -> None:
    tune = parse_tune(f"X:1\nT:T\n{lines}\n")
    found = read(to_midi(tune), tmp_path, ".mid")
    assert [(bar.meter, bar.key, bar.duration) for bar in found.bars] == [
        (bar.meter, bar.key, bar.duration) for bar in tune.bars
    ]
    assert sound_bars(found.bars) == sound_bars(tune.bars)


def test_a_metre_for_the_pickup_alone(tmp_path: Path) -> None:
    tune = parse_tune("X:1\nT:T\nM:1/4\nL:1/8\nK:D\nA2|[M:4/4]A8|d8|]\n")
    found = read(to_midi(tune), tmp_path, ".mid")
    assert [(str(bar.meter), bar.duration) for bar in found.bars] == [
        ("4/4", Fraction(1, 4)),
        ("4/4", Fraction(1)),
        ("4/4", Fraction(1)),
    ]


def test_channels_of_one_track_are_parts(tmp_path: Path) -> None:
    """A file of format 0 has all of its instruments in one track; a tenth channel is drums."""
    beats = b"".join(
        b"".join(b"\x00" + bytes([0x90 | channel, pitch, 80]) for channel, pitch in struck)
        + b"\x60"
        + b"\x00".join(bytes([0x80 | channel, pitch, 0]) for channel, pitch in struck)
        for struck in ([(0, 60), (1, 48), (9, 40)], [(0, 64), (1, 43), (9, 40)])
    )
    track = beats + b"\x00\xff\x2f\x00"
    data = b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk" + len(track).to_bytes(4, "big") + track
    for part, pitches in ((1, [60, 64]), (2, [48, 43])):
        assert [sound.midi for sound in sound_bars(read(data, tmp_path, ".mid", part).bars)] == pitches
    with pytest.raises(ScoreError, match="2 parts"):
        read(data, tmp_path, ".mid", 3)


def test_an_accompaniment_is_another_part(ferry: Tune, tmp_path: Path) -> None:
    found = read(to_midi(ferry, Playing(chords=True)), tmp_path, ".mid")
    assert sound_bars(found.bars) == sound_bars(ferry.unfolded().bars)


@pytest.mark.parametrize(
    "body", ["DEFG A2(3Bcd|e2d/c/B A4|d3c BAGF|E8|]", "D2FA d2fd|(3efe d2 c2A2|F4 E4|D8|]"]
)
@pytest.mark.parametrize("seed", range(4))
def test_what_hands_play_falls_onto_the_beats(body: str, seed: int) -> None:
    rng = random.Random(seed)
    exact = sound_bars(parse_tune(HEADER.format("4/4", "D") + body + "\n").bars)
    played = []
    for sound in exact:
        onset = max(0.0, float(sound.onset * 4) + rng.gauss(0, 0.025))
        end = float((sound.onset + sound.duration) * 4) - rng.uniform(0.0, 0.1) * float(sound.duration * 4)
        played.append((Fraction(onset), Fraction(end), sound.midi))
    found = quantised(played)
    assert [(note.onset, note.midis) for note in found] == [(s.onset * 4, (s.midi,)) for s in exact]
    assert [note.duration for note in found][:-1] == [s.duration * 4 for s in exact][:-1]


def test_grace_notes_of_hands_are_left_out() -> None:
    line = [(0, 1, 60), (1, "1.06", 64), ("1.06", 2, 62), (2, "2.1", 67), ("2.1", "2.2", 65), ("2.2", 3, 64)]
    found = quantised([(Fraction(onset), Fraction(end), midi) for onset, end, midi in line])
    assert [(note.onset, note.midis) for note in found][:2] == [(0, (60,)), (1, (62,))]
    assert found[-1].midis == (64,)
    assert len(found) == 3
    runs = [(Fraction(at, 8), Fraction(at + 1, 8), 60 + at) for at in range(8)]
    assert len(quantised(runs)) == 8


def test_pickups() -> None:
    def line(body: str, meter: str) -> list[Played]:
        sounds = sound_bars(parse_tune(HEADER.format(meter, "G") + body + "\n").bars)
        return [Played(s.onset * 4, s.duration * 4, (s.midi,)) for s in sounds]

    jig = "D|G2G GAB|A2A AGE|G2G GAB|A3 G2|]"
    assert pickup_of(line(jig, "6/8"), Fraction(3)) == Fraction(1, 2)
    reel = "D4 FAdA|D4 FAd2|E4 GBGE|A2c2 e4|D4 FAdA|D4 FAd2|c2e2 c2A2|d8|]"
    assert pickup_of(line(reel, "4/4"), Fraction(4)) == 0
    rested = [note._replace(onset=note.onset + 3) for note in line("A|d2f2a2f2|d8|]", "4/4")]
    assert pickup_of(rested, Fraction(4)) == 1


@pytest.mark.parametrize(
    ("signature", "last", "key"),
    [
        (Signed(1), 67, "G"),
        (Signed(1), 64, "Em"),
        (Signed(1), 69, "Ador"),
        (Signed(1), 74, "Dmix"),
        (Signed(1, "major"), 74, "G"),  # a tune in G may end on its fifth
        (Signed(1, "major"), 64, "Em"),  # many programs tell of a major key whatever it is
        (Signed(2, "dorian"), 64, "Edor"),
        (Signed(-3, "minor"), 60, "Cm"),
        (Signed(1, "minor"), 62, "Em"),  # nobody says so unasked
        (Signed(1, "phrygian"), 71, "Bphr"),
        (Signed(2, "major"), 67, "D"),  # and not in lydian, which next to no tune is
        (Signed(0), 61, "C"),
    ],
)
def test_keys(signature: Signed, last: int, key: str) -> None:
    assert str(key_of(signature, last)) == key


def test_a_signature_that_no_key_has() -> None:
    with pytest.raises(ScoreError, match="a signature of 9 signs is none of a key"):
        key_of(Signed(9), 60)


def test_a_zip_with_damaged_bytes(ferry: Tune, tmp_path: Path) -> None:
    path = tmp_path / "ferry.mxl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("score.xml", to_musicxml(ferry))
    data = bytearray(path.read_bytes())
    data[60:90] = bytes(30)
    path.write_bytes(data)
    with pytest.raises(InputError, match="a zip that cannot be read"):
        read_score(path)


def test_spellings() -> None:
    from abcgen.notation.key import parse_key

    in_d = [spelled(midi, parse_key("D")) for midi in (61, 62, 65, 66, 68)]
    assert [(pitch.step, pitch.alter) for pitch in in_d] == [
        *(("C", 1), ("D", 0), ("F", 0), ("F", 1), ("G", 1))
    ]
    in_g_minor = [spelled(midi, parse_key("Gm")) for midi in (70, 66, 68)]
    assert [(pitch.step, pitch.alter) for pitch in in_g_minor] == [("B", -1), ("G", -1), ("A", -1)]
    assert all(spelled(midi, parse_key("C")).midi == midi for midi in range(128))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"X:1", "is neither MIDI nor MusicXML"),
        ("a.mid", b"", "music21 could not read the MIDI file"),
        ("a.mid", b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\4\0\xff\x2f\0", "0 parts with notes"),
        ("a.musicxml", b"<score>", "music21 could not read the MusicXML"),
        ("a.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><score/>", "defines entities of its own"),
        ("a.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><score/>".encode("utf-16"), "defines entities of its own"),
        ("a.mxl", b"PK\3\4 is no zip", "a zip that cannot be read"),
        ("a.mid", b"\0" * (MAX_BYTES["midi"] + 1), "larger than 512 KiB"),
        ("a.xml", b" " * (MAX_BYTES["musicxml"] + 1), "larger than 8192 KiB"),
    ],
)
def test_what_cannot_be_read(name: str, data: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises((InputError, ScoreError), match=message):
        read_score(tmp_path / name)


def test_a_signature_of_no_key_is_told_as_that(tmp_path: Path) -> None:
    (tmp_path / "t.musicxml").write_bytes(
        to_musicxml(parse_tune("X:1\nT:T\nM:4/4\nL:1/4\nK:D exp ^f _b\nDEFG|A4|]\n"))
    )
    with pytest.raises(ScoreError, match="has signs that no major or minor key has"):
        read_score(tmp_path / "t.musicxml")


def test_of_a_zip_the_file_is_read_that_its_container_names(tmp_path: Path) -> None:
    score = to_musicxml(parse_tune("X:1\nT:Mine\nM:4/4\nL:1/4\nK:D\nDEFG|A4|]\n"))
    root = (
        '<container><rootfiles><rootfile media-type="x" full-path="b &amp; c.XML"/></rootfiles></container>'
    )
    with zipfile.ZipFile(tmp_path / "t.mxl", "w") as archive:
        archive.writestr("a.xml", "<other/>")
        archive.writestr("b & c.XML", score)
        archive.writestr("META-INF/container.xml", root)
    assert read_score(tmp_path / "t.mxl").title == "Mine"


def test_musicxml_in_two_bytes_a_character(tmp_path: Path) -> None:
    text = to_musicxml(parse_tune("X:1\nT:Ünder\nM:4/4\nL:1/4\nK:D\nDEFG|A4|]\n")).decode("utf-8")
    path = tmp_path / "t.musicxml"
    path.write_bytes(text.replace("utf-8", "UTF-16", 1).encode("utf-16"))
    found = read_score(path)
    assert (found.title, len(sound_bars(found.bars)), found.field_text("C")) == ("Ünder", 5, "")


def test_chord_symbols_come_back(tmp_path: Path) -> None:
    assert set(KIND_NAMES) == set(CHORD_KINDS)
    symbols = [f"Bb{kind}" for kind in CHORD_KINDS] + ["N.C.", "F#m7b5/C", "D/F#"]
    bars = "".join(f'"{symbol}"A4|' for symbol in symbols)
    data = to_musicxml(parse_tune(f"X:1\nT:T\nM:4/4\nL:1/4\nK:D\n{bars}\n"))
    assert b"<words>" not in data
    found = [bar.events[0].marks.chord_symbol for bar in read(data, tmp_path, ".musicxml").bars]
    assert found[-3:] == symbols[-3:]
    assert [parse_chord_symbol(symbol) for symbol in found] == list(map(parse_chord_symbol, symbols))


def test_unpitched_notes_are_no_tune(tmp_path: Path) -> None:
    text = to_musicxml(parse_tune("X:1\nT:T\nM:4/4\nL:1/4\nK:C\nCDEF|G4|]\n")).decode("utf-8")
    for name, other in (("pitch", "unpitched"), ("step", "display-step"), ("octave", "display-octave")):
        text = text.replace(f"<{name}>", f"<{other}>").replace(f"</{name}>", f"</{other}>")
    path = tmp_path / "t.musicxml"
    path.write_text(text, "utf-8")
    with pytest.raises(ScoreError, match="there is no note in it"):
        read_score(path)


@pytest.mark.parametrize(
    ("title", "encoding"), [("The Réal Title", "utf-8"), ("The Réal Title", "latin-1"), ("茉莉花", "utf-8")]
)
def test_midi_is_called_as_it_says(title: str, encoding: str, tmp_path: Path) -> None:
    tune = parse_tune(f"X:1\nT:{title}\nM:4/4\nL:1/4\nK:C\nCDEF|G4|]\n")
    ours, theirs = (title.encode(name) for name in ("utf-8", encoding))
    data = to_midi(tune)
    at = data.index(b"MTrk") + 4
    length = int.from_bytes(data[at : at + 4], "big") + len(theirs) - len(ours)
    data = data[:at] + length.to_bytes(4, "big") + data[at + 4 :]
    data = data.replace(bytes([3, len(ours)]) + ours, bytes([3, len(theirs)]) + theirs)
    assert read(data, tmp_path, ".mid").title == title


def test_midi_without_a_name_is_called_as_its_file(tmp_path: Path) -> None:
    tune = parse_tune("X:1\nT:\nM:4/4\nL:1/4\nK:C\nCDEF|G4|]\n")
    assert read(to_midi(tune), tmp_path, ".mid").title == "a tune"


def test_a_transposing_part_is_read_as_it_sounds(tmp_path: Path) -> None:
    tune = parse_tune("X:1\nT:T\nM:4/4\nL:1/4\nK:D transpose=-2\nDFAd|D4|]\n")
    found = read(to_musicxml(tune), tmp_path, ".musicxml")
    assert [sound.midi for sound in sound_bars(found.bars)] == [60, 64, 67, 72, 60]
    assert str(found.key) == "C"


def test_chords_over_held_notes_rests_and_two_voices(tmp_path: Path) -> None:
    text = to_musicxml(parse_tune('X:1\nT:T\nM:4/4\nL:1/4\nK:C\n"C"c4|"F"z4|]\n')).decode("utf-8")
    harmony = re.search(r"<harmony.*?</harmony>", text, re.S)
    assert harmony is not None
    other = (
        harmony[0]
        .replace("<root-step>C", "<root-step>G")
        .replace("</harmony>", "<offset>20160</offset></harmony>")
    )
    backed = (
        "<backup><duration>40320</duration></backup><note><pitch><step>E</step><octave>4</octave></pitch>"
    )
    second = f"{backed}<duration>40320</duration><voice>2</voice><type>whole</type></note>"
    text = text.replace(harmony[0], harmony[0] + other, 1)
    first = "<duration>40320</duration>"
    two = text.replace(first, first + "<voice>1</voice>", 1).replace("</measure>", second + "</measure>", 1)
    for data in (text, two):
        found = read(data.encode(), tmp_path, ".musicxml")
        symbols = [[event.marks.chord_symbol for event in bar.events] for bar in found.bars]
        assert symbols == [["C", "G"], ["F"]]
        assert [(sound.midi, sound.duration) for sound in sound_bars(found.bars)] == [(72, 1)]


def test_a_metre_that_is_a_tick_off_begins_its_bar(tmp_path: Path) -> None:
    data = to_midi(parse_tune("X:1\nT:T\nM:4/4\nL:1/4\nK:C\nCDEF|G4|[M:3/4]A3|c3|]\n"))
    meter = bytes([0xFF, 0x58, 4, 3, 2])
    at = data.index(meter)
    begins = max(place for place in range(at - 4, at) if data[place - 1] < 0x80)
    late = data[:begins] + bytes([*data[begins : at - 1], data[at - 1] + 1]) + data[at:]
    found = read(late, tmp_path, ".mid")
    assert [bar.duration for bar in found.bars] == [1, 1, Fraction(3, 4), Fraction(3, 4)]
