"""Which size and ratio to ask of an image model: what 2K means in pixels, and what covers a frame."""

from __future__ import annotations

from fractions import Fraction
from math import log, sqrt

from starsend.catalogue.entries import Limits
from starsend.model.plan_fields import aspect_of

_PIXELS_A_K = 1024
"""A 1K picture has about 1024² pixels in whatever shape: 1376×768 in 16:9, 2K 2752×1536 (docs.laozhang.ai, the page of
Nano Banana 2.1, 2026-11-22)."""


def nearest_ratio(limits: Limits, aspect: Fraction) -> str:
    """The ratio that a model makes and that comes nearest to ``aspect`` (width by height); any if it makes any."""
    if not limits.aspect_ratios:
        return f"{aspect.numerator}:{aspect.denominator}"
    return min(limits.aspect_ratios, key=lambda ratio: abs(log(_fraction(ratio) / aspect)))


def about_px(size: str, ratio: str) -> tuple[int, int]:
    """About how wide and high a picture of a size such as ``2K`` comes in a ratio; models differ by a few pixels."""
    side = int(size[:-1]) * _PIXELS_A_K if size.endswith("K") else int(size)
    stretch = sqrt(_fraction(ratio))
    return int(side * stretch), int(side / stretch)


def covering_size(limits: Limits, wanted_px: tuple[int, int]) -> str | None:
    """The smallest size that covers a frame of this (width, height); the largest there is where none does.

    None where the model makes no sizes.
    """
    ratio = nearest_ratio(limits, Fraction(*wanted_px))
    by_area = sorted(limits.sizes, key=lambda size: about_px(size, ratio)[0])
    for size in by_area:
        width, height = about_px(size, ratio)
        if width >= wanted_px[0] and height >= wanted_px[1]:
            return size
    return by_area[-1] if by_area else None


def _fraction(ratio: str) -> Fraction:
    return Fraction(*aspect_of(ratio))
