"""The server as its clients see it: what it answers, what it refuses, and that nobody is lost."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from abcgen import __version__
from abcgen.app import Shelf, Studio, connections, new_app, serve, server
from abcgen.app.guard import MOST_BYTES
from abcgen.cli import run
from abcgen.errors import UsageError
from abcgen.generation import TuneSource
from abcgen.notation import parse_tune

TUNE = "X:1\nT:{title}\nM:6/8\nL:1/8\nK:D\n|:A|d2d fed|B2B AFA|d2d fed|e3 e2:|\n"
JSON = {"Content-Type": "application/json"}


class Served:
    """A server in a thread, and requests to it."""

    def __init__(self, folder: Path, *, public: bool = False) -> None:
        self.shelf = Shelf(folder / "shelf.sqlite")
        self.studio = Studio()
        config = uvicorn.Config(lambda: None, port=0, log_level="error", http=connections.PatientProtocol)
        self.server = uvicorn.Server(config)
        self.socket = config.bind_socket()
        self.port = self.socket.getsockname()[1]
        hosts = (f"127.0.0.1:{self.port}",)
        config.app = new_app(self.studio, None if public else self.shelf, None if public else hosts)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]})
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join(20)
        self.studio.close()

    def ask(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes, dict[str, str]]:
        answer, connection = self.begin(method, path, body, headers)
        data = answer.read()
        connection.close()
        return answer.status, data, {name.lower(): value for name, value in answer.getheaders()}

    def begin(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, HTTPConnection]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, data, JSON if headers is None else headers)
        return connection.getresponse(), connection

    def told(self, method: str, path: str, body: object = None) -> Any:
        status, data, _ = self.ask(method, path, body)
        assert status == 200, data
        return json.loads(data)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    found = Served(tmp_path_factory.mktemp("served"))
    yield found
    found.close()


def test_page_and_its_parts_are_there(served: Served) -> None:
    for path, kind in (
        ("/", "text/html"),
        ("/web/app.js", "text/javascript"),
        ("/web/music.ttf", "font/ttf"),
    ):
        status, data, headers = served.ask("GET", path)
        assert (status, headers["content-type"].partition(";")[0]) == (200, kind)
        assert len(data) > 1000
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
        assert "access-control-allow-origin" not in headers
    assert "/api/generate" in served.told("GET", "/openapi.json")["paths"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1:1"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Length": str(MOST_BYTES + 1)}, 413),
    ],
)
def test_strangers_are_refused(served: Served, headers: dict[str, str], status: int) -> None:
    body = {"abc": TUNE.format(title="T"), "made": {}}
    before = served.shelf.tunes()
    found, data, _ = served.ask("POST", "/api/shelf", body, {**JSON, **headers})
    assert found == status
    assert "error" in json.loads(data)
    assert served.shelf.tunes() == before


def test_long_body_without_a_length_is_refused(served: Served) -> None:
    connection = HTTPConnection("127.0.0.1", served.port, timeout=60)
    pieces = iter([b'{"abc": "'] + [b"A" * 65536] * 8 + [b'"}'])
    connection.request("POST", "/api/view", pieces, JSON, encode_chunked=True)
    answer = connection.getresponse()
    assert answer.status == 413
    assert "at most" in json.loads(answer.read())["error"]
    connection.close()


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("/api/view", {}, "abc"),
        ("/api/view", b"{", "JSON"),
        ("/api/view", {"abc": 3}, "abc"),
        ("/api/generate", {"controls": {"rhythm": "reel", "meter": "6/8"}}, "6/8"),
        ("/api/generate", {"controls": {"rythm": "reel"}}, "rythm"),
        ("/api/generate", {"sampling": {"temperature": 9}}, "temperature"),
        ("/api/generate", {"seed": -1}, "seed -1 is not a number"),
        ("/api/generate", {"number": -1}, "tunes cannot be written"),
        ("/api/change", {"abc": TUNE, "task": "vary", "seed": -1}, "seed -1 is not a number"),
        ("/api/change", {"abc": "nothing", "task": "vary"}, "no tune"),
        ("/api/change", {"abc": TUNE, "task": "sing"}, "task"),
        ("/api/change", {"abc": TUNE, "task": "infill", "first": 7, "last": 8}, "has 0 to 4"),
        ("/api/render/exe", {"abc": TUNE}, "not a format"),
        ("/api/render/pdf,midi", {"abc": TUNE}, "several formats"),
        ("/api/shelf", {"abc": "nothing", "made": {}}, "no tune"),
        ("/api/shelf", b'{"abc": "X:1\\nK:D\\nA|", "made": {"a": "\\ud83c"}}', "no text has"),
        ("/api/view", b'{"abc": "X:1\\nT:\\ud83c\\nK:D\\nA|"}', "no text has"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(
    served: Served, path: str, body: object, reason: str
) -> None:
    status, data, _ = served.ask("POST", path, body)
    said = json.loads(data.splitlines()[-1])["error"]
    # of wishes that are each possible, the model's thread finds out that they do not go together
    assert status == 400 or body == {"controls": {"rhythm": "reel", "meter": "6/8"}}
    assert reason in said


def test_tune_comes_bar_by_bar_and_is_the_same_again(served: Served) -> None:
    def write() -> list[dict[str, Any]]:
        order = {"controls": {"rhythm": "jig", "key": "D"}, "seed": 4}
        status, data, _ = served.ask("POST", "/api/generate", order)
        assert status == 200
        return [json.loads(line) for line in data.splitlines()]

    lines = write()
    begun = [line["begun"] for line in lines if "begun" in line]
    (whole,) = (line["tune"] for line in lines if "tune" in line)
    tune = parse_tune(whole["abc"])
    assert tune.valid
    assert tune.rhythm == "jig"
    assert [len(view["score"]["begins"]) for view in begun] == sorted(
        len(v["score"]["begins"]) for v in begun
    )
    assert len(begun) > 6
    assert whole["made"] == {
        "asked": {"rhythm": "jig", "key": "D"},
        "sampling": {"temperature": 1.25, "top_p": 0.9, "top_k": 0, "min_p": 0.0},
        "seed": 4,
        "number": 1,
        "by": f"embedded, abcgen {__version__}",
    }
    assert write()[-1] == lines[-1]


def test_twenty_at_once_are_answered_or_refused(served: Served) -> None:
    def write(seed: int) -> int:
        status, data, headers = served.ask("POST", "/api/generate", {"seed": seed})
        last = json.loads(data.splitlines()[-1])
        assert (status == 200 and "tune" in last) or (status == 503 and headers["retry-after"] == "1")
        return status

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(write, range(20)))
    assert found.count(200) >= 16
    assert write(99) == 200


@pytest.mark.parametrize("path", ["/api/generate", "/api/change"])
def test_work_of_readers_who_went_away_ends(
    served: Served, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def endless(source: TuneSource, *asked: object) -> Iterator[dict[str, Any]]:
        while True:
            begun.set()
            for _ in source.tunes(1):  # where it is looked whether somebody still waits
                pass
        yield {}

    monkeypatch.setattr(server, "written", endless)
    monkeypatch.setattr(server, "changed", endless)
    body = {"abc": TUNE, "task": "vary"} if path == "/api/change" else {}
    connection = HTTPConnection("127.0.0.1", served.port, timeout=60)
    connection.request("POST", path, json.dumps(body).encode(), JSON)
    assert begun.wait(60)
    assert not served.studio.idle
    connection.close()
    ends = time.monotonic() + 10
    while not served.studio.idle and time.monotonic() < ends:
        time.sleep(0.02)
    assert served.studio.idle


def test_shelf_is_exported(served: Served) -> None:
    titles = ("../../etc/passwd", "茉莉花", "</script><script>alert(1)</script>", "CON", "Ü" * 300)
    for title in titles:
        served.told("POST", "/api/shelf", {"abc": TUNE.format(title=title), "made": {"seed": 1}})
    kept = served.told("GET", "/api/shelf")
    assert [tune["title"] for tune in kept] == list(reversed(titles))
    status, data, headers = served.ask("GET", "/api/shelf.zip")
    assert (status, headers["content-disposition"]) == (200, "attachment; filename*=UTF-8''my-tunes.zip")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert [parse_tune(archive.read(name).decode()).title for name in names] == list(titles)
    assert not any("/" in name or "\\" in name or name.startswith(".") for name in names)
    status, data, _ = served.ask("GET", "/api/shelf.pdf")
    assert data.startswith(b"%PDF") or (status == 400 and b"no font on this machine" in data)
    page = served.ask("GET", "/api/shelf.html")[1].decode()
    assert "alert(1)</script>" not in page
    assert served.ask("GET", "/api/shelf.exe")[0] == 400
    for tune in kept:
        served.told("DELETE", f"/api/shelf/{tune['id']}")
    assert served.ask("GET", "/api/shelf.pdf")[0] == 400


def test_of_two_windows_the_second_is_told(served: Served) -> None:
    number = served.told("POST", "/api/shelf", {"abc": TUNE})["id"]
    other = TUNE.replace("T:", "T:Not ")
    served.told("PUT", f"/api/shelf/{number}", {"abc": other, "before": TUNE})
    status, body, _ = served.ask("PUT", f"/api/shelf/{number}", {"abc": TUNE, "before": TUNE})
    assert (status, "changed on the shelf meanwhile" in body.decode()) == (409, True)
    served.told("DELETE", f"/api/shelf/{number}")
    for method in ("PUT", "DELETE"):
        assert served.ask(method, f"/api/shelf/{number}", {"abc": TUNE})[0] == 404


@pytest.mark.parametrize("music", ["Z250|" * 3, "{gagagagagagagaga}A|" * 700, "A|" * 501])
def test_tunes_longer_than_people_play_are_refused_at_once(served: Served, music: str) -> None:
    long = {"abc": f"X:1\nT:Long\nM:1/4\nL:1/4\nK:D\n{music}"}
    for kind in ("midi", "musicxml", "html", "svg"):
        status, body, _ = served.ask("POST", f"/api/render/{kind}", long)
        assert (status, "is the most that is converted" in body.decode()) == (400, True)
    assert "is the most that is converted" in served.told("POST", "/api/view", long)["fault"]


@pytest.mark.parametrize("sent", ["", "Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"])
def test_connections_without_a_whole_request_are_closed(
    sent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "SLOWEST", 0.3)
    served = Served(tmp_path)
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        first = f"POST /api/view HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n" if sent else ""
        connection.sendall(f"{first}{sent}".encode())
        while connection.recv(1000):  # what it is refused with, then the end
            pass
    assert served.ask("GET", "/api/shelf")[0] == 200
    served.close()


def test_answer_that_nobody_reads_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SLOWEST_READER", 0.2)
    served = Served(tmp_path)
    asked = json.dumps({"abc": TUNE.format(title="T").replace("e3 e2", "|".join(["d2d fed"] * 60))})
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", served.port))
        head = f"POST /api/render/wav HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n"
        sent = f"{head}Content-Type: application/json\r\nContent-Length: {len(asked)}\r\n\r\n{asked}"
        connection.sendall(sent.encode())
        connection.recv(1)  # the answer has begun
        deadline = time.monotonic() + 20
        while served.server.server_state.connections:
            assert time.monotonic() < deadline, "the connection is held"
            time.sleep(0.05)
    assert served.ask("GET", "/api/shelf")[0] == 200
    served.close()


def test_open_to_everybody_it_keeps_nothing(tmp_path: Path) -> None:
    served = Served(tmp_path, public=True)
    behind = {"Host": "somebody-tunes.hf.space", "Origin": "https://somebody-tunes.hf.space"}
    assert served.ask("GET", "/?__theme=light", headers=behind)[0] == 200
    _, body, headers = served.ask("GET", "/api/choices", headers=behind)
    assert json.loads(body)["shelf"] is False
    assert "frame-ancestors" not in headers["content-security-policy"]
    asked = {"abc": TUNE.format(title="T")}
    own = {**JSON, **behind, "Sec-Fetch-Site": "same-origin"}
    assert served.ask("POST", "/api/view", asked, own)[0] == 200
    assert served.ask("POST", "/api/view", asked, {**own, "Sec-Fetch-Site": "cross-site"})[0] == 403
    assert served.ask("POST", "/api/view", asked, {**own, "Content-Type": "text/plain"})[0] == 415
    slow = {"abc": asked["abc"].replace("K:", "Q:1/4=20\nK:") + "d2d fed|B2B AFA|" * 15}
    status, data, _ = served.ask("POST", "/api/render/wav", slow, own)
    assert (status, "longer than 3 minutes" in data.decode()) == (400, True)
    for method, path in (("POST", "/api/shelf"), ("GET", "/api/shelf"), ("GET", "/api/shelf.pdf")):
        assert served.ask(method, path, {**asked, "made": {}})[0] == 404
    served.close()


def test_nobody_shares_a_shelf(tmp_path: Path) -> None:
    assert run(["app", "--public", "--shelf", str(tmp_path / "shelf.sqlite")]) == 2
    with pytest.raises(UsageError, match="one person's"):
        serve("", Shelf(tmp_path / "shelf.sqlite"), 0, public=True)


def test_second_tunes_and_titles_are_told(served: Served) -> None:
    text = f"{TUNE}\n{TUNE.replace('X:1', 'X:2')}".replace("M:", "T:Also So\nM:")
    found = served.told("POST", "/api/view", {"abc": text})
    assert found["subtitles"] == ["Also So"]
    assert "a second tune begins here" in found["problems"][-1]["message"]


def test_what_is_told_of_a_tune_may_not_be_endlessly_deep(served: Served) -> None:
    before = served.told("GET", "/api/shelf")
    made = json.loads('{"a":' * 300 + "1" + "}" * 300)
    status, _, _ = served.ask("POST", "/api/shelf", {"abc": TUNE, "made": made})
    assert (status, served.told("GET", "/api/shelf")) == (400, before)


def test_files_are_named_by_their_titles(served: Served) -> None:
    status, data, headers = served.ask("POST", "/api/render/midi", {"abc": TUNE.format(title="Ár/../n")})
    assert (status, data[:4]) == (200, b"MThd")
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''%C3%81r-n.mid"


def test_paths_lead_nowhere_else(served: Served) -> None:
    for path in ("/web/../server.py", "/web/%2e%2e/server.py", "/web/app.html", "/../../etc/passwd", "/web/"):
        assert served.ask("GET", path)[0] == 404


def test_words_that_may_not_fit_any_more_are_told(served: Served) -> None:
    sung = "X:1\nT:T\nM:6/8\nL:1/8\nK:D\nABc def|gag fed|ABc def|d6|]\nw: la la la la la la\n"
    for task, told in (("infill", True), ("continue", False)):
        asked = {"abc": sung, "task": task, "first": 2, "last": 2, "seed": 1}
        status, data, _ = served.ask("POST", "/api/change", asked)
        assert status == 200
        assert ("its words (w:) stay as they are" in json.loads(data)["changed"]) == told
