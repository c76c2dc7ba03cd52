"""Reads a prompt into a brief: what to draw, from where, and how the camera moves."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starsend.animatic import vocabulary
from starsend.animatic.cast_list import is_named, is_person, people_in
from starsend.animatic.orders import ElementSketch

_LENS_MM = {"EWS": 24, "WS": 28, "FS": 35, "MS": 50, "OTS": 50, "MCU": 75, "CU": 85, "ECU": 100, "INS": 100}
_VEHICLES = ("car", "pickup", "truck", "van", "bus")
_STANDING = (*_VEHICLES, "lighthouse")
HELD = ("phone", "paper", "photo", "key", "watch", "cup", "gun", "lantern", "thing")
_INDOORS = ("room", "diner")


@dataclass(frozen=True)
class Brief:
    """A shot as the painter understands it.

    `said` names the fields that the words decided; the others are open to variants.
    `vehicle_words` are those just before a vehicle. `people` are the descriptions of the figures, most important first.
    """

    time: str
    place: str
    room: str
    size: str
    angle: str
    move: str
    facing: str
    pose: str
    lens_mm: int
    effects: frozenset[str]
    things: tuple[str, ...]
    people: tuple[str, ...]
    cast: tuple[ElementSketch, ...]
    inside_vehicle: bool
    vehicle_words: str
    said: frozenset[str]

    @property
    def indoors(self) -> bool:
        """Whether the place has walls."""
        return self.place in _INDOORS

    @property
    def seated(self) -> bool:
        """Whether the figures sit at a table."""
        return self.pose == "sit" and self.indoors

    @property
    def detail(self) -> bool:
        """Whether an insert shows a thing in a hand, or a hand."""
        return not self.things or self.things[0] not in _STANDING

    @property
    def vehicle(self) -> str | None:
        """The kind of vehicle in the picture, if there is one."""
        return next((thing for thing in self.things if thing in _VEHICLES), None)


def read_brief(prompt: str, style: str, elements: tuple[ElementSketch, ...], setting: str = "") -> Brief:
    """Read what the words say.

    Args:
        prompt: This picture's own words.
        style: The look's words; they count where the prompt is silent.
        elements: Those that the prompt names are in the picture.
        setting: Other words of the same scene, which fill in time and place only.
    """
    cast = tuple(element for element in elements if is_named(prompt, element))
    words = re.sub(r"@(\w+)", r"\1", prompt)
    described = " ".join(f"{element.name} {element.description}" for element in cast)
    said: set[str] = set()
    goods = " ".join(f"{element.name} {element.description}" for element in cast if not is_person(element))
    things = _things(f"{words} {goods}")
    people = people_in(words, cast)
    size = _first(vocabulary.SIZE, words, "", said, "size")
    if not size:
        size = "INS" if things and not people and things[0] in HELD else "WS"
    place = _first(vocabulary.PLACE, words, "", said, "place") or _first(vocabulary.PLACE, setting, "", set(), "")
    place = place or _first(vocabulary.PLACE, f"{style} {described}", "field", set(), "")
    lens = re.search(r"\b(\d{2,3}) ?mm\b(?! film| anamorphic)", words)
    vehicle = re.search(vocabulary.VEHICLE_WORDS, words, re.IGNORECASE)
    return Brief(
        time=_time(words, f"{setting} {style}", place, said),
        place=place,
        room=_room(words, setting, place),
        size=size,
        angle=_first(vocabulary.ANGLE, words, "eye", said, "angle"),
        move=_first(vocabulary.MOVE, words, "static", said, "move"),
        facing=_first(vocabulary.FACING, words, "", said, "facing"),
        pose=_first(vocabulary.POSE, words, "stand", said, "pose"),
        lens_mm=int(lens[1]) if lens else _LENS_MM[size],
        effects=frozenset(_all(vocabulary.EFFECTS, f"{words} {described} {setting} {style}")),
        things=things,
        people=people,
        cast=cast,
        inside_vehicle=all(re.search(pattern, words, re.IGNORECASE) for pattern in vocabulary.IN_VEHICLE),
        vehicle_words=vehicle[0] if vehicle else "",
        said=frozenset(said),
    )


def look_of(style: str, prompt: str = "") -> str:
    """The name of the drawing technique that the style words ask for; ink and wash if they are silent."""
    looks = (
        (r"noir|high[- ]contrast black|black and white|black-and-white|monochrome|\bb&w\b", "noir"),
        (r"charcoal|conté|smudged", "charcoal"),
        (r"pencil|graphite|rough sketch|line drawing|thumbnail", "pencil"),
        (r"water ?colou?r|gouache|aquarelle", "watercolour"),
    )
    for words in (style, prompt):
        for pattern, look in looks:
            if re.search(pattern, words, re.IGNORECASE):
                return look
    return "ink"


def colour_in(description: str, default: tuple[float, float, float]) -> tuple[float, float, float]:
    """The first colour that the words name, RGB from 0 to 1."""
    found = [
        (match.start(), colour)
        for name, colour in vocabulary.COLOURS.items()
        if (match := re.search(rf"\b{name}\b", description, re.IGNORECASE))
    ]
    return min(found)[1] if found else default


def _time(words: str, setting: str, place: str, said: set[str]) -> str:
    """Day or night by the shot's own words, then the scene's; bad weather only makes a grey day of a day."""
    time = _first(vocabulary.TIME, words, "", said, "time") or _first(vocabulary.TIME, setting, "", set(), "")
    grey = re.search(vocabulary.GREY_DAY, f"{words} {setting}", re.IGNORECASE)
    if not time and re.search(vocabulary.LAMPS_LIT, words, re.IGNORECASE):
        time = "night"
    if time in ("", "day") and grey:
        time = "storm"
    if not time:
        return "warm" if place in _INDOORS else "day"
    return "night" if time == "warm" and place not in _INDOORS else time


def _room(words: str, setting: str, place: str) -> str:
    """The kind of room; a kitchen if it is not said."""
    if place not in _INDOORS:
        return ""
    kinds = vocabulary.DINERS if place == "diner" else vocabulary.ROOMS
    return _first(kinds, words, "", set(), "") or _first(kinds, setting, kinds[-1][1], set(), "")


def _first(table: vocabulary.Words, words: str, default: str, said: set[str], field: str) -> str:
    for pattern, meaning in table:
        if re.search(pattern, words, re.IGNORECASE):
            said.add(field)
            return meaning
    return default


def _things(words: str) -> tuple[str, ...]:
    """Things in the order in which the words name them; a vehicle's closest kind before its looser ones."""
    found = {
        meaning: match.start()
        for pattern, meaning in vocabulary.THINGS
        if (match := re.search(pattern, words, re.IGNORECASE))
    }
    first = min((start for thing, start in found.items() if thing in _VEHICLES), default=0)
    return tuple(sorted(found, key=lambda thing: first if thing in _VEHICLES else found[thing]))


def _all(table: vocabulary.Words, words: str) -> tuple[str, ...]:
    return tuple(meaning for pattern, meaning in table if re.search(pattern, words, re.IGNORECASE))
