"""How fast tunes become scores, files and sounds, beside music21 and abcm2ps in the same run; and the app.

    python benchmarks/scores.py [-n 40] [--book 300] [--rounds 5]

Tunes of the embedded model, warm, one process; medians over tunes, and over rounds. music21 reads the same
ABC and writes MIDI and MusicXML of it. abcm2ps (Debian's package of that name), where it is there, engraves
all tunes in one go, its start included; what we engrave is on the clock likewise. The book is made in a
process of its own, whose memory at most is told. The app: how its page loads in Chromium, and when a score is
seen there; from the request to the first bar with its notes, model warm; then so many requests at once.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from abcgen.generation import TuneSource
from abcgen.notation import Tune, parse_tune, write_abc
from abcgen.plots import table
from abcgen.resources import embedded_model
from abcgen.scores import PageEntry, to_midi, to_musicxml, to_pdf, to_png, to_svg, tunebook_page
from abcgen.scores.sound import synthesised

SEED, AT_ONCE = 7, 20


def new_tunes(count: int) -> list[Tune]:
    """As a person gets them: idiomatic ABC with a title, read again."""
    source = TuneSource.open(embedded_model(), seed=SEED)
    titled = (
        replace(found.tune, titles=(source.title(found),), reference=found.number)
        for found in source.tunes(count)
    )
    return [parse_tune(write_abc(tune)) for tune in titled]


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def milliseconds(work: Callable[[Tune], object], tunes: list[Tune], rounds: int) -> float:
    """The median of tunes, of which each is the median of rounds, warm."""
    work(tunes[0])
    return 1000 * median(median(seconds(partial(work, tune)) for _ in range(rounds)) for tune in tunes)


def by_music21(kind: str) -> Callable[[Tune], bytes]:
    from abcgen.scores.m21 import music21

    m21 = music21()

    def work(tune: Tune) -> bytes:
        score = m21.converter.parseData(tune.source, format="abc")
        if kind == "midi":
            return bytes(m21.midi.translate.streamToMidiFile(score).writestr())
        return bytes(m21.musicxml.m21ToXml.GeneralObjectExporter(score).parse())

    return work


def of_formats(tunes: list[Tune], rounds: int) -> list[tuple[str, ...]]:
    ours: dict[str, Callable[[Tune], object]] = {
        "SVG": to_svg,
        "PDF": to_pdf,
        "PNG": to_png,
        "HTML page": lambda tune: tunebook_page([PageEntry(tune)], "T"),
        "MIDI": to_midi,
        "MusicXML": to_musicxml,
    }
    rows: list[tuple[str, ...]] = [("a tune, warm", "ms", "the other's ms", "ratio")]
    for name, work in ours.items():
        mine = milliseconds(work, tunes, rounds)
        other = ratio = ""
        if name in {"MIDI", "MusicXML"}:
            theirs = milliseconds(by_music21(name.lower()), tunes, 1)
            other, ratio = f"music21 {theirs:.1f}", f"{theirs / mine:.2f}"
        rows.append((name, f"{mine:.1f}", other, ratio))
    rows.append(engraved_at_once(tunes, rounds))
    return rows


def engraved_at_once(tunes: list[Tune], rounds: int) -> tuple[str, ...]:
    """All tunes as SVG, with the start of the engraver, beside abcm2ps."""
    code = (
        "import sys; from abcgen.notation import parse_book; from abcgen.scores import to_svg\n"
        "[to_svg(tune) for tune in parse_book(open(sys.argv[1]).read()).tunes]"
    )
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book.abc"
        book.write_text("\n".join(tune.source for tune in tunes), "utf-8")

        def run(*command: str) -> float:
            took = (
                seconds(lambda: subprocess.run(command, cwd=folder, check=False, capture_output=True))
                for _ in range(rounds)
            )
            return 1000 * median(took) / len(tunes)

        mine = run(sys.executable, "-c", code, str(book))
        if shutil.which("abcm2ps") is None:
            return ("SVG, all at once, cold", f"{mine:.1f}", "abcm2ps is not here", "")
        theirs = run("abcm2ps", str(book), "-g", "-O", "out.svg")
    return ("SVG, all at once, cold", f"{mine:.1f}", f"abcm2ps {theirs:.1f}", f"{theirs / mine:.2f}")


#: What the process of the book runs, which tells how it went; it loads no model.
_BOOK = r"""
import json, re, sys, time
from pathlib import Path
from abcgen.notation import parse_book
from abcgen.scores import Pages, to_pdf
began = time.perf_counter()
pdf = to_pdf(parse_book(Path(sys.argv[1]).read_text("utf-8")).tunes, "A book", pages=Pages(contents=True))
took = time.perf_counter() - began
# not ru_maxrss, which begins with what the parent process had
used = 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1e6
print(json.dumps({"seconds": took, "megabytes": used, "bytes": len(pdf)}))
"""


def of_book(count: int, tunes: list[Tune]) -> str:
    """A book in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "book.abc"
        every = (
            replace(tunes[at % len(tunes)], titles=(f"Tune {at + 1}",), reference=at + 1)
            for at in range(count)
        )
        text.write_text("\n".join(map(write_abc, every)), "utf-8")
        command = [sys.executable, "-c", _BOOK, str(text)]
        told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return f"{told['seconds']:.1f} s, {told['megabytes']:,.0f} MB, {told['bytes'] / 1e6:.1f} MB of PDF"


