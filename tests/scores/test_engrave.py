"""Engraved scores: the notes that are drawn, and that nothing but a score is in the file."""

# ruff: noqa: S314 - what is parsed was made here
from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from abcgen.errors import ScoreError
from abcgen.notation import Tune, parse_tune
from abcgen.scores import abc2svg, engrave
from abcgen.scores.clean import SETTINGS, engraver_text
from abcgen.scores.engrave import to_svg
from abcgen.scores.svg import picture

SVG = "{http://www.w3.org/2000/svg}"
TREBLE_CLEF, REPEAT_DOTS, BLACK_HEAD, SHARP = "\ue050", "\ue043", "\ue0a4", "\ue262"
ALLOWED = {
    *("svg", "title", "style", "defs", "g", "path", "text", "tspan", "use", "rect", "ellipse", "circle"),
    *("line", "polygon", "polyline"),
}


def words(svg: str) -> list[str]:
    """Every piece of plain text in the picture, music glyphs left out."""
    found = ["".join(text.itertext()).strip() for text in ET.fromstring(svg).iter(f"{SVG}text")]
    return [word for word in found if word and not any("\ue000" <= c <= "\uf8ff" for c in word)]


def glyphs(svg: str) -> str:
    return "".join(c for c in "".join(ET.fromstring(svg).itertext()) if "\ue000" <= c <= "\uf8ff")


def assert_safe(svg: str) -> None:
    root = ET.fromstring(svg)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ALLOWED
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on")
            if name.endswith("href"):
                assert value.startswith("#")
            assert "javascript" not in value.lower()
    (style,) = root.iter(f"{SVG}style")
    urls = re.findall(r"url\(([^)]{0,30})", style.text or "")
    assert [url[:21] for url in urls] == ['"data:font/ttf;base64']
    assert "@import" not in (style.text or "")


def test_score_shows_what_the_tune_has(ferry: Tune) -> None:
    svg = to_svg(ferry)
    assert_safe(svg)
    shown = words(svg)
    assert shown[:3] == ["The Ferry Across", "reel", "the abcgen authors"]
    assert {"D", "A", "1", "2", "3"} <= set(shown)
    assert glyphs(svg).count(TREBLE_CLEF) == 2  # one a line, the lines are the writer's
    assert ET.fromstring(svg).findtext(f"{SVG}title") == "The Ferry Across"


def test_music_font_is_inside(ferry: Tune) -> None:
    import base64

    data = re.search(r'url\("data:font/ttf;base64,([^"]+)"\)', to_svg(ferry))
    assert data is not None
    assert base64.b64decode(data[1]) == abc2svg.music_font()


HOSTILE = r"""X:1
T:<script>alert(1)</script> & &bogus; &lt;b&gt; $1 "x" \
%%beginml
<script>alert(2)</script>
%%endml
%%titlefont x;}</style><script>alert(3)</script>
%%beginsvg
<defs><image href="http://evil.example/x.png"/></defs>
%%endsvg
%%text </svg><script>alert(4)</script>
%%javascript alert(5)
I:musicfont url(http://evil.example/f.woff)
I:beginml
C:<a xlink:href="javascript:alert(6)">x</a>
R:"><img src=x onerror=alert(7)>
M:2/4
L:1/8
Q:"<script>alert(8)</script>" 1/4=90
K:D
"<b onclick=alert(9)>"D2 "^<svg onload=alert(10)>"E2|[I:titlefont x;}</style><script>]F2 !fermata!G2|]
W:<script>alert(11)</script>
"""


def test_hostile_text_stays_text() -> None:
    tune = parse_tune(HOSTILE)
    svg = to_svg(tune)
    assert_safe(svg)
    shown = words(svg)
    assert (
        shown[0]
        .replace("\N{ZERO WIDTH NON-JOINER}", "")
        .startswith("<script>alert(1)</script> & &bogus; <b> $1")
    )
    assert "<script>alert(11)</script>" in shown
    assert "evil.example" not in svg
    assert "alert(2)" not in svg
    assert "alert(3)" not in svg
    assert "alert(4)" not in svg


def test_engraver_sees_neither_directives_nor_unknown_tokens() -> None:
    body = "%%titlefont x\nI:stretchlast 0\nm:~n2=n4\nC2[I:linebreak !]öD2!|%%beginml\n"
    body += "%%beginml\n<b>\n%%endml\nE4|]\n"
    tune = parse_tune(f"X:1\nT:T\nM:2/4\nL:1/8\nK:C\n{body}")
    text = engraver_text(tune)
    assert text.partition(SETTINGS)[2] == "X:1\nT:T\nM:2/4\nL:1/8\nK:C\nC2D2 |\nE4 |]\n"


