"""Numbers of takes that lie on disk: also a file put there by hand keeps its number for ever."""

from __future__ import annotations

import re
from pathlib import Path

from starsend.model.slate import Slate
from starsend.store.paths import ProjectPaths

_TAKE_FILE = re.compile(r"_T(\d{1,6})(?:_[a-z]+)?\.[A-Za-z0-9]+$")


def numbers_on_disk(paths: ProjectPaths, episode: str, slate: Slate) -> int:
    """The highest take number among the slate's files, 0 where there is none."""
    folders = (
        paths.video(episode, slate, 1).parent,
        paths.grid(episode, slate.take(1)).parent,
        paths.frame_take(episode, slate.take(1)).parent,
    )
    return max((number for folder in folders for number in _numbers(folder, slate)), default=0)


def unrecorded_videos(paths: ProjectPaths, episode: str, slate: Slate, known: set[str]) -> list[Path]:
    """Videos in the slate's folder that no record knows, by name. Under ``takes/`` every .mp4 is a take."""
    folder = paths.video(episode, slate, 1).parent
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.glob("*.mp4") if paths.relative(path) not in known)


def _numbers(folder: Path, slate: Slate) -> list[int]:
    if not folder.is_dir():
        return []
    found = (_TAKE_FILE.search(path.name) for path in folder.iterdir() if path.name.startswith(f"{slate}_T"))
    return [int(match[1]) for match in found if match is not None]