def of_sound(tunes: list[Tune], rounds: int) -> str:
    """How long a second of sound takes, for the longest tune."""
    longest = max(tunes, key=lambda tune: sum(bar.ticks for bar in tune.unfolded().bars))
    sound = synthesised(longest)
    took = median(seconds(lambda: synthesised(longest)) for _ in range(rounds))
    lasts = len(sound) / 48_000
    return f"{lasts:.0f} s of sound in {took:.2f} s; 24 s in {24 * took / lasts:.2f} s"


@contextmanager
def app() -> Iterator[int]:
    """The app in a thread; gives its port."""
    import uvicorn

    from abcgen.app import Shelf, Studio, new_app

    with tempfile.TemporaryDirectory() as folder:
        config = uvicorn.Config(lambda: None, port=0, log_level="error")
        socket = config.bind_socket()
        port = socket.getsockname()[1]
        studio, shelf = Studio(), Shelf(Path(folder) / "shelf.sqlite")
        config.app = new_app(studio, shelf, (f"127.0.0.1:{port}",))
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield port
        finally:
            server.should_exit = True
            thread.join()
            studio.close()
            shelf.close()


def asked(port: int, seed: int) -> tuple[int, float]:
    """A tune of the app: the status, and seconds until its first bar was there."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    began = time.perf_counter()
    connection.request(
        "POST", "/api/generate", json.dumps({"seed": seed}), {"Content-Type": "application/json"}
    )
    answer = connection.getresponse()
    answer.readline()
    first = time.perf_counter() - began
    answer.read()
    connection.close()
    return answer.status, first


def in_browser(port: int, rounds: int) -> str:
    """In Chromium: until the page can be used, and from a press of the button until a score is there."""
    program = shutil.which("chromium")
    if program is None:
        return "Chromium is not here"
    from playwright.sync_api import sync_playwright

    loads, scores = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for _ in range(rounds):
            page = browser.new_context().new_page()
            began = time.perf_counter()
            page.goto(f"http://127.0.0.1:{port}/")
            page.wait_for_selector("body[data-ready]")
            loads.append(time.perf_counter() - began)
            began = time.perf_counter()
            page.locator("#order [type=submit]").click()
            page.locator("#desk .score svg").first.wait_for()
            scores.append(time.perf_counter() - began)
            page.locator("#said").filter(has_text="is written").wait_for()
            page.context.close()
        browser.close()
    return f"loads in {median(loads):.2f} s; a score {median(scores):.2f} s after the button"


def of_app(rounds: int) -> list[str]:
    with app() as port:
        asked(port, 0)  # the model is loaded
        browsed = in_browser(port, rounds)
        firsts = [asked(port, seed)[1] for seed in range(1, 4 * rounds + 1)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            began = time.perf_counter()
            statuses = Counter(
                status for status, _ in pool.map(lambda seed: asked(port, seed), range(AT_ONCE))
            )
            took = time.perf_counter() - began
    answers = ", ".join(f"{count} with {status}" for status, count in sorted(statuses.items()))
    return [
        f"in a browser: {browsed}",
        f"first bar after {median(firsts):.2f} s, {max(firsts):.2f} s at most of {len(firsts)}",
        f"{AT_ONCE} requests at once: {answers}, in {took:.1f} s",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=40)
    parser.add_argument("--book", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    tunes = new_tunes(arguments.n)
    print(table(of_formats(tunes, arguments.rounds)))
    print(f"a book of {arguments.book} tunes: {of_book(arguments.book, tunes)}")
    print(of_sound(tunes, arguments.rounds))
    print("\n".join(f"the app: {line}" for line in of_app(arguments.rounds)))


if __name__ == "__main__":
    main()
