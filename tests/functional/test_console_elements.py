"""The Elements page and its JSON: images and their faults in words, uses, what is dropped where, words only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, served
from tests.fakes.worlds import plan


def _element(name: str, *images: str, **more: Any) -> dict[str, Any]:
    front, *others = (f"elements/{name}/{image}.png" for image in images) if images else (None,)
    return {"id": name, "description": f"the {name}", "frontal": front, "references": others, **more}


def _plan() -> dict[str, Any]:
    shots = [
        {"id": "SH01", "prompt": "Wide. @dana and the @truck, $weather.", "duration_s": 2},
        {"id": "SH02", "prompt": "Close-up. @phone.", "duration_s": 2},
    ]
    sequences = [
        {"id": "SEQ01", "title": "The pickup", "elements": ["dana", "truck", "phone", "hat", "rain"], "shots": shots},
        {"id": "SEQ02", "mode": "single", "elements": ["dana"], "shots": [{**shots[0], "prompt": "@truck alone."}]},
    ]
    return plan(
        snippets={"weather": "@rain on glass"},
        elements=[
            _element("dana", "front", "side", description="<b>woman</b>, red parka"),
            _element("truck", "front"),
            _element("phone", "front"),
            _element("hat", "front"),
            _element("rain", kind="weather"),
            _element("lamp", "front"),
        ],
        episodes=[{"id": "ep_001", "sequences": sequences}],
    )


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    with served(tmp_path, inspector, document=_plan()) as made:
        for name in ("dana/front", "truck/front", "phone/front", "hat/front", "lamp/front"):
            _draw(made, name)
        _draw(made, "dana/side", (200, 200))
        yield made


def _image(film: Film, name: str) -> Path:
    return film.world.workspace / "projects" / "film" / "elements" / f"{name}.png"


def _draw(film: Film, name: str, size: tuple[int, int] = (512, 640)) -> None:
    path = _image(film, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (90, 60, 40)).save(path)


def _elements(film: Film) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in film.get("/elements")["elements"]}


def test_the_frontal_image_comes_first_with_its_measures(film: Film) -> None:
    front, side = _elements(film)["dana"]["images"]
    assert (front["path"], front["frontal"], front["width"], front["height"]) == (
        "elements/dana/front.png",
        True,
        512,
        640,
    )
    assert (side["frontal"], side["stands_in"], side["missing"]) == (False, False, False)
    assert film.page.get(front["small"]).headers["content-type"] == "image/jpeg"


def test_what_is_unfit_is_said_in_words(film: Film) -> None:
    dana = _elements(film)["dana"]
    assert not dana["fit"]
    assert dana["images"][0]["faults"] == []
    assert dana["images"][1]["faults"] == ["side.png is 200×200 px; both sides must be at least 300 px."]
    unfit = film.desk.elements.unfit(["dana"], "film", film.desk.project.video_model.limits.reference_images)
    assert [each.message for each in unfit] == dana["images"][1]["faults"]


def test_a_mended_image_is_seen_at_once(film: Film) -> None:
    assert not _elements(film)["dana"]["fit"]
    _draw(film, "dana/side", (400, 400))
    assert _elements(film)["dana"]["fit"]
    _image(film, "dana/side").write_bytes(b"no picture any more")
    side = _elements(film)["dana"]["images"][1]
    assert side["faults"][0].startswith("elements/dana/side.png is not a picture")
    assert side["url"] is None
    _image(film, "dana/side").unlink()
    side = _elements(film)["dana"]["images"][1]
    assert (side["missing"], side["faults"], side["url"]) == (True, ["elements/dana/side.png is missing"], None)


def test_where_it_is_used_listed_or_only_named(film: Film) -> None:
    found = _elements(film)
    assert [(use["sequence"], use["listed"], use["shots"]) for use in found["dana"]["used"]] == [
        ("SEQ01", True, ["SH01"]),
        ("SEQ02", True, []),
    ]
    assert [(use["sequence"], use["listed"], use["shots"]) for use in found["truck"]["used"]] == [
        ("SEQ01", True, ["SH01"]),
        ("SEQ02", False, ["SH01"]),
    ]
    assert found["rain"]["used"][0]["shots"] == ["SH01"], "a snippet names it"
    assert found["lamp"]["used"] == []


def test_what_the_cap_drops_with_a_start_frame_and_without(film: Film) -> None:
    found = _elements(film)
    (hat,) = found["hat"]["dropped"]
    assert (hat["sequence"], hat["with_start_frame"], hat["without_start_frame"]) == (
        "SEQ01",
        "Model takes 3 elements beside a start frame; dropped: hat (SEQ01)",
        None,
    )
    assert found["dana"]["dropped"] == []
    assert (found["rain"]["words_only"], found["rain"]["fit"], found["rain"]["dropped"]) == (True, True, [])


def test_takes_that_were_made_without_it_are_named(film: Film) -> None:
    _draw(film, "dana/side", (400, 400))
    clean = film.world.workspace / "projects/film/frames/ep_001/clean/SEQ01.png"
    clean.parent.mkdir(parents=True)
    Image.new("RGB", (1280, 720), (30, 60, 90)).save(clean)
    usd = film.post("/records/SEQ01/estimate", mode="multi").json()["estimate_usd"]
    answer = film.act("SEQ01", "generate", mode="multi", confirmed_usd=usd)
    assert answer.status_code == 202, answer.text
    film.wait(answer.json()["work"]["id"], "done")
    made_without = {name: each["made_without"] for name, each in _elements(film).items()}
    warning = "Model takes 3 elements beside a start frame; dropped: hat (SEQ01)"
    assert made_without.pop("hat") == [{"slate": "SEQ01", "take": 1, "warning": warning}]
    assert not any(made_without.values())
    assert "SEQ01 T001" in film.page.get("/film/elements").text


def test_the_page_says_all_of_it_and_escapes_what_people_wrote(film: Film) -> None:
    html = film.page.get("/film/elements").text
    assert "side.png is 200×200 px; both sides must be at least 300 px." in html
    assert "Model takes 3 elements beside a start frame; dropped: hat (SEQ01)" in html
    assert "Never: no sequence lists it, and no prompt names it." in html
    assert "words only" in html
    assert "&lt;b&gt;woman&lt;/b&gt;, red parka" in html
    assert "<b>woman" not in html


def test_a_path_that_leaves_the_project_is_a_fault_and_no_link(tmp_path: Path, inspector: PooledInspector) -> None:
    with served(tmp_path, inspector, document=_plan()) as film:
        outside = tmp_path / "secret.png"
        Image.new("RGB", (512, 512)).save(outside)
        link = _image(film, "lamp/front")
        link.parent.mkdir(parents=True)
        link.symlink_to(outside)
        (image,) = _elements(film)["lamp"]["images"]
        assert image["url"] is None
        assert "leaves the project folder" in image["faults"][0]


def test_a_project_without_elements_says_how_to_begin(tmp_path: Path, inspector: PooledInspector) -> None:
    with served(tmp_path, inspector) as film:
        assert film.get("/elements")["elements"] == []
        assert "The plan has no elements" in film.page.get("/film/elements").text


def test_picking_knows_the_frame_wanted_and_the_other_shots(film: Film) -> None:
    picking = film.get("/records/SEQ01_SH02/picking")
    assert (picking["aspect"], picking["wanted"], picking["frame"], picking["revision"]) == (
        [16, 9],
        [1280, 720],
        None,
        0,
    )
    assert [shot["slate"] for shot in picking["shots"]] == ["SEQ01", "SEQ01_SH01", "SEQ01_SH02"]
    assert film.page.get("/api/v1/projects/film/records/SEQ99/picking").status_code == 404
