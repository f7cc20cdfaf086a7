"""Files that are read slowly: how much of them waits is bounded."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from abcgen.app.downloads import Downloads


class Reader:
    """Who reads an answer, as soon as `reads` is set."""

    def __init__(self, *, at_once: bool) -> None:
        self.status, self.body, self.ended = 0, b"", False
        self.reads = asyncio.Event()
        if at_once:
            self.reads.set()

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
            return
        self.body += message["body"]
        self.ended = not message.get("more_body")
        await self.reads.wait()


async def received() -> MutableMapping[str, Any]:
    return {"type": "http.request"}


async def asked(downloads: Downloads, size: int, reader: Reader) -> None:
    answer = downloads.answer(bytes(range(256)) * (size // 256), "a b.wav")
    await answer({"type": "http"}, received, reader.send)


def test_file_comes_whole() -> None:
    async def steps() -> Reader:
        reader = Reader(at_once=True)
        await asked(Downloads(), 256_000, reader)
        return reader

    reader = asyncio.run(steps())
    assert (reader.status, reader.ended) == (200, True)
    assert reader.body == bytes(range(256)) * 1000
    assert reader.headers[b"content-length"] == b"256000"
    assert reader.headers[b"content-disposition"] == b"attachment; filename*=UTF-8''a%20b.wav"


def test_too_much_unread_is_told_until_it_is_read() -> None:
    async def steps() -> list[int]:
        downloads = Downloads(most=300_000)
        slow, second, third = Reader(at_once=False), Reader(at_once=True), Reader(at_once=True)
        reading = asyncio.ensure_future(asked(downloads, 256_000, slow))
        await asyncio.sleep(0)
        assert len(slow.body) < 100_000  # the rest waits
        await asked(downloads, 51_200, second)
        slow.reads.set()
        await reading
        await asked(downloads, 512_000, third)  # one alone may be larger
        return [slow.status, second.status, third.status]

    assert asyncio.run(steps()) == [200, 503, 200]


def test_who_reads_for_ever_is_let_go() -> None:
    async def steps() -> tuple[bool, bool]:
        downloads = Downloads(most=300_000, seconds=0.05)
        slow = Reader(at_once=False)
        await asked(downloads, 256_000, slow)
        return slow.ended, downloads.has_room(300_000)

    assert asyncio.run(steps()) == (False, True)
