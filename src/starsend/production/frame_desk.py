"""Where a person's choice becomes a start frame: crop, a picture that was dropped in, a finished cell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starsend.errors import PlanError, UnknownName
from starsend.model.record import CleanFrame, Record, log
from starsend.model.slate import Slate, parse_take
from starsend.model.status import Status
from starsend.model.take import Box, Take
from starsend.production.project import Project
from starsend.production.staleness import mark_family
from starsend.production.timekeeping import Desk
from starsend.production.unpicking import PickUndo, with_pick
from starsend.production.uploading import fitted_upload
from starsend.store.execution_store import Version, move, refuse_unsettled
from starsend.store.promises import check_seen

_BEFORE_VIDEO = frozenset({Status.KEYFRAME_PENDING, Status.KEYFRAME_COMPLETE, Status.KEYFRAME_FAILED})


@dataclass(frozen=True)
class Source:
    """Where a clean frame came from, as the record keeps it.

    Attributes:
        take: ``SEQ01_T001``, ``found`` or ``upload``.
        cell: Counted from 1, where a cell was picked.
        box: In pixels of the sheet.
        note: What was done to it: upscaled from how many pixels.
    """

    take: str = "found"
    cell: int | None = None
    box: Box | None = None
    note: str | None = None


FOUND = Source()


class FrameDesk:
    """Accepts start frames for the slates of one project."""

    def __init__(self, project: Project, desk: Desk) -> None:
        self._project = project
        self._desk = desk

    def accept(self, slate: Slate, source: Source = FOUND, *, seen: Version | None = None) -> CleanFrame:
        """Take the picture that lies in ``clean/`` as the slate's start frame.

        In ``keyframe_*`` the record moves to ``video_pending``; later it only marks what the new frame makes stale.

        Raises:
            UnknownName: ``no-frame``: there is none.
            MediaError: It is no picture.
            Busy: As :meth:`crop`.
            StaleWrite: The record changed since ``seen``.
        """
        from starsend.media.picture import inspect_picture

        episode = self._project.episode_of(slate)
        path = self._project.paths.clean_frame(episode, slate)
        if not path.is_file():
            raise UnknownName(
                f"{slate} has no clean frame",
                remedy=f"crop one, or put a picture there: {self._project.paths.relative(path)}",
                code="no-frame",
            )
        info = inspect_picture(path)
        frame = CleanFrame(
            path=self._project.paths.relative(path),
            sha256=info.sha256,
            at=self._desk.now(),
            width=info.width_px,
            height=info.height_px,
            from_=source.take,
            cell=source.cell,
            box=source.box,
            note=source.note,
        )
        self._ensure(slate)
        self._project.store.revise(str(slate), lambda record: self._with_frame(record, frame, source), seen=seen)
        mark_family(self._project, self._desk, slate)
        return frame

    def adopt_found(self, sequence: Slate) -> tuple[Slate, ...]:
        """Accept pictures that were dropped into ``clean/`` for a sequence and its shots; gives their slates."""
        _, planned, _ = self._project.planned(sequence)
        adopted = []
        for slate in (sequence, *(sequence.of_shot(shot.id) for shot in planned.shots)):
            if self._project.clean_frame(slate) is not None and self._is_new(slate):
                self.accept(slate)
                adopted.append(slate)
        return tuple(adopted)

    def crop(
        self, slate: Slate, *, cell: int | None, box: Box | None, take: str | None = None, seen: Version | None = None
    ) -> CleanFrame:
        """Crop a cell or a box of a grid into the slate's clean frame, locked to the project's ratio, and accept it.

        Args:
            slate: Whose start frame it becomes.
            cell: Counted from 1, left to right, top to bottom.
            box: In pixels of the sheet, instead of a cell.
            take: The grid, such as ``SEQ01_T001`` (also another slate's); else the slate's newest, else its sequence's.
            seen: The record as the person saw it.

        Raises:
            UnknownName: There is no such grid or cell.
            MediaError: ``crop-outside``, or the sheet can't be read.
            Busy: A take of the slate is unsettled, and no video was begun yet.
            StaleWrite: The record changed since ``seen``; the frame is not touched then.
        """
        from starsend.media.grid import crop_frame

        version = self._project.store.find(str(slate))
        if version is None:
            self._project.planned(slate)
        else:
            check_seen(version, seen)
            _check_open(version.record)
        name, grid = self.find_grid(slate, take)
        if grid.media is None:
            raise UnknownName(f"{name} has no sheet", remedy=f"see its takes: starsend show {slate}")
        chosen = box if box is not None else _cell(name, grid, cell)
        episode = self._project.episode_of(slate)
        cropped = crop_frame(
            self._project.paths.absolute(grid.media.path),
            chosen,
            self._project.plan.aspect,
            self._project.paths.clean_frame(episode, slate),
            min_size_px=self._project.plan.format.size_px,
        )
        return self.accept(slate, Source(name, cell, cropped.box, cropped.note), seen=seen)

    def upload(self, slate: Slate, picture: Path, name: str, *, seen: Version | None = None) -> CleanFrame:
        """Take a picture from elsewhere as the start frame: cut to the project's ratio, at the size of its frames.

        Args:
            slate: Whose start frame it becomes.
            picture: The file; it is not kept.
            name: What the person calls it.
            seen: The record as the person saw it.

        Raises:
            UnknownName: The slate is not in the plan.
            MediaError: As :func:`starsend.production.uploading.fitted_upload`.
            Busy, StaleWrite: As :meth:`crop`.
        """
        from starsend.media.files import keep_backup, write_atomically

        self._project.planned(slate)
        version = self._project.store.find(str(slate))
        if version is not None:
            check_seen(version, seen)
            _check_open(version.record)
        made, note = fitted_upload(picture, name, self._project.plan.format.size_px)
        clean = self._project.paths.clean_frame(self._project.episode_of(slate), slate)
        clean.parent.mkdir(parents=True, exist_ok=True)
        keep_backup(clean)
        write_atomically(clean, made.read_bytes())
        return self.accept(slate, Source("upload", note=note), seen=seen)

    def keep(self, picture: Path, name: str) -> tuple[Path, str]:
        """Keep a picture from elsewhere below ``frames/given``, for a take that is asked to start with it.

        No record changes. Gives its path below the workspace, which ``--start-frame`` takes, and a note of what it was.

        Raises:
            MediaError: As :meth:`upload`.
        """
        from starsend.media.files import keep_by_content

        made, note = fitted_upload(picture, name, self._project.plan.format.size_px)
        _, kept = keep_by_content(made, self._project.paths.root / "frames" / "given")
        return Path(self._project.paths.relative(kept)), note

    def take_back(self, slate: Slate, *, seen: Version | None = None) -> Record:
        """Take back the last pick of a slate's start frame. Gives its record.

        Raises:
            As :meth:`starsend.production.unpicking.PickUndo.take_back`.
        """
        return PickUndo(self._project, self._desk).take_back(slate, seen=seen)

    def find_grid(self, slate: Slate, take: str | None) -> tuple[str, Take]:
        """A complete grid by name, or the newest that a slate can be cropped from.

        Raises:
            UnknownName: ``no-grid``.
        """
        if take is not None:
            owner, number = parse_take(take)
            record = self._project.record(owner)
            found = None if record is None else record.find(number) if number else record.newest("grid")
            owners = [(owner, found)]
        else:
            slates = dict.fromkeys((slate, slate.parent))
            records = [(s, self._project.record(s)) for s in slates]
            owners = [(s, r.newest("grid") if r is not None else None) for s, r in records]
        for owner, grid in owners:
            if grid is not None and grid.medium == "grid" and grid.outcome == "complete":
                return owner.take(grid.take), grid
        shot = "" if slate.shot is None else f" --shot {slate.shot}"
        raise UnknownName(
            f"{take or slate} has no complete grid",
            remedy=f"draw one: starsend generate --seq {slate.sequence}{shot} --mode grid",
            code="no-grid",
        )

    def _with_frame(self, record: Record, frame: CleanFrame, source: Source) -> Record:
        at, by = self._desk.now(), self._desk.by
        cell = f", cell {source.cell}" if source.cell is not None else ""
        why = f"a clean frame from {source.take}{cell}"
        _check_open(record)
        left = Status.VIDEO_PENDING if record.state in _BEFORE_VIDEO else record.state
        found = source.take == FOUND.take
        record = record.but(clean_frame=frame, picked=None) if found else with_pick(record, frame, by, left)
        if record.state is not left:
            return move(record, left, at=at, by=by, why=why)
        return log(record, at=at, by=by, why=why)

    def _is_new(self, slate: Slate) -> bool:
        """Whether the picture is another one than the record knows, and the record can take it now."""
        from starsend.media.files import sha256_of

        record = self._project.record(slate)
        if record is None:
            return True
        if record.unsettled:
            return False
        path = self._project.paths.clean_frame(self._project.episode_of(slate), slate)
        return record.clean_frame is None or record.clean_frame.sha256 != sha256_of(path)

    def _ensure(self, slate: Slate) -> None:
        if self._project.record(slate) is None:
            self._project.store.init_sequence(
                str(slate),
                self._project.first_state(slate, for_grid=True),
                episode=self._project.episode_of(slate),
                by=self._desk.by,
            )


def _check_open(record: Record) -> None:
    """Before the first video a frame moves the record, so nothing may be unsettled; later it moves nothing."""
    if record.state in _BEFORE_VIDEO or record.state is Status.KEYFRAME_GENERATING:
        refuse_unsettled(record)


def _cell(name: str, grid: Take, cell: int | None) -> Box:
    if cell is None:
        raise PlanError(
            f"{name}: neither a cell nor a box is named", remedy="pick one: --cell 1", code="nothing-picked"
        )
    if not 1 <= cell <= len(grid.cells):
        raise UnknownName(
            f"{name} has {len(grid.cells)} cells, and no cell {cell}",
            remedy=f"cells count from 1, left to right, top to bottom: --cell 1 to --cell {len(grid.cells)}",
            code="no-cell",
        )
    return grid.cells[cell - 1]
