"""What the pages and the API work with: the studio, its open projects, and the log of what happens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starsend.console.events import Events
from starsend.console.views.listing import Listing
from starsend.console.views.picture_stamps import StampedHashes
from starsend.console.views.story import Story
from starsend.console.work_room import WorkRoom
from starsend.errors import SetupError
from starsend.model.record import Record
from starsend.studio import OpenProject, Studio


@dataclass
class Hub:
    """One workspace, served. Safe for threads.

    Args:
        studio: Whose projects are shown.
        events: Told of every change.
        read_first: Called when the records of a project have been read for the first time.
    """

    studio: Studio
    events: Events
    read_first: Callable[[], None] = lambda: None
    _open: dict[str, tuple[tuple[int, int], OpenProject]] = field(default_factory=dict)
    _stories: dict[str, tuple[OpenProject, Story]] = field(default_factory=dict)
    _listings: dict[str, Listing] = field(default_factory=dict)
    _told: dict[tuple[str, str], str] = field(default_factory=dict)
    _watched: bool = False
    asking: threading.Lock = field(default_factory=threading.Lock)
    """Held from the look at what a person saw until their work is begun: a word is good for one request."""
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._hashes = StampedHashes(self.workspace)
        self._begun = self._told_gone = False
        self.work = WorkRoom(self.events, self.studio.desk, self.studio.settings.run.at_once)

    @property
    def workspace(self) -> Path:
        """The folder with ``projects/`` and ``state/``."""
        return self.studio.settings.workspace

    def project(self, name: str) -> OpenProject:
        """A project, read anew when its plan has changed. A plan with faults is stood in for by the last that was used.

        Raises:
            UnknownName: There is none of that name.
            PlanError: Its plan can't be used, and none stands in.
            SetupError: ``workspace-gone``.
        """
        plan = self.workspace / "projects" / name / "plan.json"
        try:
            stat = plan.stat()
            stamp = (stat.st_ctime_ns, stat.st_size)
        except (OSError, ValueError):  # a name that no file can have
            stamp = (0, 0)
            self.check_workspace()
        with self._guard:
            held = self._open.get(name)
            if held is not None and held[0] == stamp and stamp != (0, 0):
                return held[1]
            opened = self.studio.open(name, sound=False)
            if held is not None:
                opened.store.go_on_from(held[1].store)
            opened.store.watched(self._watched)
            self._open[name] = (stamp, opened)
            return opened

    def watch(self, watched: bool) -> None:
        """Say whether changes from outside are told; until then every list looks at every file."""
        with self._guard:
            self._watched = watched
            for _, opened in self._open.values():
                opened.store.watched(watched)

    @property
    def there(self) -> bool:
        """Whether the workspace is there. The empty place where a disk is put isn't."""
        projects = (self.workspace / "projects").is_dir()
        self._begun |= projects
        return projects or (not self._begun and self.workspace.is_dir())

    def tell_workspace(self, there: bool) -> None:
        """Tell all pages when the workspace goes, and when it comes back; each once."""
        with self._guard:
            told, self._told_gone = self._told_gone, not there
        if told is there:
            self.events.publish_all("workspace", {"there": there, "folder": str(self.workspace)})

    def check_workspace(self) -> None:
        """See that the workspace is there.

        Raises:
            SetupError: ``workspace-gone``.
        """
        if not self.there:
            raise SetupError(
                f"the workspace {self.workspace} is gone",
                remedy="put the folder or the disk back: this page goes on by itself",
                code="workspace-gone",
            )

    @property
    def watching(self) -> bool:
        """Whether changes from outside are told."""
        return self._watched

    @property
    def open_projects(self) -> dict[str, OpenProject]:
        """The projects that were looked at, by name."""
        with self._guard:
            return {name: opened for name, (_, opened) in self._open.items()}

    def story(self, name: str) -> Story:
        """The order of a project's slates."""
        desk = self.project(name)
        held = self._stories.get(name)
        if held is None or held[0] is not desk:
            held = self._stories[name] = (desk, Story.of(desk.loaded.plan))
        return held[1]

    def listing(self, name: str) -> Listing:
        """A project's records as they are now, ready to be listed."""
        rows, story = self.project(name).store.summaries(), self.story(name)
        before = self._listings.get(name)
        made = self._listings[name] = Listing.of(rows, story, before)
        if before is None:
            self.read_first()
        return made

    @property
    def hashes(self) -> StampedHashes:
        """Content hashes of pictures, read again where the file changed."""
        return self._hashes

    def close(self) -> None:
        """End what was begun for the pages; work stops as with Ctrl-C, and can be resumed."""
        self.work.close()
        with self._guard:
            self._open.clear()

    def changed(self, project: str, record: Record, why: str = "") -> None:
        """Tell the pages that a record changed, as it is now; each content once, whoever saw it first."""
        now = self.project(project).store.find(record.id)
        if now is None:
            return
        with self._guard:
            if self._told.get((project, record.id)) == now.digest:
                return
            self._told[project, record.id] = now.digest
        self.events.publish(project, "record", {**summary(now.record), "why": why})

    def gone(self, project: str, name: str, broken: str = "") -> None:
        """Tell the pages that a record's file is there no more, or why it can't be read."""
        with self._guard:
            self._told.pop((project, name), None)
        self.events.publish(project, "record", {"slate": name, **({"broken": broken} if broken else {"gone": True})})


def summary(record: Record) -> dict[str, Any]:
    """What a page must know of a record to say whether it is up to date."""
    last = record.history[-1] if record.history else None
    return {
        "slate": record.id,
        "state": str(record.state),
        "revision": record.revision,
        "by": "" if last is None else last.by,
    }
