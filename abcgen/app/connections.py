"""Connections of the server: one that stands still is closed; the end of all is quiet."""

from __future__ import annotations

import asyncio
import logging

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds within which a request, or the rest of one, has to come; looked at as often.
SLOWEST = 10.0
#: Seconds within which something of an answer has to be read.
SLOWEST_READER = 60.0


class PatientProtocol(H11Protocol):
    """HTTP of uvicorn, which itself waits for ever: for the first request of a connection, for a body, for
    whoever does not read what was asked for.
    """

    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.loop.call_later(SLOWEST, self._look, None)

    def _look(self, before: tuple[object, ...] | None) -> None:
        if self.transport.is_closing():
            return
        state = self.conn.their_state
        now = (state, id(self.cycle)) if state in {h11.IDLE, h11.SEND_BODY} else None
        # the first request has had its time already
        if now is not None and (now == before or self.cycle is None):
            self.transport.close()
            return
        self.loop.call_later(SLOWEST, self._look, now)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(SLOWEST_READER, self._look_at_unread, self._left())

    def resume_writing(self) -> None:
        super().resume_writing()
        self._read()

    def connection_lost(self, exc: Exception | None) -> None:
        self._read()
        super().connection_lost(exc)

    def _look_at_unread(self, before: int) -> None:
        left = self._left()
        if left < before:
            self._unread = self.loop.call_later(SLOWEST_READER, self._look_at_unread, left)
        else:
            self.transport.abort()  # what is left is let go with it

    def _left(self) -> int:
        return self.transport.get_write_buffer_size()

    def _read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()


class QuietEnd(logging.Filter):
    """Leaves out of uvicorn's log that requests were ended when the server was."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if isinstance(record.exc_info, tuple) else None
        ended = kind is not None and issubclass(kind, asyncio.CancelledError)
        return not ended and not str(record.msg).startswith("Cancel %s running task")
