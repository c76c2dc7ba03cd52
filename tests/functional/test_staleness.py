"""A take says what changed since it was asked for, and is fresh again once that is undone; nothing becomes due."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.production.overview import look_over
from starsend.production.wish import Wish
from starsend.studio import PooledInspector
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import World, plan, world, write_plan

Edit = Callable[[dict[str, Any]], object]


def story() -> dict[str, Any]:
    document = plan(
        snippets={"look": "cold rain"},
        style_images=["style/all.png"],
        elements=[
            {"id": "dana", "description": "woman in a red parka", "frontal": "elements/dana/front.png"},
            {"id": "truck", "description": "old blue truck"},
        ],
    )
    sequence = document["episodes"][0]["sequences"][0]
    sequence.update(start_frame="none", elements=["dana", "truck"], style="$look")
    sequence["shots"][2]["end_frame"] = "ends/stop.png"
    sequence["shots"][0]["prompt"] = "Wide. @dana on a road."
    return document


def sequence_of(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["episodes"][0]["sequences"][0]
    return found


def shot_of(document: dict[str, Any], index: int) -> dict[str, Any]:
    found: dict[str, Any] = sequence_of(document)["shots"][index]
    return found


def picture(here: World, path: str, grey: int = 90) -> None:
    place = here.workspace / "projects" / "film" / path
    place.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (640, 640), (grey, grey, grey)).save(place)


@pytest.fixture
def here(tmp_path: Path, inspector: PooledInspector) -> World:
    here = world(tmp_path, inspector, story())
    for path in ("style/all.png", "elements/dana/front.png", "ends/stop.png"):
        picture(here, path)
    return here


def make(here: World, wish: Wish) -> Slate:
    film = here.open()
    (job,) = film.runner.prepare("SEQ01", wish)
    film.steps.advance(job.slate, job.request, job.provider)
    film.steps.run_out(job.slate)
    return job.slate


def stale(here: World, slate: str = "SEQ01") -> tuple[str, ...]:
    rows = {str(row.slate): row for row in look_over(here.open().project).rows}
    return rows[slate].stale.get(1, ())


def changed(here: World, edit: Edit, slate: str = "SEQ01") -> tuple[str, ...]:
    document = story()
    edit(document)
    write_plan(here.workspace, document)
    return stale(here, slate)


MULTI: list[tuple[Edit, tuple[str, ...]]] = [
    (
        lambda d: shot_of(d, 1).update(prompt="A glove."),
        ("SH02's prompt was “Close-up. A hand on the wheel.”, is “A glove.”",),
    ),
    (lambda d: shot_of(d, 1).update(duration_s=2.5), ("SH02 was 1 s, is 2.5 s",)),
    (lambda d: d["snippets"].update(look="dry heat"), ("the style was “cold rain”, is “dry heat”",)),
    (lambda d: sequence_of(d).update(elements=["truck"]), ("the elements were dana, truck, are truck",)),
    (lambda d: sequence_of(d)["shots"].pop(1), ("SH02 is gone from the plan",)),
    (
        lambda d: d["elements"][0].update(description="man in grey"),
        ("dana's description was “woman in a red parka”, is “man in grey”",),
    ),
    (
        lambda d: d["elements"][0].update(frontal="elements/dana/new.png"),
        (
            "projects/film/elements/dana/new.png is new in the plan",
            "projects/film/elements/dana/front.png is no longer in the plan",
        ),
    ),
    (lambda d: d.update(style_images=[]), ("projects/film/style/all.png is no longer in the plan",)),
    (lambda d: shot_of(d, 2).update(end_frame=None), ("SH03's end frame was ends/stop.png, is none",)),
    (lambda d: d["format"].update(aspect_ratio="9:16"), ("the format was 16:9 at 24, is 9:16 at 24 frames a second",)),
    (lambda d: d["format"].update(fps="25"), ("the format was 16:9 at 24, is 16:9 at 25 frames a second",)),
    (lambda d: d["format"].update(first_frame=1001), ()),
    (lambda d: d.update(title="Other"), ()),
    (lambda d: d["episodes"][0].update(title="Other"), ()),
    (lambda d: d.update(budget={"project_usd": "9"}), ()),
]


def test_a_take_is_fresh_until_its_inputs_change_and_says_how_they_did(here: World) -> None:
    make(here, Wish(mode="multi"))
    assert stale(here) == ()
    for edit, reasons in MULTI:
        assert changed(here, edit) == reasons
    assert changed(here, lambda _d: None) == (), "put back, it is fresh again"


def test_a_take_whose_sequence_left_the_plan_stays_listed(here: World) -> None:
    make(here, Wish(mode="multi"))
    document = story()
    document["episodes"][0]["sequences"].pop(0)
    write_plan(here.workspace, document)
    row = look_over(here.open().project).rows[-1]
    assert (str(row.slate), row.planned, row.waits) == ("SEQ01", False, "gone from the plan")


def test_a_take_whose_shot_left_the_plan_stays_listed(here: World) -> None:
    make(here, Wish(mode="single", shot="2"))
    document = story()
    sequence_of(document)["shots"].pop(1)
    write_plan(here.workspace, document)
    rows = {str(row.slate): row for row in look_over(here.open().project).rows}
    assert (rows["SEQ01_SH02"].planned, rows["SEQ01_SH02"].waits) == (False, "gone from the plan")


def test_replaced_and_missing_pictures_are_named(here: World) -> None:
    make(here, Wish(mode="multi"))
    picture(here, "elements/dana/front.png", 10)
    assert stale(here) == ("projects/film/elements/dana/front.png was replaced",)
    (here.workspace / "projects/film/elements/dana/front.png").unlink()
    assert stale(here) == ("projects/film/elements/dana/front.png is gone",)
    picture(here, "elements/dana/front.png")
    picture(here, "ends/stop.png", 10)
    assert stale(here) == ("its end frame stop.png was replaced",)


def test_an_override_written_by_hand_makes_the_take_stale(here: World) -> None:
    slate = make(here, Wish(mode="multi"))
    path = here.open().paths.record(slate)
    document = json.loads(path.read_text())
    document["prompt_overrides"] = {"SH02": "By hand."}
    path.write_text(json.dumps(document))
    assert stale(here) == ("SH02's prompt was “Close-up. A hand on the wheel.”, is “By hand.”",)


def test_a_take_of_one_shot_does_not_care_about_the_others(here: World) -> None:
    make(here, Wish(mode="single", shot="2"))
    assert changed(here, lambda d: shot_of(d, 0).update(prompt="Other."), "SEQ01_SH02") == ()
    assert changed(here, lambda d: shot_of(d, 1).update(prompt="Other."), "SEQ01_SH02") == (
        "SH02's prompt was “Close-up. A hand on the wheel.”, is “Other.”",
    )


def test_a_prompt_given_for_one_take_is_not_compared_with_the_plan(here: World) -> None:
    make(here, Wish(mode="single", shot="2", prompt="Only this once."))
    assert changed(here, lambda d: shot_of(d, 1).update(prompt="Other."), "SEQ01_SH02") == ()
    assert changed(here, lambda d: shot_of(d, 1).update(duration_s=4), "SEQ01_SH02") == ("SH02 was 1 s, is 4 s",)


def test_a_grid_is_compared_by_what_it_explores_and_not_by_durations(here: World) -> None:
    make(here, Wish(mode="grid"))
    assert changed(here, lambda d: shot_of(d, 0).update(duration_s=4)) == ()
    assert changed(here, lambda d: sequence_of(d).update(grid_prompt="A diner.")) == (
        "SH01's prompt was “Wide. @dana on a road.”, is “A diner.”",
    )


def test_a_grid_of_a_shot_is_not_compared_with_the_sequences_grid_prompt(here: World) -> None:
    document = story()
    sequence_of(document)["grid_prompt"] = "A diner."
    write_plan(here.workspace, document)
    make(here, Wish(mode="grid", shot="1"))
    assert stale(here, "SEQ01_SH01") == ()


def test_long_prompts_are_shortened(here: World) -> None:
    make(here, Wish(mode="multi"))
    assert changed(here, lambda d: shot_of(d, 1).update(prompt="x" * 200)) == (
        f"SH02's prompt was “Close-up. A hand on the wheel.”, is “{'x' * 60}…”",
    )


def test_a_stale_take_makes_nothing_due(here: World) -> None:
    make(here, Wish(mode="multi"))
    changed(here, lambda d: shot_of(d, 1).update(prompt="Other."))
    agenda = here.open().runner.agenda(sequence="SEQ01")
    assert (agenda.jobs, agenda.waiting) == ((), ())


def test_imports_and_takes_written_by_hand_are_never_stale(here: World) -> None:
    film = here.open()
    take: Take = a_take(1, mode="import")
    lay(film, "SEQ01", film.project.first_state(Slate("SEQ01")), take, a_take(2))
    assert stale(here) == ()
