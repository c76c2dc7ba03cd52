"""A process that works one take and is killed at a checkpoint: ``python -m tests.fakes.crash_child``.

It reads one order a line from stdin, starts a child for each, and answers with how that child ended. The children are
forked from this process, which has imported everything, holds no lock and has no threads: so a child costs a tenth of
a second. With ``--once`` it works the order itself, as any command would, with the real pool of checking processes.
"""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import orjson
from PIL import Image
from pydantic import BaseModel

from starsend.errors import Busy, StarsendError
from starsend.media.quality import Expected, TakeReport, check_take
from starsend.model.slate import Slate
from starsend.production import take_request
from starsend.production.engine import Result
from starsend.production.job import Job
from starsend.production.timekeeping import Desk
from starsend.production.wish import Wish
from starsend.settings import read_settings
from starsend.store.checkpoints import Checkpoint, CrashPoint
from starsend.studio import OpenProject, Parts, PooledInspector, Studio, real_desk
from tests.fakes.book_provider import BookProvider
from tests.fakes.worlds import World

Act = Literal["go", "run", "give-up", "resend", "reconcile", "cancel", "note"]


class Orders(BaseModel):
    """What the child is to do.

    ``slate`` is begun with ``mode`` and ``takes`` if it has no such take, and gone on with otherwise, as ``run`` does.
    With the act ``run`` it does all that is due in the project, or in one ``sequence``. ``kill_at`` counts checkpoints
    from 1, ``kill_on`` names one and says which time it counts; ``stop_at`` and ``stop_on`` only stop the process there
    (SIGSTOP), the latter where it first passes the point of that name. At ``full_at`` the disk is full from there on:
    no file may grow beyond 1,000 bytes. ``trace`` is a file that each checkpoint passed is written to. ``live`` speaks
    with the server at ``url``. The clock is ``shift_s`` ahead of the true one. A child in the ``background`` is not
    waited for: its number is told, and ``wait NUMBER`` asks how it ended.
    """

    workspace: Path
    book: Path
    slate: str = "SEQ01"
    mode: Literal["grid", "multi", "single", "finish"] = "multi"
    takes: int = 1
    listing: bool = True
    provider: Literal["book", "animatic", "live"] = "book"
    url: str = ""
    kill_at: int = 0
    kill_on: tuple[str, int] = ("", 0)
    stop_at: int = 0
    stop_on: str = ""
    shift_s: float = 0.0
    background: bool = False
    full_at: int = 0
    trace: Path | None = None
    act: Act = "go"
    sequence: str | None = None


class InProcess(PooledInspector):
    """Checks a take right here: a process less to start."""

    def check(self, video: Path, expected: Expected, thumbnail: Path, filmstrip: Path) -> TakeReport:
        return check_take(video, expected, thumbnail, filmstrip)


class Quiet:
    """Watches nothing."""

    def began(self, job: Job) -> None: ...

    def progress(self, slate: Slate, take: int, part: float) -> None: ...

    def ended(self, result: Result) -> None: ...


def guillotine(orders: Orders) -> Checkpoint:
    """Writes down each checkpoint, and dies at the one that was asked for."""
    passed = 0
    stop_on = orders.stop_on
    times: Counter[str] = Counter()

    def point(where: CrashPoint) -> None:
        nonlocal passed, stop_on
        passed += 1
        times[where.name] += 1
        if orders.trace is not None:
            with orders.trace.open("a", encoding="utf-8") as file:
                file.write(f"{where.name}\n")
        if passed == orders.kill_at or (where.name, times[where.name]) == orders.kill_on:
            os.kill(os.getpid(), signal.SIGKILL)
        if passed == orders.stop_at or where.name == stop_on:
            stop_on = ""
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)  # to the process, this thread might run on
        if passed == orders.full_at:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))

    return point


def open_project(orders: Orders, inspector: PooledInspector) -> OpenProject:
    checkpoint, desk = guillotine(orders), desk_of(orders)
    if orders.provider == "animatic":
        settings = read_settings(orders.workspace, provider="animatic", fast=True, environ={})
        return Studio(settings, Parts(desk, checkpoint, inspector=inspector)).open("film")
    if orders.provider == "live":
        settings = read_settings(orders.workspace, provider="live", environ=live_environ(orders.url))
        return Studio(settings, Parts(desk, checkpoint, inspector=inspector)).open("film")
    provider = BookProvider(orders.book, orders.workspace, listing=orders.listing)
    return World(orders.workspace, provider, desk, inspector, checkpoint).open()


