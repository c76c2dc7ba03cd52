"""Who and what is in the picture, as it will be drawn: clothes, colours, cut-outs taken from reference pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from starsend.animatic.brief import Brief, colour_in
from starsend.animatic.cutout import Cutout, colours_of, cut_out
from starsend.animatic.orders import ElementSketch
from starsend.animatic.wardrobe import RGB, Wardrobe, dressed_in, read_wardrobe

_VEHICLE_WORDS = ("car", "truck", "pickup", "van", "bus", "vehicle", "sedan", "taxi")
_PROPS = ("prop", "object", "thing", "item")
_SURROUNDINGS = ("place", "location", "set", "weather")


@dataclass(frozen=True)
class Cast:
    """People in order, their cut-outs (None where there is no fit picture), and lent colours."""

    people: tuple[Wardrobe, ...]
    cutouts: tuple[Cutout | None, ...]
    vehicle_colour: RGB | None
    place_colour: RGB | None
    vehicle: Cutout | None = None
    prop: Cutout | None = None
    elements: tuple[ElementSketch, ...] = ()


def assemble(brief: Brief) -> Cast:
    """Dress everyone in a brief; reads the reference pictures of the elements it names."""
    people, cutouts = [], []
    named = {f"{element.name} {element.description}": element for element in brief.cast}
    for k, description in enumerate(brief.people):
        element = named.get(description)
        wardrobe, art = read_wardrobe(description, k), None
        if element is not None and element.image is not None:
            art = cut_out(element.image)
            wardrobe = dressed_in(wardrobe, colours_of(element.image))
        people.append(wardrobe)
        cutouts.append(art)
    vehicles = (element for element in brief.cast if is_vehicle(element))
    props = (element for element in brief.cast if element.kind.lower() in _PROPS)
    return Cast(
        tuple(people), tuple(cutouts), _vehicle_colour(brief), _place_colour(brief), _picture(vehicles),
        _picture(props), brief.cast,
    )  # fmt: skip


def is_vehicle(element: ElementSketch) -> bool:
    """Whether an element is a vehicle, by its kind or its words."""
    words = f"{element.name} {element.kind} {element.description}".lower()
    return element.kind.lower() not in (*_PROPS, *_SURROUNDINGS, "character") and any(
        re.search(rf"\b{word}", words) for word in _VEHICLE_WORDS
    )


def _picture(elements: Iterable[ElementSketch]) -> Cutout | None:
    return next((art for element in elements if element.image and (art := cut_out(element.image))), None)


def _vehicle_colour(brief: Brief) -> RGB | None:
    for element in brief.cast:
        if is_vehicle(element):
            return _lent(element) or colour_in(element.description, (0.22, 0.30, 0.42))
    unknown: RGB = (-1.0, 0.0, 0.0)
    colour = colour_in(brief.vehicle_words, unknown)
    return None if colour == unknown else colour


def _place_colour(brief: Brief) -> RGB | None:
    places = (element for element in brief.cast if element.kind.lower() in _SURROUNDINGS[:3])
    return next((colour for element in places if (colour := _lent(element))), None)


def _lent(element: ElementSketch) -> RGB | None:
    if element.image is None:
        return None
    colours = colours_of(element.image)
    return colours[0] if colours else None
