"""The app's server: its page, and a JSON interface to the model, the scores and the shelf.

Everything under `/api/` is described at `/openapi.json`. A fault is `{"error": …}` with a status: 400 for
what cannot be asked, 413 for too long a body, 503 for too much at once, 500 for a shelf that cannot be
written.
"""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Any

from abcgen import __version__
from abcgen.app.conversions import LOOKS_EVERY, Check, Conversions
from abcgen.app.downloads import Downloads
from abcgen.app.guard import Guard
from abcgen.app.shelf import KeptTune, MissingTuneError, Shelf, StaleTuneError
from abcgen.app.studio import Job, Studio
from abcgen.app.work import MOST_BARS, MOST_NOTES, STRICT, Change, Order, changed, moved, view, written
from abcgen.errors import AbcgenError, BusyError, MissingExtraError, OutputError, ScoreError, UsageError
from abcgen.notation import parse_book
from abcgen.notation.instruments import INSTRUMENTS
from abcgen.notation.steering import ORIGINS, RHYTHMS
from abcgen.notation.tune import Tune
from abcgen.scores import PageEntry, to_pdf, tunebook_page
from abcgen.scores.abc2svg import engraver_source, music_font
from abcgen.scores.clean import WIDTH_CENTIMETRES
from abcgen.scores.limits import check_size
from abcgen.scores.look import TABS
from abcgen.scores.names import safe_stem, unique
from abcgen.scores.page import FONTS, SCRIPTS, web_asset
from abcgen.scores.playing import Playing, program_of
from abcgen.scores.render import Rendering, rendered
from abcgen.scores.sound import MAX_SECONDS

try:
    from fastapi import FastAPI, Request, Response
    from fastapi import Path as FromPath
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import JSONResponse, StreamingResponse
    from starlette.exceptions import HTTPException
except ImportError as error:  # pragma: no cover - the command says it first
    raise MissingExtraError("the app needs a server: pip install 'abcgen[app]'") from error

if TYPE_CHECKING:
    from starlette.types import ASGIApp

#: The scripts of the page, in the order in which they stand on each other.
_SCRIPTS = ("asking.js", "links.js", "card.js", "app.js")
_METERS = ("6/8", "4/4", "3/4", "2/4", "9/8", "2/2", "12/8", "3/2", "5/4", "7/8")
#: How long sound may last, in seconds, where everybody may ask for it.
PUBLIC_SECONDS = 180.0
_KINDS = {"css": "text/css", "js": "text/javascript", "ttf": "font/ttf"}


#: The number of a kept tune, which SQLite can hold.
Number = Annotated[int, FromPath(ge=1, le=2**63 - 1)]


@dataclass(frozen=True)
class Text:
    """A tune as ABC; `semitones` moves it, `instrument` is what plays it."""

    __pydantic_config__ = STRICT
    abc: str
    semitones: int = 0
    instrument: str = ""


@dataclass(frozen=True)
class ToKeep:
    """A tune for the shelf, and how it was made, as far as that is known.

    `before` is the text that it takes the place of: another one there is not written over.
    """

    __pydantic_config__ = STRICT
    abc: str
    before: str | None = None
    made: dict[str, Any] = field(default_factory=dict)


def new_app(studio: Studio, shelf: Shelf | None, hosts: tuple[str, ...] | None) -> ASGIApp:
    """The ASGI application, which answers to `hosts` alone; None: to all, as on a server for everybody.

    Without a shelf nothing that anybody writes is kept.
    """
    api = FastAPI(title="abcgen", version=__version__, docs_url=None, redoc_url=None)
    for kind in (AbcgenError, RequestValidationError, HTTPException, UnicodeEncodeError, Exception):
        api.add_exception_handler(kind, _tell)
    conversions, downloads = Conversions(), Downloads()
    longest = MAX_SECONDS if hosts is not None else PUBLIC_SECONDS
    _add_page(api, studio, shelf)
    _add_tunes(api, studio, conversions)
    _add_files(api, conversions, downloads, longest)
    if shelf is not None:
        _add_shelf(api, shelf, conversions, downloads)
    guarded: Any = Guard(api, hosts)
    return guarded  # type: ignore[no-any-return]


