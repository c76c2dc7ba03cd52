"""The words of the plans that Starsend writes itself: a start for a new project, and the sample film."""

from __future__ import annotations

from typing import Any

SAMPLE_PROJECT = "driver-beware"

_FORMAT = {"aspect_ratio": "16:9", "fps": "24", "resolution": "1080p"}
_DEFAULTS = {"image_model": "gemini-3-pro-image", "video_model": "kling-o3-pro", "grid": "2x2", "audio": False}


def starting_plan(project: str) -> dict[str, Any]:
    """A small sound plan to begin with: one sequence of two shots, one element in words."""
    return {
        "schema_version": 1,
        "project": project,
        "title": project.replace("-", " ").replace("_", " ").title(),
        "format": _FORMAT,
        "defaults": _DEFAULTS,
        "budget": {"project_usd": "50.00", "sequence_usd": "12.00", "shot_usd": "4.00"},
        "style_images": [],
        "snippets": {"look": "35mm film, natural light, muted colours"},
        "elements": [
            {
                "id": "hero",
                "kind": "character",
                "description": "woman in her 40s, grey wool coat, short dark hair",
                "frontal": None,
                "references": [],
            }
        ],
        "episodes": [
            {
                "id": "ep_001",
                "title": "Episode 1",
                "sequences": [
                    {
                        "id": "SEQ01",
                        "title": "Arrival",
                        "mode": "multi",
                        "start_frame": "required",
                        "elements": ["hero"],
                        "style": "$look",
                        "grid_prompt": None,
                        "style_images": [],
                        "shots": [
                            _shot(1, 4, "Wide shot. @hero alone on a railway platform at dawn, fog. Slow push in."),
                            _shot(2, 3, "Close-up. @hero looks along the track, waiting. Static camera."),
                        ],
                    }
                ],
            }
        ],
    }


def sample_plan() -> dict[str, Any]:
    """The sample film "Driver Beware": two sequences; the first has one element more than Kling O3 takes."""
    plan = starting_plan(SAMPLE_PROJECT)
    plan["title"] = "Driver Beware"
    plan["budget"] = {"project_usd": "150.00", "sequence_usd": "12.00", "shot_usd": "4.00"}
    plan["snippets"] = {
        "look": "35mm anamorphic, cold rain, sodium street light, deep shadows",
        "diner": "35mm anamorphic, warm tungsten against blue night windows",
    }
    plan["elements"] = [
        _element("dana", "character", "woman in her 30s, red parka, wet dark hair", "front", "side"),
        _element("truck", "vehicle", "old blue pickup truck, one dead headlight", "front", "side"),
        _element("phone", "prop", "cracked phone with a glowing screen", "front"),
        _element("rain", "weather", "heavy night rain in headlights", "front"),
    ]
    plan["episodes"] = [{"id": "ep_001", "title": "Night road", "sequences": [_pickup(), _diner()]}]
    return plan


def _pickup() -> dict[str, Any]:
    return {
        "id": "SEQ01",
        "title": "The pickup",
        "mode": "multi",
        "start_frame": "required",
        "elements": ["dana", "truck", "phone", "rain"],
        "style": "$look",
        "grid_prompt": None,
        "style_images": [],
        "shots": [
            _shot(
                1,
                4,
                "Extreme wide shot. Night, @rain on an empty highway. @truck drives towards us, one headlight lit."
                " Slow push in.",
            ),
            _shot(
                2,
                3,
                "Medium shot, low angle. @dana stands at the roadside in the headlights, one arm raised. Pan left.",
            ),
            _shot(3, 2, "Insert. The @phone in her hand lights up: no signal. @rain on the glass. Static camera."),
            _shot(
                4,
                4,
                "Over-the-shoulder shot from inside @truck. The door opens and @dana leans in out of the night."
                " Slow pull back.",
                ("dana", "How far can you take me?"),
            ),
        ],
    }


def _diner() -> dict[str, Any]:
    return {
        "id": "SEQ02",
        "title": "The diner",
        "mode": "multi",
        "start_frame": "required",
        "elements": ["dana", "phone"],
        "style": "$diner",
        "grid_prompt": "Wide shot. Diner interior at night, @dana alone in a booth by the window, rain outside.",
        "style_images": [],
        "shots": [
            _shot(
                1,
                4,
                "Wide shot. Diner interior at night, rain on the windows. @dana sits alone in a booth. Slow push in.",
            ),
            _shot(2, 3, "Close-up. @dana warms her hands on a cup and looks out of the window. Tilt up to her face."),
            _shot(
                3,
                4,
                "Over-the-shoulder shot. @dana lifts the @phone; headlights sweep across the diner wall. Pull back.",
                ("dana", "He knows I'm here."),
            ),
        ],
    }


def _shot(number: int, seconds: int, prompt: str, *lines: tuple[str, str]) -> dict[str, Any]:
    return {
        "id": f"SH{number:02d}",
        "prompt": prompt,
        "duration_s": seconds,
        "end_frame": None,
        "dialogue": [{"who": who, "text": text} for who, text in lines],
    }


def _element(name: str, kind: str, description: str, *views: str) -> dict[str, Any]:
    paths = [f"elements/{name}/{view}.png" for view in views]
    return {"id": name, "kind": kind, "description": description, "frontal": paths[0], "references": paths[1:]}
