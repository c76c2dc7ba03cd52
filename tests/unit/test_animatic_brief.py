from __future__ import annotations

import pytest

from starsend.animatic.brief import look_of, read_brief
from starsend.animatic.orders import ElementSketch
from starsend.animatic.wardrobe import read_wardrobe

DANA = ElementSketch("dana", "character", "woman in her 30s, red parka, wet dark hair", None)
TRUCK = ElementSketch("truck", "vehicle", "old blue pickup truck, one dead headlight", None)
RAIN = ElementSketch("rain", "weather", "heavy night rain in headlights", None)


@pytest.mark.parametrize(
    ("prompt", "field", "meaning"),
    [
        ("A street at night", "time", "night"),
        ("Golden hour over the dunes", "time", "dusk"),
        ("A rain-swept highway", "time", "storm"),
        ("Kitchen interior", "place", "room"),
        ("She sits in a diner", "place", "diner"),
        ("Empty highway", "place", "road"),
        ("Neon city alley", "place", "street"),
        ("A ridge in the mountains", "place", "mountain"),
        ("Extreme wide shot of a valley", "size", "EWS"),
        ("Extreme close-up of her eyes", "size", "ECU"),
        ("Close-up of a man", "size", "CU"),
        ("Medium close-up of a man", "size", "MCU"),
        ("Over-the-shoulder of a man", "size", "OTS"),
        ("Insert: the phone rings", "size", "INS"),
        ("Slow push in on a man", "move", "push in"),
        ("Slow pull back", "move", "pull back"),
        ("Pan right over the town", "move", "pan right"),
        ("Pan left", "move", "pan left"),
        ("Tilt up to her face", "move", "tilt up"),
        ("Static camera", "move", "static"),
        ("Low angle, a man", "angle", "low"),
        ("Aerial of a forest road", "angle", "aerial"),
        ("She walks away, seen from behind", "facing", "back"),
        ("One arm raised, she stands", "pose", "raise"),
        ("Medium shot at 85mm of a man", "lens_mm", 85),
    ],
)
def test_words_decide_what_is_drawn(prompt: str, field: str, meaning: object) -> None:
    assert getattr(read_brief(prompt, "", ()), field) == meaning


def test_film_stock_is_not_taken_for_a_lens() -> None:
    assert read_brief("Wide shot, 35mm film", "", ()).lens_mm == 28


def test_elements_are_found_by_mention_and_plainly() -> None:
    assert read_brief("@dana waits", "", (DANA, TRUCK)).cast == (DANA,)
    assert read_brief("Dana waits by the truck", "", (DANA, TRUCK)).cast == (DANA, TRUCK)


def test_an_element_lends_its_kind_of_vehicle() -> None:
    brief = read_brief("@truck drives towards us, one headlight lit", "", (TRUCK,))
    assert (brief.vehicle, brief.people) == ("pickup", ())
    assert "one lamp" in brief.effects


def test_an_empty_road_has_nobody_on_it() -> None:
    assert read_brief("Night, @rain on an empty highway.", "", (RAIN,)).people == ()


def test_two_people_are_two() -> None:
    assert len(read_brief("Two people under a street lamp", "", ()).people) == 2


def test_the_scene_fills_in_where_the_shot_is_silent() -> None:
    brief = read_brief("Close-up of a man", "", (), setting="A forest at night")
    assert (brief.place, brief.time) == ("forest", "night")


@pytest.mark.parametrize(
    ("style", "look"),
    [
        ("film noir", "noir"),
        ("charcoal sketch", "charcoal"),
        ("loose watercolour", "watercolour"),
        ("pencil", "pencil"),
    ],
)
def test_style_words_choose_the_look(style: str, look: str) -> None:
    assert look_of(style) == look
    assert look_of("35mm, natural light") == "ink"


def test_a_description_dresses_a_person() -> None:
    dana = read_wardrobe(DANA.description, 0)
    assert (dana.coat, dana.hair, dana.slight) == ("parka", "long", True)
    red, green, _ = dana.coat_colour
    assert red > 3 * green


@pytest.mark.parametrize(
    ("prompt", "setting", "time"),
    [
        ("A woman at the roadside in cold rain", "Night, an empty highway", "night"),
        ("A woman at the roadside in cold rain", "", "storm"),
        ("A wet day", "overcast", "storm"),
        ("A woman stands in the headlights", "", "night"),
    ],
)
def test_rain_makes_a_grey_day_but_leaves_the_night_alone(prompt: str, setting: str, time: str) -> None:
    assert read_brief(prompt, "", (), setting).time == time


def test_street_light_is_no_street() -> None:
    assert read_brief("A truck on a highway, sodium street light", "", ()).place == "road"


def test_the_thing_named_first_is_the_one_shown() -> None:
    assert read_brief("Insert: a cup beside a phone", "", ()).things == ("cup", "phone")