def desk_of(orders: Orders) -> Desk:
    """The real one, its clock put wrong."""
    ahead = timedelta(seconds=orders.shift_s)
    return replace(real_desk(), now=lambda: datetime.now(UTC) + ahead)


def live_environ(url: str) -> dict[str, str]:
    """What a person sets to send paid work to another server."""
    return {
        "FAL_KEY": "test-fal-key",
        "GEMINI_API_KEY": "test-gemini-key",
        "STARSEND_FAL_URL": url,
        "GOOGLE_GEMINI_BASE_URL": url,
    }


def jobs_of(desk: OpenProject, orders: Orders) -> list[Job]:
    slate = Slate.parse(orders.slate)
    if orders.act == "run":
        return list(desk.runner.agenda(sequence=orders.sequence).jobs)
    if orders.act == "cancel":
        desk.canceller.cancel(slate)
        return []
    if orders.act == "note":
        desk.notes.write(slate, 1, "written meanwhile")
        return []
    if orders.act == "reconcile":
        for take in desk.store.load(str(slate)).record.takes:
            if take.outcome == "unknown" and take.settled is not None:
                desk.reconciler.search(slate, take)
        return [desk.runner.going_on(each) for each in desk.runner.at_work(None, None)]
    if orders.act != "go":
        settled = desk.reconciler.settle_by_hand(slate, orders.act)
        again = desk.reconciler.request_again(settled, desk.project.caps)
        return [Job(slate, again, settled[0].provider)] if orders.act == "resend" else []
    record = desk.project.record(slate)
    medium = {"grid": "grid", "finish": "frame"}.get(orders.mode, "video")
    if record is not None and any(take.medium == medium for take in record.takes):
        return [Job(slate, None, "")] if record.unsettled else []
    if orders.mode == "finish":
        return [desk.finisher.prepare(slate, cell=2, take=None)]
    wish = Wish(mode=orders.mode, shot=slate.shot, takes=orders.takes)
    return list(desk.runner.prepare(slate.sequence, wish))


def work(orders: Orders, inspector: PooledInspector) -> int:
    """Do it. Gives the exit code as a command would: of several results the highest."""
    try:
        desk = open_project(orders, inspector)
        results = desk.engine.run(jobs_of(desk, orders), Quiet())
    except StarsendError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return error.exit_code
    codes = [0]
    for result in results:
        if result.error is not None:
            print(f"{result.error.code}: {result.error}", file=sys.stderr)
            codes.append(3 if isinstance(result.error, Busy) else result.error.exit_code)
        elif result.record is not None and result.record.state.endswith("_failed"):
            codes.append(5)
    return max(codes)


def warm(orders: Orders) -> None:
    """Build what every child needs, once: it reads, writes nothing and starts no thread."""
    Image.preinit()
    take_request._orders()
    if orders.provider == "live":
        for adapter in ("fal", "gemini"):
            importlib.import_module(f"starsend.providers.{adapter}")
        importlib.import_module("google.genai")
    open_project(orders, InProcess()).runner.agenda(dry=True)
    for model in _models(BaseModel):
        if model.__module__.startswith("starsend.") and not model.__pydantic_complete__:
            model.model_rebuild()


def _models(of: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in of.__subclasses__():
        yield model
        yield from _models(model)


def serve() -> None:
    warmed = False
    for line in sys.stdin.buffer:
        if line.startswith(b"wait "):
            answer(ended(int(line.split()[1])))
            continue
        if not warmed:
            warm(Orders.model_validate_json(line))
            warmed = True
        orders = Orders.model_validate_json(line)
        pid = os.fork()
        if pid == 0:
            code = 70
            try:
                code = work(orders, InProcess())
                sys.stderr.flush()
            finally:
                os._exit(code)
        answer(pid if orders.background else ended(pid))


def ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--once", help="Orders as JSON.")
    once: str | None = parser.parse_args().once
    if once is None:
        serve()
        return 0
    orders = Orders.model_validate(orjson.loads(once))
    inspector = PooledInspector()
    try:
        return work(orders, inspector)
    finally:
        inspector.close()


if __name__ == "__main__":
    sys.exit(main())
