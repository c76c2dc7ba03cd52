"""Content hashes of pictures for a process that stays: each is read again once its file has changed."""

from __future__ import annotations

from pathlib import Path

from starsend.production.staleness import PictureHashes


class StampedHashes(PictureHashes):
    """As :class:`PictureHashes`, but true for longer than one command. Safe for threads.

    Args:
        workspace: Below which the pictures lie.
    """

    def __init__(self, workspace: Path) -> None:
        super().__init__(workspace)
        self._stamps: dict[str, tuple[int, int] | None] = {}

    def of(self, path: str) -> str | None:
        """The sha256 of a picture below the workspace; None where it is gone."""
        try:
            stat = (self._workspace / path).stat()
            stamp = (stat.st_ctime_ns, stat.st_size)
        except OSError:
            stamp = None
        if path not in self._stamps or self._stamps[path] != stamp:
            self._known.pop(path, None)
            self._stamps[path] = stamp
        return super().of(path)
