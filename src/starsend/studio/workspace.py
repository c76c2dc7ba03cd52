"""A workspace: its settings, the catalogue, the providers that its projects share, and which projects there are."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Self

from starsend.errors import SetupError, UnknownName
from starsend.production.timekeeping import Desk
from starsend.providers.base import Provider
from starsend.providers.surroundings import Access, Surroundings
from starsend.settings import Settings
from starsend.store.paths import ProjectPaths
from starsend.studio.parts import Parts

if TYPE_CHECKING:  # read when it is first asked for: `starsend status` needs none of it
    from starsend.catalogue.entries import Catalogue


class Workspace:
    """A workspace with its settings, and what its projects share. Use as a context manager: it ends what it started."""

    def __init__(self, settings: Settings, parts: Parts | None = None) -> None:
        self.settings = settings
        self.parts = parts if parts is not None else Parts()
        self._guard = threading.Lock()
        self._providers: dict[tuple[str, str, str | None], Provider] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.parts.inspector.close()
        with self._guard:
            for provider in self._providers.values():
                provider.close()
            self._providers.clear()

    @property
    def desk(self) -> Desk:
        """Time, ids, and who acts."""
        return self.parts.desk

    @cached_property
    def catalogue(self) -> Catalogue:
        """All models, with the studio's own prices."""
        from starsend.catalogue.loader import load_catalogue

        return load_catalogue(self.settings.prices)

    def provider(self, paths: ProjectPaths, name: str, base_url: str | None) -> Provider:
        """A provider for a project; the same one each time, so that its connections are used again.

        Raises:
            SetupError: ``unknown-provider`` or ``other-address``.
        """
        which = (paths.project, name, base_url)
        with self._guard:
            if which not in self._providers:
                self._providers[which] = self.parts.make_provider(name, self._around(paths), base_url)
            return self._providers[which]

    def _around(self, paths: ProjectPaths) -> Surroundings:
        settings = self.settings
        return Surroundings(
            workspace=paths.workspace,
            uploads=paths.uploads,
            profile=settings.animatic.profile,
            fal=Access(settings.keys.fal, settings.keys.fal_url),
            gemini=Access(settings.keys.gemini, settings.keys.gemini_url),
            catalogue=lambda: self.catalogue,
            now=self.desk.now,
            monotonic=self.desk.monotonic,
            priority=settings.fal.priority,
            largest_bytes=settings.download.largest_mb * 1_000_000,
        )

    def projects(self) -> list[str]:
        """The ids of all projects of the workspace, in order."""
        folder = self.settings.workspace / "projects"
        return sorted(p.name for p in folder.iterdir() if (p / "plan.json").is_file()) if folder.is_dir() else []

    def projects_with_records(self) -> list[str]:
        """The ids of all projects that were ever worked on, also where the plan is gone."""
        folder = self.settings.workspace / "state"
        return sorted(p.parent.name for p in folder.glob("*/shots") if p.is_dir())

    def only_project(self) -> str:
        """The workspace's project, where it has just one.

        Raises:
            SetupError: ``empty-workspace``.
            UnknownName: ``project-needed``.
        """
        projects = self.projects()
        if len(projects) == 1:
            return projects[0]
        if not projects:
            raise SetupError(
                f"{self.settings.workspace} has no project",
                remedy="begin one: starsend init NAME; or choose another folder: --workspace DIR",
                code="empty-workspace",
            )
        raise UnknownName(
            f"{self.settings.workspace} has {len(projects)} projects: {', '.join(projects)}",
            remedy=f"name one: --project {projects[0]}",
            code="project-needed",
        )
