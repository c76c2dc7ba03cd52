from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from starsend.catalogue.loader import load_catalogue
from starsend.errors import PlanError, UnknownName
from starsend.model.plan import Plan
from starsend.production.element_manager import ElementManager, UnfitImage, inside

NAMES = ("dana", "truck", "phone", "rain")


def plan() -> Plan:
    elements = [
        {
            "id": name,
            "description": f"the {name} described." if name != "phone" else "",
            "frontal": f"elements/{name}/front.png",
            "references": [f"elements/{name}/side.png"] if name == "dana" else [],
        }
        for name in NAMES
    ]
    return Plan.model_validate({"project": "night", "elements": [*elements, {"id": "old-man"}]})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        for view in ("front", "side"):
            image = tmp_path / "elements" / name / f"{view}.png"
            image.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (400, 400)).save(image)
    return tmp_path


@pytest.fixture
def manager(folder: Path) -> ElementManager:
    return ElementManager(lambda _: (plan(), folder))


def test_fal_elements_come_in_the_order_given_with_local_paths(manager: ElementManager, folder: Path) -> None:
    art = folder.resolve() / "elements"
    assert manager.build_fal_elements(["truck", "old-man", "dana"], "night") == [
        {
            "frontal_image_url": str(art / "truck/front.png"),
            "reference_image_urls": [str(art / "truck/front.png")],
        },
        {"frontal_image_url": str(art / "dana/front.png"), "reference_image_urls": [str(art / "dana/side.png")]},
    ]


def test_an_unknown_element_is_answered_with_those_there_are(manager: ElementManager) -> None:
    with pytest.raises(UnknownName) as caught:
        manager.build_fal_elements(["dan"], "night")
    assert caught.value.message == "night has no element dan"
    assert caught.value.remedy == "its elements are: dana, truck, phone, rain, old-man"


def test_the_first_stay_and_the_dropped_become_their_descriptions(manager: ElementManager) -> None:
    bound = manager.bind(
        ["old-man", *NAMES],
        ["@dana's hand on @truck, @rain, @old-man.", "@phone, a@b.c"],
        project_id="night",
        cap=3,
        mode="multi",
        slate="SEQ01",
    )
    assert [element.id for element in bound.kept] == ["dana", "truck", "phone"]
    assert [element.id for element in bound.dropped] == ["rain"]
    assert bound.prompts == ("@Element1's hand on @Element2, the rain described, old man.", "@Element3, a@b.c")
    assert bound.warnings == ("Model takes 3 elements beside a start frame; dropped: rain (SEQ01)",)


def test_without_a_start_frame_the_warning_says_so(manager: ElementManager) -> None:
    bound = manager.bind(NAMES, [], project_id="night", cap=1, mode="multi", slate="SEQ01", start_frame=False)
    assert bound.warnings == ("Model takes 1 element without a start frame; dropped: truck, phone, rain (SEQ01)",)
    none = manager.bind(NAMES, ["@phone"], project_id="night", cap=0, mode="multi", slate="SEQ01")
    assert (none.kept, none.prompts) == ((), ("phone",))


def test_a_single_shot_sends_what_its_prompt_names_in_the_order_of_the_sequence(manager: ElementManager) -> None:
    bound = manager.bind(NAMES, ["@rain on @truck"], project_id="night", cap=3, mode="single", slate="SEQ01_SH01")
    assert [element.id for element in bound.kept] == ["truck", "rain"]
    assert bound.prompts == ("@Element2 on @Element1",)
    assert bound.warnings == ()


def test_a_single_shot_that_names_none_sends_those_of_its_sequence(manager: ElementManager) -> None:
    bound = manager.bind(NAMES, ["Wide."], project_id="night", cap=3, mode="single", slate="SEQ01_SH01")
    assert [element.id for element in bound.kept] == ["dana", "truck", "phone"]
    assert bound.warnings == ("Model takes 3 elements beside a start frame; dropped: rain (SEQ01_SH01)",)


def test_an_element_that_the_sequence_does_not_list_is_words(manager: ElementManager) -> None:
    bound = manager.bind(["dana"], ["@truck and @dana"], project_id="night", cap=3, mode="multi", slate="SEQ01")
    assert bound.prompts == ("the truck described and @Element1",)


def test_a_grid_knows_no_element_tags(manager: ElementManager) -> None:
    bound = manager.bind(["dana"], ["Wide. @dana"], project_id="night", cap=14, mode="grid", slate="SEQ01")
    assert bound.prompts == ("Wide. the dana described",)
    assert [element.id for element in bound.kept] == ["dana"]


def test_fit_images_pass(manager: ElementManager) -> None:
    limits = load_catalogue().get("kling-o3-pro").limits.reference_images
    assert manager.unfit(NAMES, "night", limits) == ()
    manager.check(NAMES, "night", limits)


def test_unfit_images_are_all_named_before_anything_is_paid(manager: ElementManager, folder: Path) -> None:
    limits = load_catalogue().get("kling-o3-pro").limits.reference_images
    Image.new("RGB", (299, 400)).save(folder / "elements/dana/side.png")
    Image.new("RGB", (1200, 400)).save(folder / "elements/truck/front.png")
    (folder / "elements/phone/front.png").unlink()
    unfit = manager.unfit(NAMES, "night", limits)
    assert [(each.element, each.image) for each in unfit] == [
        ("dana", "elements/dana/side.png"),
        ("truck", "elements/truck/front.png"),
        ("phone", "elements/phone/front.png"),
    ]
    assert unfit[2] == UnfitImage("phone", "elements/phone/front.png", "elements/phone/front.png is missing")
    with pytest.raises(PlanError) as caught:
        manager.check(NAMES, "night", limits)
    assert caught.value.code == "unfit-image"
    assert caught.value.message == (
        "element dana: side.png is 299×400 px; both sides must be at least 300 px; "
        "element truck: front.png has a width of 3.00 times its height; it must be between 0.4 and 2.5; "
        "element phone: elements/phone/front.png is missing"
    )


def test_no_link_leads_out_of_the_project(tmp_path: Path) -> None:
    project = tmp_path / "night"
    project.mkdir()
    (project / "out").symlink_to(tmp_path)
    assert inside(project, "a/b.png") == project.resolve() / "a/b.png"
    for bad in ("out/secret.png", "../x.png", "/etc/passwd"):
        with pytest.raises(PlanError) as caught:
            inside(project, bad)
        assert caught.value.code == "path-leaves-project"
