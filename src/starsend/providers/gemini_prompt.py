"""An order in the words and pictures that a Gemini image model gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from starsend.catalogue.entries import ModelEntry
from starsend.catalogue.image_sizes import covering_size, nearest_ratio
from starsend.errors import PlanError
from starsend.model.plan_fields import aspect_of
from starsend.providers.order import ElementOrder, Order

_NEAR = 0.03
"""Share by which a sheet may miss its ratio and still have cells of theirs."""


@dataclass(frozen=True)
class Wording:
    """What is asked of the model.

    Attributes:
        parts: Words and pictures (paths as in the order), in the order in which they are sent.
        aspect_ratio: Of the whole picture, such as ``16:9``.
        image_size: Such as ``2K``; None where the model makes one size only: Flash-Lite answers 400 to being asked for
            one (github.com/pollinations/pollinations pull 12131, 2026-06-30).
    """

    parts: tuple[str | Path, ...]
    aspect_ratio: str
    image_size: str | None


def word(order: Order, entry: ModelEntry) -> Wording:
    """Word an order for a grid or a finished frame.

    Pictures beyond the model's cap are left out: first style images, then references, last frontal ones, each from the
    end. What is left out is still described in words.

    Raises:
        PlanError: ``no-crop``: a cell is to be finished, and its picture isn't in the order.
    """
    if order.mode == "finish":
        return _finish(order, entry)
    ratio = nearest_ratio(entry.limits, _sheet(order))
    chosen = _chosen(order, entry.limits.refs_with_start_frame)
    words = "\n\n".join((*_sheet_words(order, ratio), *_moment(order)))
    pictures = (*_elements(order, chosen), *_styles(order, chosen))
    return Wording((words, *pictures), ratio, _asked(entry, entry.limits.default_size))


def _finish(order: Order, entry: ModelEntry) -> Wording:
    if order.start_frame is None:
        raise PlanError(
            f"{order.slate}: the picture of cell {order.cell} is not in the order",
            remedy=f"crop the cell instead: starsend crop --seq {order.slate.sequence} --cell {order.cell}",
            code="no-crop",
        )
    limits = entry.limits
    chosen = _chosen(order, limits.refs_with_start_frame - 1, styles=False)
    words = (
        "Answer with one picture: the frame that follows, rendered again at full resolution.",
        "Render exactly this frame: the same composition, framing and camera angle, the same people with the same"
        " faces, poses and clothes, the same props and place, the same light and colours. Add nothing and leave"
        " nothing out; only make it sharp and rich in detail. It fills the whole picture: no border, no gutter, no"
        " second frame, no text, number or watermark.",
        *(line.replace("The moment:", "What it shows:", 1) for line in _moment(order)),
        "The frame to render:",
    )
    ratio = nearest_ratio(limits, Fraction(*order.aspect))
    parts = ("\n\n".join(words), order.start_frame, *_elements(order, chosen))
    return Wording(parts, ratio, _asked(entry, covering_size(limits, order.size_px)))


def _asked(entry: ModelEntry, size: str | None) -> str | None:
    return size if len(entry.limits.sizes) > 1 else None


def _sheet(order: Order) -> Fraction:
    return Fraction(*order.aspect) * Fraction(order.columns, order.rows)


def _sheet_words(order: Order, ratio: str) -> Iterator[str]:
    cells = order.columns * order.rows
    shape = f"{order.aspect[0]}:{order.aspect[1]}"
    if cells == 1:
        yield f"Answer with one picture: a film frame of {shape}, the first frame of a shot."
        yield "No border, and no text, number, caption or watermark anywhere."
        return
    fits = abs(float(Fraction(*aspect_of(ratio)) / _sheet(order)) - 1) <= _NEAR
    each = f"each {shape}" if fits else f"each as near to {shape} as the sheet allows"
    yield (
        f"Answer with one picture: a {order.columns}x{order.rows} contact sheet of {_count(order.columns, 'column')}"
        f" and {_count(order.rows, 'row')}, {cells} cells in reading order, left to right and top to bottom."
    )
    yield (
        f"All cells have exactly the same size, {each}. Thin straight white gutters, all of the same width, part them;"
        " otherwise the cells fill the sheet to its edges. No other border or frame, and no text, number, caption,"
        " label or watermark anywhere."
    )
    yield (
        "Each cell is a finished film frame, complete in itself: a different variant of the same moment, as the first"
        " frame of one and the same shot. From cell to cell change the composition, the camera's angle and distance,"
        " and the lens. The moment stays the same, and so do the people with their faces and clothes, the props,"
        " the place, the light and the time of day; they are those of the reference pictures, where there are some."
    )


def _moment(order: Order) -> Iterator[str]:
    """The shot's words, then the style's where the shot's don't end with them, then who and what appears."""
    prompt = order.shots[0].prompt.strip() if order.shots else ""
    style = order.style.strip()
    yield f"The moment: {prompt}"
    if style and style not in prompt:
        yield f"The style: {style}"
    if order.elements:
        yield "\n".join(("Who and what appears:", *(f"- {_named(element)}" for element in order.elements)))


def _named(element: ElementOrder) -> str:
    described = element.description.strip().rstrip(".")
    kind = f"a {element.kind}" if element.kind else "an element"
    return f"{element.id}, {kind}{f': {described}' if described else ''}."


def _chosen(order: Order, cap: int, *, styles: bool = True) -> frozenset[tuple[str, Path]]:
    """Which pictures go, by owner: all frontal ones come before any reference, in order of priority."""
    frontal = [(e.id, e.frontal) for e in order.elements if e.frontal is not None]
    references = [(e.id, path) for e in order.elements for path in e.references]
    style = [("", path) for path in order.style_images] if styles else []
    return frozenset(list(dict.fromkeys((*frontal, *references, *style)))[: max(0, cap)])


def _elements(order: Order, chosen: frozenset[tuple[str, Path]]) -> Iterator[str | Path]:
    """Each element's pictures, each after a line that says whose it is."""
    for element in order.elements:
        frontal = () if element.frontal is None else (element.frontal,)
        pictures = [path for path in dict.fromkeys((*frontal, *element.references)) if (element.id, path) in chosen]
        for number, path in enumerate(pictures, start=1):
            view = ", from the front" if path == element.frontal else ""
            yield f"Reference picture {number} of {len(pictures)}{view}, of {_named(element)}"
            yield path


def _styles(order: Order, chosen: frozenset[tuple[str, Path]]) -> Iterator[str | Path]:
    pictures = [path for path in dict.fromkeys(order.style_images) if ("", path) in chosen]
    for number, path in enumerate(pictures, start=1):
        yield (
            f"Style picture {number} of {len(pictures)}: take over its look (light, colours, grain, lens), none of what"
            " it shows."
        )
        yield path


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
