"""How a person looks, read from a description: hair, coat, colours."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from starsend.animatic.brief import colour_in

RGB = tuple[float, float, float]

_HAIR = {"blond": (0.72, 0.58, 0.34), "fair": (0.66, 0.52, 0.32), "red-haired": (0.50, 0.20, 0.10), "ginger": (0.55,
    0.25, 0.11),
         "auburn": (0.36, 0.15, 0.10), "grey": (0.52, 0.52, 0.53), "gray": (0.52, 0.52, 0.53), "white": (0.78, 0.77,
             0.75),
         "silver": (0.62, 0.62, 0.64), "brown": (0.26, 0.16, 0.10), "dark": (0.10, 0.08, 0.08), "black": (0.07,
             0.07, 0.08)}  # fmt: skip
_SKIN = (r"(?:dark|black|brown|african)[- ]skin\w*", r"(?:tan\w*|olive)[- ]skin\w*")
_COATS = (r"hood\w*|parka|anorak|raincoat", r"\bcoat|trench|overcoat|robe", r"dress|skirt|gown",
    r"suit|tie\b|blazer|uniform",
          r"jacket|jumper|sweater|hoodie|cardigan|vest")  # fmt: skip
_COAT_NAMES = ("parka", "coat", "dress", "suit", "jacket")
_GARMENT = (
    r"(?:wool |leather |denim |long |short |heavy )*"
    r"(?:parka|coat|jacket|dress|shirt|raincoat|hoodie|sweater|jumper|suit|uniform|vest|anorak|trench|blouse|cardigan)"
)


@dataclass(frozen=True)
class Wardrobe:
    """A person's looks.

    Args:
        hair: ``short``, ``long``, ``bun``, ``bald``, ``hat``, ``beanie`` or ``hood``.
        coat: ``parka``, ``coat``, ``dress``, ``suit``, ``jacket`` or ``shirt``.
        slight: Narrower shoulders.
        stature: Height against a grown man's.
    """

    hair: str
    coat: str
    slight: bool
    stature: float
    hair_colour: RGB
    coat_colour: RGB
    trousers: RGB
    skin: RGB
    beard: bool


def read_wardrobe(description: str, stranger: int) -> Wardrobe:
    """Read a description; `stranger` counts people, so that two who are not described differ."""
    words = description.lower()
    woman = bool(re.search(r"\b(wom[ae]n|girls?|she|her|lady|female|waitress|heroine|mother|sister|nurse)\b", words))
    child = bool(re.search(r"\b(child|boy|girl|kid)s?\b", words))
    defaults: tuple[RGB, ...] = ((0.30, 0.33, 0.40), (0.52, 0.40, 0.28), (0.36, 0.20, 0.20), (0.24, 0.32, 0.30))
    garment = re.search(rf"\b(\w+)[ -]{_GARMENT}", words)
    coat_colour = colour_in(
        garment[0] if garment else re.sub(r"\w+[- ](hair|eyes)\w*", "", words), defaults[stranger % 4]
    )
    skin: RGB = (0.83, 0.62, 0.49)
    for pattern, tone in zip(_SKIN, ((0.38, 0.24, 0.17), (0.70, 0.50, 0.36)), strict=True):
        skin = tone if re.search(pattern, words) else skin
    coat = next(
        (name for pattern, name in zip(_COATS, _COAT_NAMES, strict=True) if re.search(pattern, words)), "jacket"
    )
    return Wardrobe(
        hair=_hair(words, woman),
        coat=coat,
        slight=woman or child,
        stature=0.72 if child else 0.95 if woman else 1.0,
        hair_colour=_hair_colour(words, stranger),
        coat_colour=coat_colour,
        trousers=(0.18, 0.20, 0.26)
        if coat != "suit"
        else (coat_colour[0] * 0.85, coat_colour[1] * 0.85, coat_colour[2] * 0.85),
        skin=skin,
        beard=bool(re.search(r"beard|stubble", words)),
    )


def dressed_in(wardrobe: Wardrobe, colours: tuple[RGB, ...]) -> Wardrobe:
    """The same person in the colours of a reference picture: the strongest for the coat, the darkest for the legs."""
    if not colours:
        return wardrobe
    darkest = min(colours, key=sum)
    return replace(wardrobe, coat_colour=colours[0], trousers=darkest if darkest != colours[0] else wardrobe.trousers)


def _hair(words: str, woman: bool) -> str:
    for pattern, style in ((r"\bhood(ed)? (up|over)|\bhooded\b", "hood"), (r"\bbald\b|shaved head", "bald"),
        (r"beanie|wool(ly)? hat", "beanie"),
                           (r"\bhat\b|fedora|\bcap\b|helmet", "hat"), (r"\bbun\b|pony ?tail|hair up|tied back", "bun"),
                           (r"short[\w ,-]*hair|crop", "short"), (r"long[\w ,-]*hair", "long")):  # fmt: skip
        if re.search(pattern, words):
            return style
    return "long" if woman else "short"


def _hair_colour(words: str, stranger: int) -> RGB:
    match = re.search(r"((?:\w+[ -]){1,3})hair", words)
    for name, colour in _HAIR.items():
        if (match and name in match[1]) or (name in ("ginger", "blond", "red-haired") and name in words):
            return colour
    return ((0.12, 0.09, 0.08), (0.24, 0.16, 0.10), (0.08, 0.08, 0.09))[stranger % 3]
