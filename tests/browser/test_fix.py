"""A fix lies on the cut that was found in the take that it repairs: from the records to the pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page

from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.model.status import Status
from starsend.model.take import Inputs, Media, ShotInput
from starsend.studio import PooledInspector, Studio
from tests.browser.player_page import on, settled, until
from tests.fakes.console_app import app_of
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import world

FILMS = {"SEQ01_T001": "first", "SEQ01_T002": "second", "SEQ01_SH02_T001": "long"}
INPUTS = Inputs(shots=tuple(ShotInput(id=f"SH0{n}", prompt=f"prompt {n}", duration_s=4 / 3) for n in (1, 2, 3)))


def media(name: str, frames: int) -> Media:
    path = f"projects/film/takes/{name}.mp4"
    return Media(path=path, sha256="a" * 64, bytes=1, width=640, height=360, fps="24/1", frames=frames, duration_s=4.0)


@pytest.fixture
def views(tmp_path: Path, inspector: PooledInspector) -> dict[str, dict[str, Any]]:
    """SEQ01, with two takes that were cut differently, and the fix of its second shot; as the page gets them."""
    film = world(tmp_path, inspector).open()
    takes = [
        a_take(n, media=media(f"SEQ01_T00{n}", 96), inputs=INPUTS, found_cuts=cuts)
        for n, cuts in ((1, (28, 50)), (2, (34, 50)))
    ]
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, *takes)
    fix = a_take(1, covers=("SH02",), mode="single", media=media("SEQ01_SH02_T001", 200), intent_id="fix")
    lay(film, "SEQ01_SH02", Status.VIDEO_COMPLETE, fix)
    page = TestClient(app_of(Hub(Studio(film.studio.settings, film.studio.parts), Events("test"))))
    page.base_url = "http://127.0.0.1"
    found = {slate: page.get(f"/api/v1/projects/film/dailies/{slate}").json() for slate in ("SEQ01", "SEQ01_SH02")}
    for view in found.values():
        for take in view["takes"]:
            take["media"] |= {"url": f"/films/{FILMS[take['name']]}.mp4", "missing": False}
        for other in view["compare"]:
            other["url"] = f"/films/{FILMS[other['name']]}.mp4"
    return found


def beside(desk: Page, view: dict[str, Any], take: int, name: str) -> None:
    """Shows a take, and another one at its side."""
    desk.evaluate("([view, n]) => stage.load(view, n, { frame: 0 })", [view, take])
    chosen = desk.evaluate("(name) => stage.others().find((one) => one.name === name).id", name)
    desk.evaluate("(id) => stage.compare('side', id)", chosen)


@pytest.mark.parametrize(("take", "cut"), [(2, 34), (1, 28)])
def test_fix_lies_on_the_cut_that_was_found(desk: Page, views: dict[str, Any], take: int, cut: int) -> None:
    beside(desk, views["SEQ01"], take, "SEQ01_SH02_T001")
    desk.keyboard.press("Shift+ArrowDown")
    settled(desk, cut)
    assert (on(desk), on(desk, "other")) == ((cut, take - 1), (0, 3))
    desk.evaluate("stage.play()")
    until(desk, "stage.frame > 45")
    desk.evaluate("stage.pause()")
    assert on(desk, "other")[0] == on(desk)[0] - cut


def test_fix_is_compared_with_its_segment(desk: Page, views: dict[str, Any]) -> None:
    beside(desk, views["SEQ01_SH02"], 1, "SEQ01_T002")
    for frame in (0, 17, 29):
        desk.evaluate("(frame) => stage.seek(frame)", frame)
        assert (on(desk), on(desk, "other")) == ((frame, 3), (frame + 34, 1))
