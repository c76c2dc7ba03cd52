"""Reference images as they lie on disk: measures, and in words what makes them unfit; looked at once a content."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starsend.catalogue.entries import ReferenceImages
from starsend.console.views.links import SMALL_PX
from starsend.errors import MediaError, PlanError
from starsend.production.element_manager import image_faults, inside

_Key = tuple[str, str, tuple[int, int] | None, str]


@dataclass(frozen=True)
class Look:
    """What was found of one image; ``measures`` is None where it is no picture."""

    faults: tuple[str, ...]
    measures: tuple[int, int, int, str] | None


class ImageLooks:
    """Decodes an image once, and again when its file changes. Safe for threads."""

    def __init__(self) -> None:
        self._known: dict[_Key, Look] = {}
        self._guard = threading.Lock()

    def of(self, folder: Path, image: str, limits: ReferenceImages, project: str) -> dict[str, Any]:
        """One image for the page.

        Args:
            folder: The project's.
            image: Its path in that folder, as the plan writes it.
            limits: What the model takes.
            project: Whose.
        """
        stamp = _stamp(folder, image)
        look = self._look(folder, image, limits, stamp)
        width, height, size, kind = look.measures or (None, None, None, None)
        version = "" if stamp is None else f"{stamp[0]:x}{stamp[1]:x}"
        address = f"/media/{quote(f'projects/{project}/{image}')}?v={version}"
        return {
            "path": image,
            "url": address if look.measures else None,
            "small": f"{address}&width={SMALL_PX}" if look.measures else None,
            "width": width,
            "height": height,
            "bytes": size,
            "format": kind,
            "missing": stamp is None,
            "faults": list(look.faults),
        }

    def _look(self, folder: Path, image: str, limits: ReferenceImages, stamp: tuple[int, int] | None) -> Look:
        key = (str(folder), image, stamp, limits.model_dump_json())
        with self._guard:
            if key in self._known:
                return self._known[key]
        own = f"{folder.resolve()}/"  # the page names files as the plan does
        faults = tuple(fault.replace(own, "") for fault in image_faults(folder, image, limits))
        found = Look(faults, _measures(folder, image))
        with self._guard:
            for old in [each for each in self._known if each[:2] == key[:2] and each[2] != stamp]:
                del self._known[old]
            self._known[key] = found
        return found


def _stamp(folder: Path, image: str) -> tuple[int, int] | None:
    """When it was written, and its bytes; None where it is missing or lies elsewhere."""
    try:
        path = inside(folder, image)
        stat = path.stat()
    except (OSError, PlanError):
        return None
    return (stat.st_mtime_ns, stat.st_size) if path.is_file() else None


def _measures(folder: Path, image: str) -> tuple[int, int, int, str] | None:
    from starsend.media.picture import inspect_picture  # decoders load only when asked for

    try:
        info = inspect_picture(inside(folder, image))
    except (MediaError, PlanError):
        return None
    return info.width_px, info.height_px, info.bytes, info.format
