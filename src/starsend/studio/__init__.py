"""Builds a Studio from Settings: the only place where real parts are chosen."""

from __future__ import annotations

from pathlib import Path

from starsend.errors import PlanError, UnknownName
from starsend.production.plan_file import last_used_plan, read_plan
from starsend.store.paths import ProjectPaths
from starsend.studio.open_project import OpenProject
from starsend.studio.parts import Parts, PooledInspector, real_desk
from starsend.studio.workspace import Workspace

__all__ = ["OpenProject", "Parts", "PooledInspector", "Studio", "real_desk"]


class Studio(Workspace):
    """A workspace whose projects can be opened. Use as a context manager: it ends the children that it started."""

    def open(self, project: str | None = None, *, sound: bool = True) -> OpenProject:
        """Open a project: read its plan, and build what works on it.

        Args:
            project: Its id; may be left out where there is one.
            sound: The plan must be sound. Without it the last one that was used stands in for a plan with faults, so
                that what was begun can be looked at, judged and gone on with; the fault is in ``plan_fault``.

        Raises:
            SetupError: ``empty-workspace``.
            UnknownName: There is no such project.
            PlanError: The plan can't be used, and no other stands in.
        """
        name = project if project is not None else self.only_project()
        paths = ProjectPaths(self.settings.workspace, name)
        known = self.projects()
        if name not in known:
            left = None if sound or name not in self.projects_with_records() else last_used_plan(paths)
            if left is not None:
                return OpenProject(self, paths, left, _gone(paths.plan))
            if not known:
                self.only_project()
            raise UnknownName(
                f"there is no project {name} in {self.settings.workspace}",
                remedy=f"there are: {', '.join(known)}; or begin it: starsend init {name}",
                code="unknown-project",
            )
        try:
            return OpenProject(self, paths, read_plan(paths.plan, project_from_folder=name))
        except PlanError as error:
            stand_in = None if sound else last_used_plan(paths)
            if stand_in is None:
                raise
            return OpenProject(self, paths, stand_in, error)


def _gone(plan: Path) -> PlanError:
    remedy = "put the plan back; the last one that was used stands in"
    return PlanError(f"{plan} is gone", remedy=remedy, code="no-plan")
