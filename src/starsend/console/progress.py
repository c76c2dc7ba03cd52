"""How far the takes are that this server has made."""

from __future__ import annotations

from starsend.console.hub import Hub


def progress_of(hub: Hub, project: str) -> dict[str, float]:
    """Takes that are being made here, by name (``SEQ01_T002``): 0 to 1. What another process makes isn't known."""
    works = [work for work in hub.work.works(project) if work.ended_at is None]
    return {name: part for work in reversed(works) for name, part in dict(work.progress).items()}