def _tell(_: Request, error: Exception) -> Response:
    """What answers a request whose work raised."""
    if isinstance(error, BusyError):
        return JSONResponse({"error": str(error)}, 503, {"Retry-After": "1"})
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"] if part != "body")
        said = str(first["msg"]).removeprefix("Value error, ")
        return JSONResponse({"error": f"{place}: {said}" if place else said}, 400)
    if isinstance(error, HTTPException):
        return JSONResponse({"error": str(error.detail)}, error.status_code)
    if isinstance(error, UnicodeEncodeError):  # JSON may hold halves of characters
        return JSONResponse({"error": "this holds characters that no text has"}, 400)
    if isinstance(error, (MissingTuneError, StaleTuneError)):
        return JSONResponse({"error": str(error)}, 404 if isinstance(error, MissingTuneError) else 409)
    if isinstance(error, OutputError):
        return JSONResponse({"error": str(error)}, 500)
    if isinstance(error, AbcgenError):
        return JSONResponse({"error": str(error)}, 400)
    return JSONResponse({"error": f"a fault of abcgen: {type(error).__name__}"}, 500)


# -- the page --------------------------------------------------------------------------------------


def _add_page(api: FastAPI, studio: Studio, shelf: Shelf | None) -> None:
    @api.get("/", include_in_schema=False)
    def page() -> Response:
        return Response(_file("app.html"), media_type="text/html")

    @api.get("/web/{name}", include_in_schema=False)
    def asset(name: str) -> Response:
        found = _assets().get(name)
        if found is None:
            return JSONResponse({"error": f"there is no {name[:40]}"}, 404)
        return Response(found, media_type=_KINDS[name.rpartition(".")[2]])

    @api.get("/api/choices")
    def choices() -> dict[str, Any]:
        """What can be asked for, and what the page has to know of scores."""
        return {
            "rhythms": list(RHYTHMS),
            "origins": list(ORIGINS),
            "meters": list(_METERS),
            "instruments": list(INSTRUMENTS),
            "tabs": list(TABS),
            "fonts": FONTS,
            "width": WIDTH_CENTIMETRES,
            "shelf": shelf is not None,
            "put_aside": f"{shelf.put_aside or ''}" if shelf is not None else "",
            "saved": shelf.saved if shelf is not None else 0,
            "made_by": studio.made_by,
        }


def _file(name: str) -> bytes:
    return (resources.files("abcgen.app") / "web" / name).read_bytes()


@lru_cache(maxsize=1)
def _assets() -> dict[str, bytes | str]:
    """What the page loads, by name."""
    return {
        "app.js": "\n".join([*map(web_asset, SCRIPTS), *(_file(name).decode("utf-8") for name in _SCRIPTS)]),
        "app.css": "\n".join([web_asset("page.css"), _file("app.css").decode("utf-8")]),
        "worker.js": f"{engraver_source()}\n{web_asset('engraver.js')}",
        "music.ttf": music_font(),
    }


# -- tunes -----------------------------------------------------------------------------------------


def _add_tunes(api: FastAPI, studio: Studio, conversions: Conversions) -> None:
    @api.post("/api/generate")
    async def generate(order: Order) -> Response:
        """A new tune, as lines of JSON: `begun` after each bar, at last `tune`, or `error`."""
        job = studio.ask(lambda source: written(source, order, studio.made_by))

        async def lines() -> AsyncIterator[str]:
            try:
                async for found in job.results():
                    yield _line(found)
            except AbcgenError as error:
                yield _line({"error": str(error)})

        # a server in front of this one shall not wait for all of it
        unheld = {"X-Accel-Buffering": "no"}
        return StreamingResponse(lines(), media_type="application/x-ndjson", headers=unheld)

    @api.post("/api/change")
    async def change(request: Request, asked: Change) -> Response:
        """The tune with new music in it."""
        job = studio.ask(lambda source: changed(source, asked))
        return JSONResponse(await _while_connected(request, job))

    @api.post("/api/view")
    async def shown(request: Request, text: Text) -> Response:
        """What is wrong with a text, and its score."""
        found = conversions.done(request.is_disconnected, lambda _: view(_text(text), text.instrument))
        return JSONResponse(await found)


