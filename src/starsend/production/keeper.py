"""Keeps what was fetched for a take: looks into it, puts it in its place and records it; or keeps it as damaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from starsend.errors import MediaError
from starsend.model.slate import Slate
from starsend.model.take import Box, Fault, Media, Take
from starsend.production.inspector import Asked, Inspector, findings_of, what_it_is
from starsend.production.settle import settle
from starsend.production.take_request import order_of
from starsend.production.timekeeping import Desk
from starsend.providers.base import Collected, board_part
from starsend.store.checkpoints import Checkpoint, CrashPoint
from starsend.store.execution_store import ExecutionStore
from starsend.store.files import place
from starsend.store.paths import ProjectPaths

DOWNLOADS = 2
"""A complete file that can't be decoded is fetched again; this many times it must fail to fail the take."""


@dataclass(frozen=True)
class Fetched:
    """A take's file on its way.

    Attributes:
        destination: Where it will lie.
        part: Where it lies until it is checked.
    """

    slate: Slate
    take: Take
    episode: str
    destination: Path

    @property
    def part(self) -> Path:
        """Beside its place, hidden."""
        return self.destination.with_name(f".{self.destination.stem}.part")

    @property
    def name(self) -> str:
        """``SEQ01_T002``."""
        return self.slate.take(self.take.take)


class Keeper:
    """Checks what came, and keeps it.

    Args:
        store: The records.
        paths: Where files lie.
        inspector: Looks into videos.
        desk: Time and who acts.
        checkpoint: Where a test cuts the power.
    """

    def __init__(
        self, store: ExecutionStore, paths: ProjectPaths, inspector: Inspector, desk: Desk, checkpoint: Checkpoint
    ) -> None:
        self._store = store
        self._paths = paths
        self._inspector = inspector
        self._desk = desk
        self._checkpoint = checkpoint

    def file_of(self, slate: Slate, take: Take, episode: str) -> Fetched:
        """Where a take's file goes."""
        if take.medium == "video":
            destination = self._paths.video(episode, slate, take.take)
        elif take.medium == "grid":
            destination = self._paths.grid(episode, slate.take(take.take))
        else:
            destination = self._paths.frame_take(episode, slate.take(take.take))
        return Fetched(slate, take, episode, destination)

    def keep(self, file: Fetched, collected: Collected) -> None:
        """Check the fetched part, put it in its place and settle the take; a damaged one is fetched again, once.

        Raises:
            OSError: The disk; the state stays as it is.
        """
        if file.take.medium == "video":
            self._keep_video(file, collected)
        else:
            self._keep_picture(file, collected)

    def _settle(self, file: Fetched, changes: Mapping[str, Any], why: str) -> None:
        settle(self._store, file.slate, file.take.intent_id, changes, self._desk, why=why)

    def _keep_video(self, file: Fetched, collected: Collected) -> None:
        take = file.take
        order = order_of(take)
        start = None if order.start_frame is None else self._paths.workspace / order.start_frame
        thumbnail = self._paths.thumbnail(file.episode, file.slate, take.take)
        strip = self._paths.filmstrip(file.episode, file.slate, take.take)
        report = self._inspector.check(file.part, Asked.of(order, start).expected(), thumbnail, strip)
        self._checkpoint(CrashPoint.CHECKED)
        if report.damaged or report.info is None:
            self._damaged(file, findings_of(report)[0].message)
            return
        size = file.part.stat().st_size
        place(file.part, file.destination, self._checkpoint)
        changes = what_it_is(report, self._paths, file.destination, size, thumbnail, strip)
        changes["cost_usd"] = _cost(take, collected)
        self._settle(file, changes, f"{file.name} is complete")

    def _damaged(self, file: Fetched, what: str) -> None:
        """Fetch again; after the second time the file is kept beside the takes, and the take fails."""
        bad = file.take.bad_downloads + 1
        if bad < DOWNLOADS:
            self._settle(file, {"bad_downloads": bad}, f"{file.name} arrived damaged and is fetched again: {what}")
            file.part.unlink(missing_ok=True)
            return
        kept = file.destination.with_suffix(".damaged")
        file.part.replace(kept)
        fault = Fault(
            code="damage",
            message=f"{file.name} can't be decoded: {what}",
            remedy=f"the file is kept as {self._paths.relative(kept)}; make another take: starsend generate",
        )
        self._settle(file, {"outcome": "failed", "error": fault, "bad_downloads": bad}, fault.message)

    def _keep_picture(self, file: Fetched, collected: Collected) -> None:
        from starsend.media.picture import inspect_picture

        take, part = file.take, file.part
        try:
            info = inspect_picture(part)
            cells = _cells(take, part) if take.medium == "grid" else ()
        except MediaError as error:
            self._damaged(file, error.message)
            return
        self._checkpoint(CrashPoint.CHECKED)
        board = self._keep_board(file, cells)
        place(part, file.destination, self._checkpoint)
        changes = {
            "outcome": "complete",
            "media": Media(
                path=self._paths.relative(file.destination),
                sha256=info.sha256,
                bytes=info.bytes,
                width=info.width_px,
                height=info.height_px,
            ),
            "board": board,
            "cells": cells,
            "cost_usd": _cost(take, collected),
        }
        self._settle(file, changes, f"{file.name} is complete")

    def _keep_board(self, file: Fetched, cells: tuple[Box, ...]) -> str | None:
        """The annotated sheet of a grid: the provider's, else one drawn here."""
        sheet = board_part(file.part)
        if cells and not sheet.exists():  # the provider draws none for reading
            _annotate(file.slate, file.take, file.part, cells, sheet)
        if not sheet.exists():
            return None
        board = self._paths.board(file.episode, file.name)
        place(sheet, board)
        return self._paths.relative(board)


def _cost(take: Take, collected: Collected) -> Decimal | None:
    """What came with the file, else what was booked before: a given-up take may have been billed and told of."""
    return take.cost_usd if collected.cost_usd is None else collected.cost_usd


def _cells(take: Take, sheet: Path) -> tuple[Box, ...]:
    """The cells of a sheet as they lie in it: gutters are looked for, whoever made it."""
    from starsend.media.grid import find_cells
    from starsend.media.picture import load_rgb

    order = order_of(take)
    return find_cells(load_rgb(sheet), order.columns, order.rows, order.aspect)


def _annotate(slate: Slate, take: Take, sheet: Path, cells: tuple[Box, ...], destination: Path) -> None:
    from starsend.media.board_page import BoardWords, annotate_grid
    from starsend.media.picture import load_rgb

    order = order_of(take)
    words = BoardWords(
        slate=str(slate),
        take=take.take,
        title=order.title,
        made_by=take.model,
        elements=tuple(element.id for element in order.elements),
        words=" ".join(shot.prompt for shot in order.shots),
    )
    annotate_grid(load_rgb(sheet), cells, order.columns, words, destination)
