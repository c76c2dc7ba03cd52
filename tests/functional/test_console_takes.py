"""What is said of takes: the words that each was made from, which of them is in the cut, what it goes without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.model.status import Status
from starsend.model.take import Inputs, Media, ShotInput
from starsend.studio import OpenProject, PooledInspector, Studio
from tests.fakes.console_app import app_of
from tests.fakes.records import a_take, lay, put_file
from tests.fakes.worlds import world

ORDER = {"slate": {"sequence": "SEQ01", "shot": None}}
LONG = "A very long road. " * 12 + "And its end."
OTHER = LONG.replace("end", "beginning")
FILM = Media(
    path="projects/film/takes/x.mp4",
    sha256="a" * 64,
    bytes=1,
    width=1280,
    height=720,
    fps="24/1",
    frames=72,
    duration_s=3.0,
)


def made_from(*prompts: str) -> dict[str, Any]:
    shots = tuple(ShotInput(id=f"SH0{n}", prompt=text, duration_s=1) for n, text in enumerate(prompts, 1))
    return {"inputs": Inputs(shots=shots), "order": ORDER, "media": FILM}


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    return world(tmp_path, inspector).open()


@pytest.fixture
def page(film: OpenProject) -> TestClient:
    hub = Hub(Studio(film.studio.settings, film.studio.parts), Events("test"))
    return TestClient(app_of(hub), base_url="http://127.0.0.1")


def part(page: TestClient, slate: str, take: int) -> str:
    return page.get(f"/film/dailies/part/{slate}", params={"take": take}).text


def test_the_prompt_beside_a_take_is_what_that_take_was_made_from(page: TestClient, film: OpenProject) -> None:
    one, two = made_from("first wide", "first close", "first end"), made_from("second wide", OTHER, "second end")
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1, **one), a_take(2, **two), prompt_overrides={"SH02": OTHER})
    assert '<span class="line">first wide first close first end</span>' in part(page, "SEQ01", 1)
    second = part(page, "SEQ01", 2)
    assert f'<span class="line">second wide {OTHER} second end</span>' in second
    assert "first" not in second.split('data-part="takes"')[0]
    shots = page.get("/api/v1/projects/film/dailies/SEQ01").json()["takes"][1]["shots"]
    assert [(shot["prompt"], shot["now"]) for shot in shots] == [
        ("second wide", "Wide. A road at night."),
        (OTHER, None),
        ("second end", "Wide. The car stops."),
    ]
    assert second.count("data-now") == 2


def test_what_changed_since_a_take_is_said_in_whole(page: TestClient, film: OpenProject) -> None:
    takes = [a_take(1, **made_from("Wide. A road at night.", LONG, "Wide. The car stops."))]
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, *takes, prompt_overrides={"SH02": OTHER})
    said = page.get("/api/v1/projects/film/dailies/SEQ01").json()["takes"][0]["stale"]
    assert said[0] == f"SH02's prompt was “{LONG}”, is “{OTHER}”"
    assert f"is “{OTHER}”</summary>" in part(page, "SEQ01", 1)


def test_the_take_in_the_cut_is_told_from_those_approved_before(page: TestClient, film: OpenProject) -> None:
    file = put_file(film, FILM)
    takes = [a_take(n, verdict="approved", media=FILM) for n in (1, 2)]
    lay(film, "SEQ01", Status.APPROVED, *takes, a_take(3, verdict="approved", except_=("SH02", "SH03"), media=FILM))
    fix = a_take(1, covers=("SH03",), mode="single", verdict="approved", media=FILM, intent_id="fix")
    lay(film, "SEQ01_SH03", Status.APPROVED, fix)
    told = page.get("/api/v1/projects/film/dailies/SEQ01").json()["takes"]
    assert [(take["approved"], take["in_cut"]) for take in told] == [(True, []), (True, ["SH02"]), (True, ["SH01"])]
    own = page.get("/api/v1/projects/film/dailies/SEQ01_SH03").json()["takes"]
    assert own[0]["in_cut"] == ["SH03"]
    rail = part(page, "SEQ01", 3)
    assert "<b>in the cut</b>: SH02</span>" in rail
    assert "approved, not in the cut</span>" in rail
    assert "<b>in the cut</b></span>" in part(page, "SEQ01_SH03", 1)
    file.unlink()
    rail = part(page, "SEQ01_SH03", 1)
    assert "approved, <b>file gone</b></span>" in rail
    assert "in the cut" not in rail


def test_a_row_says_model_cost_and_what_its_take_goes_without(page: TestClient, film: OpenProject) -> None:
    dropped = "Model takes 3 elements beside a start frame; dropped: rain, phone (SEQ01)"
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1, warnings=(dropped,), media=FILM))
    lay(film, "SEQ02", Status.VIDEO_COMPLETE, a_take(1, warnings=("odd",), media=FILM))
    rows = page.get("/film/dailies/rows").text
    assert "$0.34 kling-o3-pro</span>" in rows
    assert ">without rain, phone</span>" in rows
    assert 'title="odd">1 warning</span>' in rows


def test_pages_say_the_kinds_of_a_rejection_beside_its_words(page: TestClient, film: OpenProject) -> None:
    taken = a_take(1, verdict="rejected", reason="too dark", reasons=("camera",), media=FILM)
    lay(film, "SEQ01", Status.REJECTED, taken)
    assert "<b>Rejected:</b> camera: too dark</p>" in part(page, "SEQ01", 1)
    told = page.get("/api/v1/projects/film/dailies/SEQ01").json()["takes"][0]
    assert (told["reason"], told["reasons"], told["rejected_for"]) == ("too dark", ["camera"], "camera: too dark")
    rows = page.get("/api/v1/projects/film/dailies", params={"state": "any", "text": "Camera: too"}).json()["rows"]
    assert [(row["slate"], row["detail"]) for row in rows] == [("SEQ01", "camera: too dark")]
