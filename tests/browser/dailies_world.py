"""A small film in the middle of its work, made in a second or two by the real flow: what the browser tests look at.

=====  ======================================================================================
SEQ01  a grid waits to be picked from; four elements, of which the model takes three
SEQ02  a take of four shots waits for a verdict; a script stands in a prompt and in a note
SEQ03  approved but for SH02; the fix, SEQ03_SH02, waits
SEQ04  three takes wait, with notes on frames; an override of a prompt; of which the first is stale
SEQ05  approved
SEQ06  refused by the provider
SEQ07  sent, and its outcome is unknown
=====  ======================================================================================
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starsend.errors import OutcomeUnknown, Refused
from starsend.model.record import Record, log
from starsend.model.slate import Slate
from starsend.model.take import Stroke
from starsend.production.notes import Remark
from starsend.production.wish import Wish
from starsend.providers.base import Intent
from starsend.studio import OpenProject
from tests.browser.film_provider import FilmProvider, draw_card
from tests.fakes.bench import RunningTime
from tests.fakes.crash_child import InProcess, Quiet
from tests.fakes.worlds import World, quick_desk, write_plan

SCRIPT = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">"
SETTINGS = """\
provider = "animatic"
[poll]
first_s = 0.1
max_s = 0.2
[animatic]
profile = "fast"
"""
TROUBLED = ("SEQ06", "SEQ07")
_HUE = {"dana": 1, "truck": 0, "phone": 3, "rain": 2}


def _shots(*prompts: str) -> list[dict[str, Any]]:
    """Shots of a second; the last one longer where the model makes no less than three seconds in all."""
    last = max(1, 4 - len(prompts))
    seconds = [1] * (len(prompts) - 1) + [last]
    pairs = enumerate(zip(prompts, seconds, strict=True), 1)
    return [{"id": f"SH{n:02d}", "prompt": text, "duration_s": s} for n, (text, s) in pairs]


def _sequence(name: str, title: str, *prompts: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": title, "start_frame": "none", "style": "$look", "shots": _shots(*prompts), **more}


def _element(name: str, kind: str, description: str, *views: str) -> dict[str, Any]:
    front, *others = (f"elements/{name}/{view}.png" for view in views)
    return {"id": name, "kind": kind, "description": description, "frontal": front, "references": others}


def film_plan() -> dict[str, Any]:
    """The plan: two episodes, seven sequences."""
    pickup = _sequence(
        "SEQ01",
        "The pickup",
        "Wide. @truck alone on the wet highway, @rain in its headlight. Slow push in.",
        "Close-up. @dana at the roadside, one arm raised.",
        "Insert. The @phone in her hand lights up.",
        start_frame="required",
        elements=["dana", "truck", "phone", "rain"],
    )
    ride = _sequence(
        "SEQ02",
        "The ride",
        "Two-shot. @dana and the driver, rain on the glass.",
        f"Close-up. The radio. {SCRIPT}",
        "Insert. A hand on the wheel.",
        "Wide. The @truck turns off the highway.",
        elements=["dana", "truck"],
    )
    diner = _sequence("SEQ03", "The diner", "Wide. A diner at night.", "Close-up. @dana drinks.", elements=["dana"])
    kitchen = _sequence("SEQ04", "The kitchen", "A kitchen in the morning.", "A window. Steam on the glass.")
    return {
        "schema_version": 1,
        "project": "film",
        "title": "Driver Beware",
        "format": {"aspect_ratio": "16:9", "fps": "24", "resolution": "720p"},
        "defaults": {"image_model": "gemini-3-pro-image", "video_model": "kling-o3-pro"},
        "budget": {"project_usd": "150.00", "sequence_usd": "12.00", "shot_usd": "4.00"},
        "snippets": {"look": "35mm, cold rain, sodium light"},
        "elements": [
            _element("dana", "character", "woman, 30s, red parka", "front", "side"),
            _element("truck", "vehicle", "old blue pickup truck", "front"),
            _element("phone", "prop", "cracked phone", "front"),
            _element("rain", "weather", "heavy night rain", "front"),
        ],
        "episodes": [
            {"id": "ep_001", "title": "Night road", "sequences": [pickup, ride, diner]},
            {
                "id": "ep_002",
                "title": "Morning",
                "sequences": [
                    kitchen,
                    _sequence("SEQ05", "The yard", "A yard. A dog."),
                    _sequence("SEQ06", "The gun", "A gun on the table."),
                    _sequence("SEQ07", "The road out", "The road at noon."),
                ],
            },
        ],
    }


@dataclass
class Making:
    """Makes the film, one command after another, each as another process would."""

    world: World

    @property
    def desk(self) -> OpenProject:
        return self.world.open()

    def generate(self, sequence: str, mode: Any = "multi", **wish: Any) -> None:
        """What ``starsend generate`` does, to the end."""
        jobs = list(self.desk.runner.prepare(sequence, Wish(mode, **wish)))
        faults = [str(result.error) for result in self.desk.engine.run(jobs, Quiet()) if result.error is not None]
        assert not faults or sequence in TROUBLED, faults

    def note(self, slate: str, take: int, text: str, frame: int) -> None:
        self.desk.notes.write(Slate(slate), take, text, frame=frame)

    def override(self, sequence: str, shot: str, text: str) -> None:
        """Other words for a shot, kept in the record."""
        ink = self.world.desk

        def edit(record: Record) -> Record:
            record = record.but(prompt_overrides={**record.prompt_overrides, shot: text})
            return log(record, at=ink.now(), by=ink.by, why=f"the prompt of {shot} is overridden")

        self.desk.store.revise(sequence, edit)


def make_film(workspace: Path, book: Path) -> None:
    """Lay the whole film into an empty folder."""
    write_plan(workspace, film_plan())
    (workspace / "starsend.toml").write_text(SETTINGS, encoding="utf-8")
    for name, hue in _HUE.items():
        for view in ("front", "side"):
            draw_card(workspace / "projects/film/elements" / name / f"{view}.png", name, (512, 512), hue)
    making = Making(film_world(workspace, book, weather=True))
    making.desk.keep_plan()
    making.generate("SEQ01", "grid")
    making.generate("SEQ02")
    making.note("SEQ02", 1, f"The hand is wrong. {SCRIPT}", 30)
    making.generate("SEQ03")
    making.desk.review.approve(Slate("SEQ03"), except_=["SH02"])
    making.generate("SEQ03", "single", shot="2")
    making.generate("SEQ04")
    making.override("SEQ04", "SH02", "A window. Steam on the glass, a cat outside.")
    making.generate("SEQ04", takes=2)
    making.note("SEQ04", 2, "Too dark here", 6)
    arrow = Stroke(tool="arrow", colour="#ff5a4d", points=((0.3, 0.6), (0.52, 0.42)))
    making.desk.notes.remark(Slate("SEQ04"), 2, Remark("The steam moves backwards", 40, 52, (arrow,)))
    making.generate("SEQ05")
    making.desk.review.approve(Slate("SEQ05"))
    making.generate("SEQ06")
    making.generate("SEQ07")


def film_world(workspace: Path, book: Path, *, weather: bool = False) -> World:
    """A world on a film's folder; with ``weather`` SEQ06 is refused and SEQ07's reply is lost."""
    provider = FilmProvider(book, workspace, listing=False)
    if weather:
        provider.before_send, provider.on_send = _refuse, _lose
    return World(workspace, provider, quick_desk(RunningTime()), InProcess())


def _refuse(intent: Intent) -> None:
    if intent.slate.sequence == "SEQ06":
        raise Refused(
            "SEQ06: the provider refused the prompt: weapons", remedy="change the words of the prompt, then try again"
        )


def _lose(intent: Intent) -> None:
    if intent.slate.sequence == "SEQ07":
        raise OutcomeUnknown("SEQ07: the connection broke before an answer came", remedy="starsend reconcile")


def states(workspace: Path) -> dict[str, str]:
    """The state of each record, read from disk."""
    folder = workspace / "state" / "film" / "shots"
    return {path.stem: json.loads(path.read_bytes())["state"] for path in sorted(folder.glob("*.json"))}
