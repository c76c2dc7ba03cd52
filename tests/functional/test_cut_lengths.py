"""How long a shot stands in the cut: the planned frames, and what a take has beyond them is spare and said."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from starsend.console.app import create_app
from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Media, Take
from starsend.production.segments import CutSpan, cut_span
from starsend.production.start_frames import frame_before
from starsend.studio import OpenProject, PooledInspector, Studio
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import world

FILM = Fraction(24)


def film_of(frames: int, name: str = "SEQ01/SEQ01_T001", fps: str = "24/1") -> Media:
    path = f"projects/film/takes/ep_001/{name}.mp4"
    return Media(path=path, sha256="a" * 64, bytes=1, width=1280, height=720, fps=fps, frames=frames, duration_s=3.0)


def ordered(*seconds: float) -> dict[str, Any]:
    shots = [{"id": f"SH0{n}", "prompt": "x", "duration_s": each} for n, each in enumerate(seconds, 1)]
    return {"slate": {"sequence": "SEQ01", "shot": None}, "medium": "video", "shots": shots, "fps": "24"}


def single(frames: int, fps: str = "24/1") -> Take:
    return a_take(1, covers=("SH02",), media=film_of(frames, fps=fps), order=ordered(3.0))


def test_a_take_of_one_shot_stands_for_its_planned_frames() -> None:
    assert cut_span(single(72), "SH02", 24, FILM) == CutSpan(0, 24, 72, 24, 48)
    assert cut_span(single(24), "SH02", 24, FILM) == CutSpan(0, 24, 24, 24, 0)
    assert cut_span(single(20), "SH02", 24, FILM) == CutSpan(0, 20, 20, 20, 0), "a short one leaves no hole"
    assert cut_span(single(72), "SH01", 24, FILM) is None


@pytest.mark.parametrize(
    ("fps", "frames", "span"),
    [
        ("16/1", 48, CutSpan(0, 16, 48, 24, 48)),
        ("30/1", 90, CutSpan(0, 30, 90, 24, 48)),
        ("30/1", 31, CutSpan(0, 30, 31, 24, 0)),
        ("24000/1001", 72, CutSpan(0, 24, 72, 24, 48)),
    ],
)
def test_it_does_at_another_rate_than_the_film(fps: str, frames: int, span: CutSpan) -> None:
    assert cut_span(single(frames, fps), "SH02", 24, FILM) == span


def spans(take: Take, planned: tuple[int, ...]) -> list[tuple[int, int]]:
    found = [cut_span(take, shot, frames, FILM) for shot, frames in zip(take.covers, planned, strict=True)]
    return [(span.start, span.end) for span in found if span is not None]


@pytest.mark.parametrize("cuts", [(24, 48), (22, 50), (26, 47), (24, 45)])
def test_a_take_that_is_as_long_as_asked_plays_whole_wherever_its_cuts_came(cuts: tuple[int, int]) -> None:
    take = a_take(1, media=film_of(72), order=ordered(1.0, 1.0, 1.0), found_cuts=cuts)
    assert spans(take, (24, 24, 24)) == [(0, cuts[0]), cuts, (cuts[1], 72)]


def test_what_comes_after_the_last_shot_of_a_take_is_spare() -> None:
    take = a_take(1, media=film_of(80), order=ordered(1.0, 1.0, 1.0), found_cuts=(24, 48))
    assert spans(take, (24, 24, 24)) == [(0, 24), (24, 48), (48, 72)]


def test_shots_that_the_model_makes_longer_are_cut_to_the_plan_inside_a_take() -> None:
    take = a_take(1, media=film_of(216), order=ordered(3.0, 3.0, 3.0), found_cuts=(71, 144))
    assert spans(take, (48, 72, 24)) == [(0, 48), (71, 144), (144, 168)]


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    """SEQ01 is approved without SH02; its fix has three seconds where one is planned."""
    opened = world(tmp_path, inspector).open()
    good = a_take(1, media=film_of(72), order=ordered(1.0, 1.0, 1.0), found_cuts=(24, 48), verdict="approved")
    lay(opened, "SEQ01", Status.APPROVED, good.but(except_=("SH02",)))
    fix = a_take(1, mode="single", covers=("SH02",), media=film_of(72, "SEQ01_SH02/SEQ01_SH02_T001"))
    lay(opened, "SEQ01_SH02", Status.APPROVED, fix.but(verdict="approved", verdict_at=good.verdict_at))
    for media in (good.media, fix.media):
        assert media is not None
        place = opened.paths.workspace / media.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    return opened


def client(film: OpenProject) -> TestClient:
    return TestClient(
        create_app(Hub(Studio(film.studio.settings, film.studio.parts), Events("t"))), base_url="http://127.0.0.1"
    )


def test_the_cut_the_strip_and_its_sum_say_what_is_unused(film: OpenProject) -> None:
    page = client(film)
    view = page.get("/api/v1/projects/film/cut").json()
    told = [(item["slate"], item["at"], item["length"], item["unused"]) for item in view["items"][:4]]
    assert told == [
        ("SEQ01_SH01", 0, 24, 0),
        ("SEQ01_SH02", 24, 24, 48),
        ("SEQ01_SH03", 48, 24, 0),
        ("SEQ02_SH01", 72, 48, 0),
    ]
    assert (view["items"][1]["end"], view["items"][1]["shot_end"]) == (24, 72)
    assert (view["frames"], view["total_s"]) == (144, 6.0)
    html = page.get("/film/cut", headers={"accept": "text/html"}).text
    assert html.count("+48 frames unused</span>") == 1
    assert 'aria-label="SEQ01_SH02: SEQ01_SH02_T001, +48 frames unused"' in html


def test_what_lies_beside_a_shot_ends_where_the_cut_leaves_it(film: OpenProject) -> None:
    before = client(film).get("/api/v1/projects/film/dailies/SEQ01_SH03").json()["neighbours"]["previous"]
    assert (before["name"], before["offset"], before["frames"]) == ("SEQ01_SH02_T001", 0, 24)
    frame = frame_before(film.project, Slate("SEQ01", "SH03"))
    assert frame.choice == "SEQ01_SH02's last frame in SEQ01_SH02_T001 (frame 23), as asked"
