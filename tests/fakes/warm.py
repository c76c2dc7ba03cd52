"""Checking children that outlive the commands of a test: to start one takes longer than most commands."""

from __future__ import annotations

from typing import Final

from starsend.studio import PooledInspector


class Warm(PooledInspector):
    """A pool that a command can't end."""

    def close(self) -> None:
        """Nothing: another command comes."""

    def end(self) -> None:
        """End the children."""
        super().close()


WARM: Final = Warm()
"""One for all tests of a process."""