def test_unsafe_pictures_are_taken_apart() -> None:
    """Were the engraver to let something through, the picture would still not have it."""
    drawn = picture(
        (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
            ' viewBox="0 0 10 10" onload="alert(1)"><style>.f1{font:12px x}@import url(http://e/x);</style>'
            '<script>alert(2)</script><a xlink:href="http://e"><text>in a link</text></a>'
            '<image xlink:href="http://e/x.png"/><use xlink:href="http://e#x"/><use xlink:href="#a"/>'
            '<foreignObject><b>html</b></foreignObject><path d="M0 0z" onclick="x()" fill="url(http://e)"/>'
            '<text style="background:url(http://e)" class="f1">kept</text></svg>',
        )
    )
    svg = drawn.svg("t", b"font")
    assert_safe(svg)
    assert words(svg) == ["kept"]
    assert "http://e" not in svg.replace("http://e/", "http://e")
    assert [u.get("{http://www.w3.org/1999/xlink}href") for u in ET.fromstring(svg).iter(f"{SVG}use")] == [
        None,
        "#a",
    ]


def test_any_latin_title_is_whole() -> None:
    title = "Čaj Şșțřžőłđħŋ ĄĘẠẾ Fódhla Þórr"
    assert words(to_svg(parse_tune(f"X:1\nT:{title}\nM:2/4\nL:1/4\nK:C\nCD|]\n")))[0] == title


def test_accidental_in_another_octave_is_drawn_as_read() -> None:
    tune = parse_tune("X:1\nT:T\nM:4/4\nL:1/4\nK:C\n^CcC[ce]|cC z2|]\n")
    assert "^C^cC[ce] | cC z2 |]" in engraver_text(tune)
    to_svg(tune)  # the engraver read the same pitches, or it would raise


@pytest.mark.parametrize("key", ["EM", "Hp", "HP", "e minor", "ADor", "D ^g", "Bb", "F#m"])
def test_keys_are_drawn_as_read(key: str) -> None:
    to_svg(parse_tune(f"X:1\nT:T\nM:4/4\nL:1/8\nK:{key}\nCDEF GABc|]\n"))


def test_slurs_on_which_the_engraver_stumbles_are_left_out() -> None:
    svg = to_svg(parse_tune("X:1\nT:T\nM:6/8\nL:1/8\nK:C\n(GE) E2 (AB|\n c2c) cde|]\n"))
    slurs = [
        p
        for p in ET.fromstring(svg).iter(f"{SVG}path")
        if "c" in (p.get("d") or "") and p.get("class") is None
    ]
    assert len(slurs) == 0


def test_fields_above_the_tune_hold_for_its_score() -> None:
    from abcgen.notation import parse_book

    (tune,) = parse_book("M:3/8\nL:1/16\n\nX:1\nT:T\nK:C\nC2D2E2|]\n").tunes
    to_svg(tune)


def test_tune_without_text_is_engraved_from_its_notes(ferry: Tune) -> None:
    assert words(to_svg(replace(ferry, source="")))[0] == "The Ferry Across"


def test_score_with_other_notes_is_refused(ferry: Tune, monkeypatch: pytest.MonkeyPatch) -> None:
    real = engrave.engraver_text
    monkeypatch.setattr(engrave, "engraver_text", lambda *args: real(*args).replace("a4 ^g2", "a4 g2"))
    with pytest.raises(ScoreError, match=r"note 27 of the score would be \(79,\), not \(80,\)"):
        to_svg(ferry)
    monkeypatch.setattr(engrave, "engraver_text", lambda *args: real(*args).replace("f4- f2", "f6"))
    with pytest.raises(ScoreError, match="the score would show 31 notes, the tune has 32"):
        to_svg(ferry)


def test_engraver_that_runs_too_long_is_stopped_and_starts_again(
    ferry: Tune, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abc2svg, "TIME_LIMIT_SECONDS", 0.3)
    monkeypatch.setattr(abc2svg, "_CALLED", "function engraved(text) { while (true) {} }")
    abc2svg._ENGINE.close()
    with pytest.raises(ScoreError, match="was stopped"):
        to_svg(ferry)
    monkeypatch.undo()
    assert words(to_svg(ferry))[0] == "The Ferry Across"


def test_engraver_that_takes_too_much_memory_is_stopped(ferry: Tune, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abc2svg, "MEMORY_LIMIT_BYTES", 64 * 2**20)
    monkeypatch.setattr(
        abc2svg,
        "_CALLED",
        "function engraved(t) { var a = []; while (true) a.push(new Array(9999).fill(1.5)) }",
    )
    abc2svg._ENGINE.close()
    with pytest.raises(ScoreError, match="was stopped"):
        to_svg(ferry)
    monkeypatch.undo()
    assert words(to_svg(ferry))[0] == "The Ferry Across"


def test_ten_thousand_broken_rhythm_signs_do_not_hang() -> None:
    with pytest.raises(ScoreError):
        to_svg(parse_tune("X:1\nT:T\nM:2/4\nL:1/8\nK:C\nA" + ">" * 10_000 + "B|]\n"))


