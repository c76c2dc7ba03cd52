"""The kinds of values that a plan is made of: ids, text, numbers, paths, ratios, rates."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StringConstraints, WithJsonSchema

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
MODEL_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
SHOT_ID_PATTERN = r"^SH[0-9]{1,6}$"
SNIPPET_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"
SEQUENCE_ID_SCHEMA_PATTERN = r"^(?!.*_[Ss][Hh])(?!.*_[Tt][0-9]+$)[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
LONGEST_SHOT_S = 3600
LARGEST_BUDGET_USD = 10_000_000

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SH_INSIDE = re.compile(r"_sh", re.IGNORECASE)
_TAKE_ENDING = re.compile(r"_t[0-9]+$", re.IGNORECASE)
_DRIVE = re.compile(r"^[A-Za-z]:")


def _plain_text(value: str) -> str:
    """Refuse characters that no prompt needs and that break terminals, databases and file formats."""
    if found := _CONTROL.search(value):
        raise ValueError(f"holds the control character U+{ord(found[0]):04X}")
    return value


def _own_slate(value: str) -> str:
    """Refuse a sequence id that would read as a shot or a take."""
    if _SH_INSIDE.search(value):
        raise ValueError("contains _SH, which marks a shot")
    if _TAKE_ENDING.search(value):
        raise ValueError("ends like a take (_T and digits)")
    return value


def _inside(value: str) -> str:
    """Refuse a path that would leave the project folder, whatever system reads it."""
    parts = value.replace("\\", "/").split("/")
    if value.startswith(("/", "\\", "~")) or _DRIVE.match(value) or ".." in parts:
        raise ValueError("leaves the project folder")
    return value


def _number(value: Any) -> Any:
    """Let numbers through exactly as written; refuse truth values and text."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("is not a number")  # noqa: TRY004  pydantic collects ValueErrors, not TypeErrors
    return Decimal(str(value))


def _shortest(value: Decimal) -> Decimal:
    """Write 4.0 as 4 and 40 as 40, so that equal times read equal wherever they are written down."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _money(value: Any) -> Any:
    """Let ``"150.00"``, ``150`` and ``null`` through; refuse truth values."""
    if isinstance(value, bool):
        raise ValueError("is not an amount")  # noqa: TRY004  pydantic collects ValueErrors, not TypeErrors
    return Decimal(str(value)) if isinstance(value, float) else value


def _as_text(value: Any) -> Any:
    """Read ``24`` and ``23.976`` as a person means them, also without quotes."""
    return str(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value


def _positive_ratio(value: str) -> str:
    aspect_of(value)
    return value


def _usable_rate(value: str) -> str:
    if not 1 <= rate_of(value) <= 120:
        raise ValueError("is not between 1 and 120 frames a second")
    return value


def aspect_of(ratio: str) -> tuple[int, int]:
    """Read an aspect ratio as two whole numbers without a common factor: ``"2.39:1"`` is ``(239, 100)``.

    Raises:
        ValueError: If a side is missing or zero.
    """
    width, colon, height = ratio.partition(":")
    if not colon:
        raise ValueError("is not of the form 16:9")
    try:
        value = Fraction(width) / Fraction(height)
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError("is not of the form 16:9") from error
    if value <= 0:
        raise ValueError("has a side of nothing")
    return value.numerator, value.denominator


def rate_of(fps: str) -> Fraction:
    """Read a frame rate: ``"24"``, ``"30000/1001"``; ``"23.976"`` and ``"29.97"`` mean the NTSC rates.

    Raises:
        ValueError: If it is no number.
    """
    try:
        value = Fraction(fps)
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError("is not a frame rate") from error
    ntsc = Fraction(-(-value.numerator // value.denominator) * 1000, 1001)
    return ntsc if value.denominator != 1 and abs(ntsc - value) < Fraction(1, 200) else value


Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
ModelId = Annotated[str, StringConstraints(pattern=MODEL_ID_PATTERN)]
SequenceId = Annotated[
    Id, AfterValidator(_own_slate), WithJsonSchema({"type": "string", "pattern": SEQUENCE_ID_SCHEMA_PATTERN})
]
ShotId = Annotated[str, StringConstraints(pattern=SHOT_ID_PATTERN)]
SnippetName = Annotated[str, StringConstraints(pattern=SNIPPET_PATTERN)]
Text = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_plain_text)]
Prompt = Annotated[str, StringConstraints(max_length=20_000, pattern=r"\S"), AfterValidator(_plain_text)]
ShortText = Annotated[str, StringConstraints(max_length=300), AfterValidator(_plain_text)]
LocalPath = Annotated[
    str, StringConstraints(min_length=1, max_length=500), AfterValidator(_plain_text), AfterValidator(_inside)
]
Seconds = Annotated[
    Decimal,
    BeforeValidator(_number),
    Field(gt=0, le=LONGEST_SHOT_S, allow_inf_nan=False, decimal_places=6),
    AfterValidator(_shortest),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": LONGEST_SHOT_S}),
]
Dollars = Annotated[
    Decimal,
    BeforeValidator(_money),
    Field(gt=0, le=LARGEST_BUDGET_USD, allow_inf_nan=False, decimal_places=6),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "maximum": LARGEST_BUDGET_USD},
                {"type": "string", "pattern": r"^(?=.*[1-9])[0-9]{1,8}(\.[0-9]+)?$"},
            ]
        }
    ),
]
AspectRatio = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,5}(\.[0-9]{1,4})?:[0-9]{1,5}(\.[0-9]{1,4})?$"),
    AfterValidator(_positive_ratio),
]
FrameRate = Annotated[
    str,
    BeforeValidator(_as_text),
    StringConstraints(pattern=r"^[0-9]{1,6}(\.[0-9]{1,6}|/[0-9]{1,6})?$"),
    AfterValidator(_usable_rate),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": r"^[0-9]{1,6}(\.[0-9]{1,6}|/[0-9]{1,6})?$"}, {"type": "number"}]}
    ),
]
Truth = StrictBool
FirstFrame = Annotated[int, Field(strict=True, ge=0, le=100_000)]
"""The number that the first frame of a take or a cut is called by."""
