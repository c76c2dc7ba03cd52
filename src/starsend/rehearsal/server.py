"""The rehearsal server: one address for fal's queue, storage, CDN and platform API, and for Gemini."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

import orjson
from aiohttp import web

from starsend.errors import SetupError, StarsendError
from starsend.rehearsal.books import Books, Ledger, Seen
from starsend.rehearsal.dice import Dice
from starsend.rehearsal.fal_files import FalFiles
from starsend.rehearsal.fal_platform import FalPlatform
from starsend.rehearsal.fal_queue import FalQueue
from starsend.rehearsal.films import Clips, Studio
from starsend.rehearsal.gemini import Gemini
from starsend.rehearsal.replies import answer
from starsend.rehearsal.site import Site, carried_key
from starsend.rehearsal.weather import CALM, Weather, changed
from starsend.rehearsal.workshop import Workshop

_MAX_BODY_BYTES = 512 << 20
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class RehearsalServer:
    """Listens from the moment it is made until :meth:`close`, on a thread of its own.

    A server on a folder that another one left goes on with that one's jobs.

    Args:
        folder: Books and files; made where it isn't there.
        weather: What goes wrong.
        seed: The same seed strikes the same nth request.
        clips: ``canned`` for tiny ready-made media, ``drawn`` for animatics.
        shown: sha256 of a picture → kind and description of the element that it shows, for ``drawn``.
        keys: Keys that are accepted; empty accepts any but ``wrong``.
        host: Where it listens.
        port: 0 takes a free one.
        clock: Gives the time in UTC.
        new_id: Gives ids.

    Raises:
        SetupError: It can't listen there.
    """

    def __init__(
        self,
        folder: Path,
        *,
        weather: Weather = CALM,
        seed: int = 1,
        clips: Clips = "canned",
        shown: Mapping[str, tuple[str, str]] | None = None,
        keys: tuple[str, ...] = (),
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        self._ledger = Ledger(folder)
        # a restarted server goes on in its rows of chances, else it would strike the same requests for ever
        dice = Dice(f"{seed}/{self._ledger.events}", weather)
        self._site = Site(folder, self._ledger, dice, clock, new_id, keys, shown=shown or {})
        self._clips, self._host, self._port = clips, host, port
        self._listening = threading.Event()
        self._failure: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="rehearsal-server", daemon=True)
        self._thread.start()
        self._listening.wait()
        if self._failure is not None:
            self._thread.join()
            raise SetupError(
                f"The rehearsal server can't listen on {host}:{port}: {self._failure.strerror}.",
                remedy="Give another --port, or 0 for a free one.",
                code="cannot-listen",
            ) from self._failure

    @property
    def url(self) -> str:
        """The one base URL of all that it speaks."""
        return self._site.url

    @property
    def weather(self) -> Weather:
        """As it is now."""
        return self._site.weather

    def books(self) -> Books:
        """The books as they are now."""
        return self._ledger.copy()

    def struck(self) -> Counter[str]:
        """How often each switch struck since this server was made; those that did."""
        return +self._site.dice.struck

    def set(self, weather: Weather) -> None:
        """Change the weather; the ``…_first`` counts start anew."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._set(weather), self._loop).result()

    async def _set(self, weather: Weather) -> None:
        self._site.dice.set(weather)
        await self._workshop.weather_changed()

    def close(self) -> None:
        """Stop listening; unfinished jobs wait in the books. May be called twice."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def __enter__(self) -> RehearsalServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        finally:
            self._ledger.close()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        studio = Studio()
        self._workshop, gemini = Workshop(self._site, studio, self._clips), Gemini(self._site, studio, self._clips)
        runner = web.AppRunner(self._app(gemini), access_log=None, shutdown_timeout=0.2)
        try:
            await runner.setup()
            site = web.TCPSite(runner, self._host, self._port)
            await site.start()
            self._site.url = f"http://{self._host}:{runner.addresses[0][1]}"
            self._workshop.resume()
            gemini.resume()
            self._listening.set()
            await self._stop.wait()
        except OSError as error:
            self._failure = error
        finally:
            self._listening.set()
            await runner.cleanup()
            await self._workshop.close()
            await asyncio.to_thread(studio.close)

    def _app(self, gemini: Gemini) -> web.Application:
        app = web.Application(middlewares=[self._note], client_max_size=_MAX_BODY_BYTES)
        platform = FalPlatform(self._site)

        async def models(request: web.Request) -> web.StreamResponse:
            """Answer as fal or as Gemini: they share this path, and the header of the key tells them apart."""
            google = "x-goog-api-key" in request.headers or "key" in request.query
            return await (gemini.models if google else platform.models)(request)

        app.add_routes(
            [web.get("/rehearsal/books", self._get_books), web.post("/rehearsal/weather", self._post_weather)]
        )
        app.add_routes([*platform.routes(), web.get("/v1/models", models), *gemini.routes()])
        app.add_routes([*FalFiles(self._site).routes(), *FalQueue(self._site, self._workshop).routes()])
        return app

    @web.middleware
    async def _note(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        if not request.path.startswith("/rehearsal/"):
            key, in_url = carried_key(request)
            self._ledger.see(Seen(self._site.stamp(), request.method, request.path, request.host, key, in_url))
        return await handler(request)

    async def _get_books(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - a handler's shape
        return answer(self._ledger.copy().as_json())

    async def _post_weather(self, request: web.Request) -> web.StreamResponse:
        try:
            switches: dict[str, Any] = orjson.loads(await request.read())
            await self._set(changed(self._site.weather, switches))
        except (orjson.JSONDecodeError, TypeError, StarsendError) as error:
            return answer({"detail": str(error)}, 422)
        return answer({"detail": "changed"})
