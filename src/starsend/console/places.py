"""Words for pages name files by their place in the workspace: where that lies on the server is nobody's business."""

from __future__ import annotations

from pathlib import Path

from starsend.errors import StarsendError


def below(workspace: Path, text: str) -> str:
    """The text with every path inside the workspace told relative to it."""
    places = dict.fromkeys(str(place) for place in (workspace, workspace.resolve()))
    for place in places:
        text = text.replace(f"{place}/", "")
    return text


def told_below(workspace: Path, error: StarsendError) -> None:
    """Let an error tell paths relative to the workspace."""
    error.message, error.remedy = below(workspace, error.message), below(workspace, error.remedy)
    error.args = (error.message, *error.args[1:])
