"""What every request has to pass: it comes from this machine, from the app's own page, and is small."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

#: The longest body that is read.
MOST_BYTES = 256 * 1024
_TOO_LONG = 413
#: Nothing but the app's own scripts, styles, pictures and data; styles in attributes are those of scores.
_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_SAFE = frozenset({"GET", "HEAD"})


class Guard:
    """An ASGI application behind the rules. `hosts` are the values of Host that are the app's own.

    None: it is open to everybody under any name, and other sites may show it in a frame.
    """

    def __init__(self, application: Application, hosts: Iterable[str] | None) -> None:
        self._application = application
        self._hosts = None if hosts is None else frozenset(hosts)
        framed = "" if hosts is None else "; frame-ancestors 'none'"
        self._headers = ((b"content-security-policy", f"{_POLICY}{framed}".encode("ascii")), *_HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._application(scope, receive, send)
            return
        fault = self._fault(scope)
        if fault is not None:
            if fault[0] != _TOO_LONG:  # who still sends when the connection is closed does not hear why
                await _let_pass(_bounded(receive))
            await self._refuse(send, *fault)
            return
        await self._application(scope, _bounded(receive), self._with_headers(send))

    def _fault(self, scope: Scope) -> tuple[int, str] | None:
        """The status and the reason with which a request is refused; None for one that may pass."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "")
        if self._hosts is not None:  # else it may stand behind a server with another name
            if host not in self._hosts:
                return 421, "this app answers under its own address alone"
            origin = headers.get("origin")
            if origin is not None and origin != f"http://{host}":
                return 403, "this app answers its own page alone"
        # a link on any page may lead to the app's own, which changes nothing and stands in no frame
        led_here = (
            scope["path"] == "/" and scope["method"] == "GET" and headers.get("sec-fetch-mode") == "navigate"
        )
        if headers.get("sec-fetch-site", "none") not in {"same-origin", "none"} and not led_here:
            return 403, "this app answers its own page alone"
        if scope["method"] not in _SAFE:
            kind = headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json":
                return 415, "the body has to be application/json"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return _TOO_LONG, f"the body has to be at most {MOST_BYTES} bytes"
        return None

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self._headers]
            await send(message)

        return sending

    async def _refuse(self, send: Send, status: int, reason: str) -> None:
        body = json.dumps({"error": reason}).encode("utf-8")
        headers = [(b"content-type", b"application/json"), (b"connection", b"close"), *self._headers]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def _let_pass(receive: Receive) -> None:
    """Take in the body of a request, or as much of it as there may be, for nothing."""
    from starlette.exceptions import HTTPException

    with contextlib.suppress(HTTPException):
        while (await receive()).get("more_body"):
            pass


def _bounded(receive: Receive) -> Receive:
    """The same, of bodies that are not too long: one may be sent in pieces, without a length."""
    from starlette.exceptions import HTTPException

    left = MOST_BYTES

    async def bounded() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(_TOO_LONG, f"the body has to be at most {MOST_BYTES} bytes")
        return message

    return bounded
