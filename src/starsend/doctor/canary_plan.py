"""What a canary buys: the cheapest video for its shortest time, and the cheapest picture, by a plan of its own."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import orjson

from starsend.catalogue.entries import Catalogue, ModelEntry
from starsend.providers import registry
from starsend.store.files import atomic_write, disk_faults, make_folder

PROJECT: Final = "canary"
FILM: Final = "FILM"
GRID: Final = "GRID"
_PROMPT: Final = "Close-up. A yellow canary on a bare branch before a plain grey sky; it turns its head."
_SETTINGS: Final = """\
# The canary's own workspace: what a crash left behind goes on with `starsend run --workspace` this folder.
provider = "live"
"""


@dataclass(frozen=True)
class Birds:
    """The cheapest models."""

    video: ModelEntry
    image: ModelEntry


def cheapest(catalogue: Catalogue) -> Birds:
    """The paid video model whose shortest video costs least, and the paid image model whose picture does."""
    paid = [entry for entry in catalogue.models.values() if entry.provider in registry.PAID]
    videos = [entry for entry in paid if entry.kind == "video"]
    images = [entry for entry in paid if entry.kind == "image"]
    return Birds(
        video=min(videos, key=lambda entry: entry.video_usd(shortest_s(entry), audio=False)),
        image=min(images, key=lambda entry: entry.prices.usd_per_image[entry.limits.default_size or ""]),
    )


def shortest_s(entry: ModelEntry) -> Decimal:
    """The shortest video of one shot that a model makes, in seconds."""
    return max(entry.limits.min_total_s or Decimal(1), entry.limits.min_shot_s or Decimal(1))


def lay_out(workspace: Path, birds: Birds) -> None:
    """Write the plan and the settings of the canary's workspace; what it made before stays.

    Raises:
        SetupError: The disk.
    """
    plan = workspace / "projects" / PROJECT / "plan.json"
    with disk_faults(plan):
        make_folder(plan.parent)
        atomic_write(plan, orjson.dumps(_plan(birds), option=orjson.OPT_INDENT_2) + b"\n")
        toml = workspace / "starsend.toml"
        if not toml.exists():
            atomic_write(toml, _SETTINGS.encode())


def _plan(birds: Birds) -> dict[str, Any]:
    seconds = int(shortest_s(birds.video)) if birds.video.limits.step_s else float(shortest_s(birds.video))
    shots = [{"id": "SH01", "prompt": _PROMPT, "duration_s": seconds}]
    return {
        "schema_version": 1,
        "project": PROJECT,
        "title": "Canary",
        "format": {
            "aspect_ratio": "16:9",
            "fps": birds.video.limits.fps or "24",
            "resolution": _resolution(birds.video),
        },
        "defaults": {"image_model": birds.image.id, "video_model": birds.video.id, "grid": "2x2", "audio": False},
        "episodes": [
            {
                "id": "ep_001",
                "sequences": [
                    {"id": FILM, "start_frame": "none", "shots": shots},
                    {"id": GRID, "start_frame": "required", "shots": shots},
                ],
            }
        ],
    }


def _resolution(entry: ModelEntry) -> str:
    return entry.limits.resolution or "720p"