def _add_files(api: FastAPI, conversions: Conversions, downloads: Downloads, longest: float) -> None:
    @api.post("/api/render/{kind}")
    async def render(request: Request, kind: str, text: Text) -> Response:
        """A tune as a file."""

        def work(_: Check) -> Response:
            tune = _tune(_text(text))
            check_size(tune, MOST_BARS, MOST_NOTES)
            how = Rendering(Playing(program_of(text.instrument)), longest=longest)
            ending, data = rendered(tune, kind, how)
            return downloads.answer(data, f"{safe_stem(tune.title)}{ending}")

        return await conversions.done(request.is_disconnected, work) or Response()


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def _tune(abc: str) -> Tune:
    tunes = parse_book(abc).tunes
    if not tunes:
        raise UsageError("there is no tune here; a tune begins with a line such as X:1")
    return tunes[0]


def _text(text: Text) -> str:
    return moved(text.abc, text.semitones) if text.semitones else text.abc


async def _while_connected(request: Request, job: Job[dict[str, Any]]) -> dict[str, Any] | None:
    """The first result of a job, which ends when whoever asked has gone."""
    results = job.results()
    waiting = asyncio.ensure_future(anext(results))
    try:
        while not (await asyncio.wait({waiting}, timeout=LOOKS_EVERY))[0]:
            if await request.is_disconnected():
                return None
        return waiting.result()
    finally:
        waiting.cancel()
        job.leave()


# -- the shelf -------------------------------------------------------------------------------------


def _add_shelf(api: FastAPI, shelf: Shelf, conversions: Conversions, downloads: Downloads) -> None:
    @api.get("/api/shelf")
    def kept() -> list[KeptTune]:
        """The kept tunes, the last first."""
        return shelf.tunes()

    @api.post("/api/shelf")
    def keep(tune: ToKeep) -> KeptTune:
        """Keep a tune."""
        return shelf.keep(_tune(tune.abc).title, tune.abc, tune.made)

    @api.put("/api/shelf/{number}")
    def change(number: Number, tune: ToKeep) -> KeptTune:
        """Put another text in the place of a kept tune."""
        return shelf.change(number, _tune(tune.abc).title, tune.abc, tune.made, tune.before)

    @api.delete("/api/shelf/{number}")
    def discard(number: Number) -> dict[str, int]:
        """Take a tune from the shelf."""
        shelf.discard(number)
        return {"discarded": number}

    @api.get("/api/shelf.{kind}")
    async def book(request: Request, kind: str) -> Response:
        """The shelf as a book: pdf, html, abc or zip."""

        def work(check: Check) -> Response:
            kept = shelf.tunes()[::-1]
            if not kept:
                raise UsageError("the shelf is empty")
            data, left_out = _book(kind, kept, check)
            response = downloads.answer(data, f"my-tunes.{kind}")
            response.headers["X-Left-Out"] = str(left_out)
            return response

        return await conversions.done(request.is_disconnected, work) or Response()


def _book(kind: str, kept: list[KeptTune], check: Check) -> tuple[str | bytes, int]:
    """The shelf as a file of that kind, and how many tunes could not be in it."""
    title = "My tunes"
    faults: list[tuple[Tune, ScoreError]] = []
    if kind == "pdf":
        data: str | bytes = to_pdf(_tunes(kept, faults, check), title, faults=faults)
    elif kind == "html":
        data = tunebook_page((PageEntry(tune) for tune in _tunes(kept, faults, check)), title)
    elif kind == "abc":
        data = "\n".join(each.abc.rstrip("\n") + "\n" for each in kept)
    elif kind == "zip":
        data = _zipped(kept)
    else:
        raise UsageError(f"a shelf is no {kind[:20]}; it can be pdf, html, abc or zip")
    return data, len(faults)


def _tunes(kept: list[KeptTune], faults: list[tuple[Tune, ScoreError]], check: Check) -> Iterator[Tune]:
    """The tunes of the shelf one after the other, those without that are too long."""
    for each in kept:
        for tune in parse_book(each.abc).tunes:
            check()
            try:
                check_size(tune, MOST_BARS, MOST_NOTES)
            except ScoreError as error:
                faults.append((tune, error))
            else:
                yield tune


def _zipped(kept: list[KeptTune]) -> bytes:
    buffer, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in kept:
            archive.writestr(f"{unique(safe_stem(each.title), taken)}.abc", each.abc)
    return buffer.getvalue()