def test_overlays_and_words_are_drawn() -> None:
    tune = parse_tune("X:1\nT:T\nM:4/4\nL:1/4\nK:C\nCDEF & G2A2|c4|]\nw:one two three four\n")
    svg = to_svg(tune)
    assert glyphs(svg).count(BLACK_HEAD) == 4
    assert {"one", "two", "three", "four"} <= set(words(svg))


@pytest.mark.parametrize("how", ["asyncio.run(elsewhere())", "on_a_thread()"])
def test_score_within_an_event_loop_and_on_a_thread(how: str) -> None:
    """As in a notebook and a server. In a process of its own, which begins the engine there and ends well."""
    code = (
        "import asyncio, threading\n"
        "from abcgen.notation import parse_tune\n"
        "from abcgen.scores import to_svg\n"
        "def draw():\n"
        "    print(to_svg(parse_tune('X:1\\nM:4/4\\nL:1/4\\nK:C\\nCDEF|\\n'))[:4])\n"
        "async def elsewhere():\n"
        "    draw()\n"
        "def on_a_thread():\n"
        "    thread = threading.Thread(target=draw)\n"
        "    thread.start()\n"
        "    thread.join()\n"
        f"{how}\n"
        "draw()\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert (made.stdout, made.returncode) == ("<svg\n<svg\n", 0), made.stderr[-2000:]


def test_voices_in_any_order_with_chords_written_downwards() -> None:
    text = "X:1\nM:4/4\nL:1/4\nV:2\nV:1\nK:C\nV:2\nC,D,E,F,|G,4|\nV:1\ncdef|[gec]4 & e4|\n"
    ET.fromstring(to_svg(parse_tune(text)))


def test_names_of_voices_stay_text() -> None:
    text = (
        'X:1\nT:T\nM:4/4\nL:1/4\nK:C\nV:1 name="<b>Up\\n$1" sname=U\nV:2 nm="Low & "\n'
        "[V:1]c4|c4|]\n[V:2]C4|C4|]\n"
    )
    shown = engraver_text(parse_tune(text))
    assert 'V:1 name="<b>Up&#92;n$\N{ZERO WIDTH NON-JOINER}1" subname="U"' in shown
    assert 'V:2 name="Low &amp;"' in shown
    svg = to_svg(parse_tune(text))
    assert_safe(svg)
    assert any("<b>Up" in word for word in words(svg))


def test_a_lone_voice_has_no_name_before_it() -> None:
    assert "Fiddle" not in engraver_text(parse_tune('X:1\nT:T\nK:C\nV:1 name="Fiddle"\nC4|]\n'))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('"Slow <60>" 1/4=50', ["Slow <60>", "= 50"]),
        ('3/8=50 "Slowly"', ["Slowly", "= 50"]),
        ("120", ["= 120"]),
        ("1/2=240", ["= 240"]),
        ("\"<rect width='9' height='9'/>\" 1/4=50", ["= 50"]),
    ],
)
def test_tempos_are_shown_as_they_are_said(said: str, shown: list[str]) -> None:
    svg = to_svg(parse_tune(f"X:1\nT:T\nM:4/4\nL:1/4\nQ:{said}\nK:C\nCDEF|G4|]\n"))
    assert_safe(svg)
    assert "<rect" not in svg
    found = " ".join("".join(ET.fromstring(svg).itertext()).split())
    assert all(word in found for word in shown)


@pytest.mark.parametrize(
    "clef", ["treble_8", "treble^8", "treble-8", "bass_8", "soprano", "mezzosoprano", "baritone", "tenor"]
)
def test_clefs_are_drawn_with_the_notes_that_are_read(clef: str) -> None:
    tune = parse_tune(f"X:1\nT:T\nM:4/4\nL:1/4\nK:C clef={clef}\nCDEF|G4|]\n")
    sounding = [60, 62, 64, 65, 67]
    assert [pitch.midi for bar in tune.bars for event in bar.events for pitch in event.pitches] == sounding
    to_svg(tune)


def test_bagpipes_have_their_signature_or_none_and_are_in_tune() -> None:
    body = "A2|:{gef}e2 g2 ^g2 _B2|f2 =c2 ^c2 d2:|"
    for name, signature in (("HP", 0), ("Hp", 2)):
        tune = parse_tune(f"X:1\nT:T\nM:4/4\nL:1/8\nK:{name}\n{body}\n")
        assert glyphs(to_svg(tune)).count(SHARP) == signature + 2  # before g and before the second c


def test_leaps_are_set_in_our_fonts() -> None:
    svg = to_svg(parse_tune("X:1\nT:T\nM:4/4\nL:1/4\nK:C\nCDEF|GAB!fine!c|!8va(!cde!8va)!f|FED!dacapo!C|]\n"))
    rule = re.search(r"\.dacs\{([^}]*)\}", svg)
    assert rule is not None
    assert "Libertinus Serif" in rule[1]
    assert "font-size:16px" in rule[1]
    assert "Libertinus Serif" in next(
        style for style in re.findall(r"style='([^']*)'", svg) if "italic" in style
    )
