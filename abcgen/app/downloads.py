"""Answers that are files: how much of them may wait for slow readers, of all together, is bounded."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from abcgen.app.studio import too_busy

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

#: Bytes that may wait, of all files that are not read yet; one file alone may be larger.
MOST_UNREAD = 128 * 2**20
#: Seconds within which a file has to be read.
MOST_SECONDS = 300.0
_PIECE = 64 * 1024


class Downloads:
    """The files of one server that are being read, in one event loop."""

    def __init__(self, most: int = MOST_UNREAD, seconds: float = MOST_SECONDS) -> None:
        self._most, self.seconds = most, seconds
        self._unread = 0

    def answer(self, data: str | bytes, name: str) -> Response:
        """A file to be saved by that name; where too much is unread when it is sent, 503 instead."""
        return _Download(self, data, name)

    def has_room(self, size: int) -> bool:
        return not self._unread or self._unread + size <= self._most

    @contextlib.contextmanager
    def held(self, size: int) -> Iterator[None]:
        self._unread += size
        try:
            yield
        finally:
            self._unread -= size


class _Download(Response):
    media_type = "application/octet-stream"

    def __init__(self, downloads: Downloads, data: str | bytes, name: str) -> None:
        super().__init__(data, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"})
        self._downloads = downloads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = len(self.body)
        if not self._downloads.has_room(size):
            busy = JSONResponse({"error": str(too_busy())}, 503, {"Retry-After": "1"})
            await busy(scope, receive, send)
            return
        with self._downloads.held(size), contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._downloads.seconds):  # then the connection is closed
                await self._sent(send)

    async def _sent(self, send: Send) -> None:
        """Send it in pieces: each waits until those before it are read, or almost."""
        start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        await send(start)
        for begin in range(0, max(len(self.body), 1), _PIECE):
            piece = bytes(self.body[begin : begin + _PIECE])
            more = begin + _PIECE < len(self.body)
            await send({"type": "http.response.body", "body": piece, "more_body": more})
