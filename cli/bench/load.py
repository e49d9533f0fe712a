"""A load generator for loopback: some connections, each sending its next prepared request when answered."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length: "


@dataclass
class Load:
    """What a run of load saw."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    """Seconds from the last byte sent to the last byte received, one for each request."""
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Return how many requests were answered in a second."""
        return len(self.latencies) / self.seconds

    def percentile_ms(self, share: float) -> float:
        """Return the latency in milliseconds that this share of requests did not exceed."""
        return sorted(self.latencies)[int(share * (len(self.latencies) - 1))] * 1000


class _Connection(asyncio.Protocol):
    """Sends, waits for the whole answer, sends the next, until the time is over."""

    def __init__(self, requests: Iterator[bytes], until: float, load: Load, over: asyncio.Future[None]) -> None:
        self._requests, self._until, self._load, self._over = requests, until, load, over
        self._seen = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._next()

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, found, body = self._seen.partition(_END_OF_HEAD)
        if not found or len(body) < _length(head):
            return
        self._load.latencies.append(time.perf_counter() - self._sent_at)
        status = int(head[9:12])
        self._load.statuses[status] = self._load.statuses.get(status, 0) + 1
        self._seen = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._over.done():
            self._over.set_result(None)

    def _next(self) -> None:
        request = next(self._requests, None) if time.perf_counter() < self._until else None
        if request is None:
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)


def knock(port: int, requests: list[bytes], *, seconds: float, connections: int = 16) -> Load:
    """Send these requests for this long at most, over this many connections at once."""
    return asyncio.run(_knock(port, requests, seconds, connections))


async def _knock(port: int, requests: list[bytes], seconds: float, connections: int) -> Load:
    loop, load, waiting = asyncio.get_running_loop(), Load(), iter(requests)
    began = time.perf_counter()
    ends = [loop.create_future() for _ in range(connections)]
    for over in ends:
        connection = _Connection(waiting, began + seconds, load, over)
        await loop.create_connection(lambda made=connection: made, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*ends)
    load.seconds = time.perf_counter() - began
    return load


def _length(head: bytes) -> int:
    after = head[head.index(_LENGTH) + len(_LENGTH) :]
    return int(after.split(b"\r\n", 1)[0])
