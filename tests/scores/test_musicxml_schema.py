"""What is written is MusicXML 4.0 by its published schema, which the package musicxml brings along."""

from __future__ import annotations

from importlib.metadata import files
from pathlib import Path

import pytest
from lxml import etree

from abcgen.notation import parse_book
from abcgen.scores import to_musicxml

TUNES = Path(__file__).parent / "tunes"
(SCHEMA,) = (path.locate() for path in files("musicxml") or () if path.name == "musicxml_4_0.xsd")
#: The two schemas that it takes from the network, as far as it uses them.
XML = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
    targetNamespace="http://www.w3.org/XML/1998/namespace">
  <xs:attribute name="lang" type="xs:language"/><xs:attribute name="space" type="xs:NCName"/>
</xs:schema>"""
XLINK = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xlink">
  <xs:attribute name="href" type="xs:anyURI"/><xs:attribute name="type" type="xs:string"/>
  <xs:attribute name="role" type="xs:token"/><xs:attribute name="title" type="xs:token"/>
  <xs:attribute name="show" type="xs:string"/><xs:attribute name="actuate" type="xs:string"/>
</xs:schema>"""
EVERYTHING = """X:1
T:Gach rud & <gach> nóta
C:duine
R:hornpipe
Q:1/4=120
M:4/4
L:1/8
K:Ador
P:A
|:"Am"{/g}A>B c2 (de) ~f2|"G/B"(3GAB .c'v d2 !fermata!e2 u_B|1 "F#m7"[Ac]4- [Ac]2 z2:|2 (A(B)c)d e4||
w: Lo-rem ip-sum do-lor _ sit|* a-met
w: Zwei-te Stro-phe
[M:6/8][K:Gm]"^slow"G/2-G/2(3:2:4G2A2B c B|x6|Z2|!trill!G,6|]
"""


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    class Offline(etree.Resolver):
        def resolve(self, url, public_id, context):  # type: ignore[no-untyped-def]
            here = {"xml.xsd": XML, "xlink.xsd": XLINK}.get(url.rpartition("/")[2])
            return self.resolve_string(here, context) if here else None

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Offline())
    return etree.XMLSchema(etree.parse(str(SCHEMA), parser))


def faults(schema: etree.XMLSchema, data: bytes) -> list[str]:
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    schema.validate(etree.fromstring(data, parser))
    return [f"{entry.line}: {entry.message}" for entry in schema.error_log]


@pytest.mark.parametrize(
    "path", sorted([*TUNES.glob("*.abc"), *TUNES.parent.glob("golden/*.abc")]), ids=lambda path: path.stem
)
def test_files_are_valid(schema: etree.XMLSchema, path: Path) -> None:
    for tune in parse_book(path.read_text("utf-8")).tunes:
        assert faults(schema, to_musicxml(tune)) == []


def test_everything_is_valid_and_there(schema: etree.XMLSchema) -> None:
    (tune,) = parse_book(EVERYTHING).tunes
    assert tune.valid, tune.problems
    data = to_musicxml(tune)
    assert faults(schema, data) == []
    root = etree.fromstring(data)
    sung = [
        (lyric.get("number"), lyric.findtext("syllabic"), lyric.findtext("text"))
        for lyric in root.iter("lyric")
    ]
    assert sung[:4] == [("1", "begin", "Lo"), ("2", "begin", "Zwei"), ("1", "end", "rem"), ("2", "end", "te")]
    assert ("1", "end", "met") in sung
    kinds = {element.tag for element in root.iter() if isinstance(element.tag, str)}
    assert kinds >= {"slur", "beam", "tuplet", "tied", "grace", "harmony", "ending", "repeat", "turn"}
    assert kinds >= {"trill-mark", "fermata", "staccato", "up-bow", "down-bow", "lyric", "accidental"}
    slurs = [slur.get("type") for slur in root.iter("slur")]
    assert slurs.count("start") == slurs.count("stop") == 2


def test_schema_finds_what_is_none(schema: etree.XMLSchema, ferry) -> None:  # type: ignore[no-untyped-def]
    assert faults(schema, to_musicxml(ferry).replace(b"<step>", b"<stepp>").replace(b"</step>", b"</stepp>"))
