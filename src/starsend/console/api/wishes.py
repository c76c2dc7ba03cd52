"""What a page asks to be made, as it comes in a request, and what it would cost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from starsend.console.acting import Asked
from starsend.console.hub import Hub
from starsend.errors import MediaError, PlanError
from starsend.model.slate import Slate
from starsend.production.job import Job
from starsend.production.outlook import job_view, prospects, total_of
from starsend.production.wish import Mode, Wish
from starsend.studio import OpenProject

PROMPT_CHARS = 20_000


class WishAsked(Asked):
    """What is to be made of a slate. ``prompts`` stand before the plan's, by shot; ``prompt`` is for these alone."""

    mode: Mode = "auto"
    shot: str | None = Field(None, max_length=20)
    shots: str | None = Field(None, max_length=40)
    takes: int = Field(1, ge=1, le=20)
    prompt: str | None = Field(None, max_length=PROMPT_CHARS)
    prompts: dict[str, str] = Field(default_factory=dict)
    start_frame: str | None = Field(None, max_length=1000)
    end_frame: str | None = Field(None, max_length=1000)
    model: str | None = Field(None, max_length=100)

    def wish(self, desk: OpenProject, slate: Slate) -> Wish:
        """As the workflow wants it.

        Raises:
            PlanError: ``outside``: a picture that lies outside the project.
        """
        check_pictures(desk, self.start_frame, self.end_frame)
        return Wish(
            mode=self.mode,
            shot=slate.shot or self.shot,
            shots=self.shots,
            takes=self.takes,
            prompt=self.prompt or None,
            start_frame=self.start_frame or None,
            end_frame=self.end_frame or None,
            model=self.model or None,
            overrides=self.prompts,
        )


def estimate_view(hub: Hub, desk: OpenProject, jobs: Sequence[Job]) -> dict[str, Any]:
    """What jobs may cost, against the budgets; spends nothing."""
    total = total_of(jobs)
    committed = desk.store.books().committed
    try:
        bought = desk.bought_before(jobs) if total else []
    except (MediaError, PlanError):  # a frame that is pulled from a take when it is sent
        bought = []
    return {
        "estimate_usd": format(total, "f"),
        "confirm": total > hub.studio.settings.confirm.above_usd,
        "jobs": [job_view(job) for job in jobs],
        "bought": bought,
        "budgets": [each.as_dict() for each in prospects(desk.paths.project, desk.project.caps, committed, jobs)],
    }


def check_pictures(desk: OpenProject, *texts: str | None) -> None:
    """Only pictures of the project: a page may not make the server read what else lies on its disk.

    Raises:
        PlanError: ``outside``.
    """
    for text in texts:
        _check_picture(desk, text)


def _check_picture(desk: OpenProject, text: str | None) -> None:
    if text in (None, "", "none", "sequence", "previous") or str(text).startswith("take:"):
        return
    root, path = desk.paths.root.resolve(), Path(str(text))
    places = [desk.paths.root / path, desk.paths.workspace / path]
    if path.is_absolute() or not any(place.resolve().is_relative_to(root) for place in places if place.is_file()):
        raise PlanError(
            f"there is no picture {text} in the project {desk.paths.project}",
            remedy="choose one of the project's, or upload it as the start frame",
            code="outside",
        )
