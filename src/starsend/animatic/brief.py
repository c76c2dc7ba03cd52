"""Reads a prompt into a brief: what to draw, from where, and how the camera moves."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starsend.animatic import vocabulary
from starsend.animatic.orders import ElementSketch

_LENS_MM = {"EWS": 24, "WS": 28, "FS": 35, "MS": 50, "OTS": 50, "MCU": 75, "CU": 85, "ECU": 100, "INS": 100}
_VEHICLES = ("car", "pickup", "truck", "van", "bus")
_INDOORS = ("room", "diner")


@dataclass(frozen=True)
class Brief:
    """A shot as the painter understands it.

    `said` names the fields that the words decided; the others are open to variants.
    `vehicle_words` are those just before a vehicle. `people` are the descriptions of the figures, most important first.
    """

    time: str
    place: str
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
        """Whether an insert shows a thing in a hand."""
        return bool(self.things) and self.things[0] not in _VEHICLES

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
    cast = tuple(element for element in elements if _names(prompt, element))
    words = re.sub(r"@(\w+)", r"\1", prompt)
    described = " ".join(f"{element.name} {element.description}" for element in cast)
    said: set[str] = set()
    size = _first(vocabulary.SIZE, words, "", said, "size")
    things = _all(
        vocabulary.THINGS, f"{words} {' '.join(e.name + ' ' + e.description for e in cast if not _is_person(e))}"
    )
    people = _people(words, cast)
    if not size:
        size = (
            "INS" if things and not people and things[0] in ("phone", "paper", "key", "watch", "cup", "gun") else "WS"
        )
    place = _first(vocabulary.PLACE, words, "", said, "place") or _first(vocabulary.PLACE, setting, "", set(), "")
    place = place or _first(vocabulary.PLACE, f"{style} {described}", "field", set(), "")
    time = _first(vocabulary.TIME, words, "", said, "time") or _first(
        vocabulary.TIME, f"{setting} {style}", "", set(), ""
    )
    lens = re.search(r"\b(\d{2,3}) ?mm\b(?! film| anamorphic)", words)
    vehicle = re.search(
        r"\w+[ -](?:\w+ )?(?:car|van|truck|pickup|bus|taxi|cab|sedan|lorry|convertible)\b", words, re.IGNORECASE
    )
    return Brief(
        time=_time_for(time, place),
        place=place,
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
        inside_vehicle=bool(
            re.search(
                r"(inside|from|in|through) (the |a |his |her )?(\w+ )?(truck|car|pickup|van|windscreen|windshield)\b"
                r"|behind the wheel|back ?seat|passenger seat",
                words,
                re.IGNORECASE,
            )
            and re.search(r"inside|wheel|seat|windscreen|windshield|\bOTS\b|over-the-shoulder", words, re.IGNORECASE)
        ),
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


def _time_for(time: str, place: str) -> str:
    if not time:
        return "warm" if place in _INDOORS else "day"
    return "night" if time == "warm" and place not in _INDOORS else time


def _names(prompt: str, element: ElementSketch) -> bool:
    return re.search(rf"(?<!\w)@?{re.escape(element.name)}(?!\w)", prompt, re.IGNORECASE) is not None


def _is_person(element: ElementSketch) -> bool:
    kind = element.kind.lower()
    if kind in ("prop", "place", "vehicle", "weather", "object", "location", "set"):
        return False
    return kind in ("character", "person", "figure", "cast", "actor") or bool(
        re.search(vocabulary.PEOPLE, element.description, re.IGNORECASE)
    )


def _people(words: str, cast: tuple[ElementSketch, ...]) -> tuple[str, ...]:
    named = [f"{element.name} {element.description}" for element in cast if _is_person(element)]
    if re.search(
        r"\bempty\b(?! highway| road| street| glass| cup)|nobody|no people|no one|deserted", words, re.IGNORECASE
    ):
        return tuple(named)
    count = len(named)
    plain = re.sub("|".join(rf"\b{re.escape(e.name)}\b" for e in cast) or r"$^", " ", words, flags=re.IGNORECASE)
    found = re.findall(
        rf"((?:\w+[ -]){{0,5}}?){vocabulary.PEOPLE}((?:,? (?:in|with) (?:a |an )?(?:\w+ ){{0,3}}\w+)?)",
        plain,
        re.IGNORECASE,
    )
    strangers = [
        "".join(parts[:2]) + parts[-1]
        for parts in found
        if parts[1].lower() not in ("he", "she", "they", "him", "her", "his", "face", "hand", "hands")
    ]
    if re.search(r"\btwo\b|couple|lovers|companions?|both\b", plain, re.IGNORECASE) and count + len(strangers) < 2:
        strangers.append("person")
    if re.search(r"\bthree|crowd|group|pedestrians", plain, re.IGNORECASE):
        strangers += ["person", "person"]
    if not named and not strangers and re.search(vocabulary.PEOPLE, plain, re.IGNORECASE):
        strangers = ["woman" if re.search(r"\b(she|her)\b", plain, re.IGNORECASE) else "person"]
    return tuple((named + strangers)[:4])


def _first(table: vocabulary.Words, words: str, default: str, said: set[str], field: str) -> str:
    for pattern, meaning in table:
        if re.search(pattern, words, re.IGNORECASE):
            said.add(field)
            return meaning
    return default


def _all(table: vocabulary.Words, words: str) -> tuple[str, ...]:
    return tuple(meaning for pattern, meaning in table if re.search(pattern, words, re.IGNORECASE))
