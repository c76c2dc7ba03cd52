"""Where every file lives. Pure functions of the workspace, the project and checked ids."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starsend.errors import PlanError
from starsend.model.slate import Slate, check_id


@dataclass(frozen=True)
class ProjectPaths:
    """All places of one project.

    Args:
        workspace: The folder that holds ``projects/`` and ``state/``.
        project: The project's id.

    Raises:
        PlanError: ``bad-id`` if the project's id could leave its folder.
    """

    workspace: Path
    project: str

    def __post_init__(self) -> None:
        check_id(self.project, "a project")

    @property
    def root(self) -> Path:
        """``projects/<project>``."""
        return self.workspace / "projects" / self.project

    @property
    def plan(self) -> Path:
        """The client's plan."""
        return self.root / "plan.json"

    @property
    def state(self) -> Path:
        """``state/<project>``."""
        return self.workspace / "state" / self.project

    @property
    def records(self) -> Path:
        """The folder of the records."""
        return self.state / "shots"

    @property
    def locks(self) -> Path:
        """Lock files; never renamed or deleted."""
        return self.state / "locks"

    @property
    def inbox(self) -> Path:
        """Raw replies of providers until they stand in a record."""
        return self.state / "inbox"

    @property
    def uploads(self) -> Path:
        """Pictures that the embedded provider was given, by content hash."""
        return self.state / "uploads"

    def plan_copy(self, sha256: str) -> Path:
        """Where a plan that was used is kept."""
        return self.state / "plans" / f"{sha256}.json"

    def record(self, slate: Slate) -> Path:
        """``state/<project>/shots/SEQ01.json``."""
        return self.records / f"{slate}.json"

    def grid(self, episode: str, take: str) -> Path:
        """The clean sheet of a grid take such as ``SEQ01_T001``."""
        return self.root / "frames" / check_id(episode, "an episode") / "grids" / f"{take}.png"

    def board(self, episode: str, take: str) -> Path:
        """The annotated sheet of a grid take."""
        return self.grid(episode, take).with_name(f"{take}_board.png")

    def clean_frame(self, episode: str, slate: Slate) -> Path:
        """The start frame of a slate."""
        return self.root / "frames" / check_id(episode, "an episode") / "clean" / f"{slate}.png"

    def frame_take(self, episode: str, take: str) -> Path:
        """A single full-size frame that was rendered from a cell."""
        return self.root / "frames" / check_id(episode, "an episode") / "finished" / f"{take}.png"

    def video(self, episode: str, slate: Slate, take: int) -> Path:
        """``takes/<episode>/<slate>/<slate>_T001.mp4``."""
        return self.root / "takes" / check_id(episode, "an episode") / str(slate) / f"{slate.take(take)}.mp4"

    def thumbnail(self, episode: str, slate: Slate, take: int) -> Path:
        """A still beside the video."""
        return self.video(episode, slate, take).with_suffix(".jpg")

    def filmstrip(self, episode: str, slate: Slate, take: int) -> Path:
        """A strip of stills beside the video."""
        video = self.video(episode, slate, take)
        return video.with_name(f"{video.stem}_strip.jpg")

    def still(self, episode: str, slate: Slate, name: str) -> Path:
        """A frame pulled from a take to start another one."""
        return self.root / "frames" / check_id(episode, "an episode") / "pulled" / f"{slate}_{name}.png"

    def relative(self, path: Path) -> str:
        """A path below the workspace, as it is written into a record."""
        return path.relative_to(self.workspace).as_posix()

    def absolute(self, relative: str) -> Path:
        """The place of a path from a record.

        Raises:
            PlanError: ``outside`` if the path leaves the workspace.
        """
        path = self.workspace / relative
        if not path.resolve().is_relative_to(self.workspace.resolve()):
            raise PlanError(
                f"{relative} lies outside the workspace",
                remedy="use a path below the workspace",
                code="outside",
            )
        return path
