"""What the catalogue says of one model: limits, prices, sources. Frozen data; money and seconds are exact."""

from __future__ import annotations

import difflib
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from starsend.errors import PlanError
from starsend.model.plan_fields import aspect_of


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # only the whole is built, when it is used


class Source(_Entry):
    """Where a group of numbers was read, and when."""

    url: str
    date: date
    note: str = ""


class ReferenceImages(_Entry):
    """What a picture must be to be sent as a reference."""

    formats: tuple[str, ...]
    min_side_px: int
    min_ratio: Decimal
    max_ratio: Decimal
    max_bytes: int


class Limits(_Entry):
    """What a model can do. Seconds are exact; a limit that does not apply to its kind is None.

    Attributes:
        step_s: Durations are whole multiples of this; None takes any.
        refs_with_start_frame: Elements that may be sent beside a start frame.
        refs_without_start_frame: Elements that may be sent where there is none.
        images_per_element: Images of one element, the frontal one included.
        aspect_ratios: What it can make; empty is any.
        sizes: Of images, such as 2K; ``default_size`` is what we ask for.
    """

    max_shots: int | None = Field(None, ge=1)
    min_total_s: Decimal | None = Field(None, gt=0)
    max_total_s: Decimal | None = Field(None, gt=0)
    min_shot_s: Decimal | None = Field(None, gt=0)
    max_shot_s: Decimal | None = Field(None, gt=0)
    step_s: Decimal | None = Field(None, gt=0)
    prompt_max_chars: int = Field(gt=0)
    shot_prompt_warn_chars: int | None = Field(None, gt=0)
    refs_with_start_frame: int = Field(ge=0)
    refs_without_start_frame: int = Field(ge=0)
    images_per_element: int = Field(4, ge=1)
    aspect_ratios: tuple[str, ...] = ()
    end_frame_needs_start_frame: bool = False
    resolution: Literal["720p", "1080p", "4k"] | None = None
    fps: str | None = None
    sizes: tuple[str, ...] = ()
    default_size: str | None = None
    reference_images: ReferenceImages

    def element_cap(self, *, start_frame: bool) -> int:
        """How many elements may be sent with one job."""
        return self.refs_with_start_frame if start_frame else self.refs_without_start_frame

    def takes_aspect(self, ratio: str) -> bool:
        """Whether it can make pictures of this ratio, whatever way the ratio is written (32:18 is 16:9)."""
        return not self.aspect_ratios or aspect_of(ratio) in {aspect_of(known) for known in self.aspect_ratios}


class EndpointFields(_Entry):
    """What an endpoint calls the pictures that it takes; None where it takes none of that kind.

    Attributes:
        start: The start frame: ``image_url`` or ``start_image_url``, the trap of this family.
        end: The end frame.
        elements: The elements with their reference images.
        style: Style images.
        aspect: Whether it takes ``aspect_ratio``.
    """

    start: str | None = None
    end: str | None = None
    elements: str | None = None
    style: str | None = None
    aspect: bool = False


class TokenPrices(_Entry):
    """US dollars for a million tokens, where usage is told in tokens."""

    input: Decimal = Field(ge=0)
    image: Decimal = Field(ge=0)
    text: Decimal | None = Field(None, ge=0)


class Prices(_Entry):
    """US dollars, exact. Video has both second prices, images a price for each size.

    Attributes:
        usd_text_allowance: What an image's prompt and the model's thoughts may cost beside it; estimates include it, so
            that a budget is not passed by what is billed in the end.
    """

    usd_per_second: Decimal | None = Field(None, ge=0)
    usd_per_second_audio: Decimal | None = Field(None, ge=0)
    usd_per_image: dict[str, Decimal] = {}
    usd_per_input_image: Decimal = Field(Decimal(0), ge=0)
    usd_text_allowance: Decimal = Field(Decimal(0), ge=0)
    usd_per_million_tokens: TokenPrices | None = None


class Sources(_Entry):
    """Where the numbers come from."""

    limits: Source
    prices: Source
    longest: Source


class ModelEntry(_Entry):
    """One model that a plan can name.

    Attributes:
        longest_s: The longest time that one of its jobs may take before it counts as lost, in seconds.
        endpoints: For fal: ``text``, ``frame`` (a start frame, no elements) and ``reference`` (elements too).
        fields: For fal: what each endpoint calls the pictures that it takes.
    """

    id: str
    kind: Literal["image", "video"]
    provider: Literal["fal", "gemini", "animatic"]
    family: str
    title: str
    limits: Limits
    prices: Prices
    longest_s: int = Field(gt=0)
    endpoints: dict[str, str] = {}
    fields: dict[str, EndpointFields] = {}
    sources: Sources

    @model_validator(mode="after")
    def _is_complete(self) -> ModelEntry:
        limits, prices = self.limits, self.prices
        if self.kind == "video":
            if prices.usd_per_second is None or prices.usd_per_second_audio is None:
                raise ValueError("a video model needs usd_per_second and usd_per_second_audio")
            shape = (limits.max_shots, limits.min_total_s, limits.max_total_s, limits.min_shot_s, limits.max_shot_s)
            if None in shape or limits.resolution is None:
                raise ValueError("a video model needs its shot and second limits and its resolution")
        else:
            missing = [size for size in limits.sizes if size not in prices.usd_per_image]
            if missing or limits.default_size not in limits.sizes:
                raise ValueError(f"an image model needs a default_size and usd_per_image for {missing or 'its sizes'}")
        if any(price < 0 for price in prices.usd_per_image.values()):
            raise ValueError("a price is negative")
        if self.provider == "fal" and set(self.endpoints) != {"text", "frame", "reference"}:
            raise ValueError("a fal model needs the endpoints text, frame and reference")
        if self.provider == "fal" and (
            set(self.fields) != set(self.endpoints)
            or self.fields["frame"].start is None
            or self.fields["reference"].elements is None
        ):
            raise ValueError("a fal model needs the fields of each endpoint: frame takes a start, reference elements")
        return self

    def video_usd(self, seconds: Decimal, *, audio: bool) -> Decimal:
        """What so many seconds cost, exact and not rounded.

        Raises:
            PlanError: If it is no video model.
        """
        price = self.prices.usd_per_second_audio if audio else self.prices.usd_per_second
        if price is None:
            raise _wrong_kind(self, "video")
        return price * seconds

    @property
    def takes_style_images(self) -> bool:
        """Whether style images can be sent with a job."""
        return self.kind == "image" or any(fields.style is not None for fields in self.fields.values())

    def tokens_usd(self, *, input: int, image: int, text: int) -> Decimal | None:
        """What so many tokens cost, exact and not rounded; None where a price that is needed isn't known."""
        rates = self.prices.usd_per_million_tokens
        if rates is None or (text > 0 and rates.text is None):
            return None
        return (rates.input * input + rates.image * image + (rates.text or Decimal(0)) * text) / 1_000_000

    def image_usd(self, size: str | None = None, *, input_images: int = 0) -> Decimal:
        """What an image of a size may cost (its default if none is given), with pictures sent along and words; exact.

        Raises:
            PlanError: If it is no image model, or does not make that size.
        """
        if self.kind != "image":
            raise _wrong_kind(self, "image")
        price = self.prices.usd_per_image.get(size or self.limits.default_size or "")
        if price is None:
            sizes = ", ".join(self.limits.sizes)
            raise PlanError(f"{self.id} makes no {size} images", remedy=f"its sizes are {sizes}", code="unknown-size")
        return price + self.prices.usd_per_input_image * input_images + self.prices.usd_text_allowance


class Catalogue(_Entry):
    """All models, by id, in the order of the file."""

    models: dict[str, ModelEntry]

    def get(self, model_id: str) -> ModelEntry:
        """Find a model.

        Raises:
            PlanError: If there is none of that id (code ``unknown-model``); the remedy lists them.
        """
        if entry := self.models.get(model_id):
            return entry
        near = difflib.get_close_matches(model_id, self.models, n=1)
        guess = f"did you mean {near[0]}? " if near else ""
        known = ", ".join(self.models)
        raise PlanError(
            f'no model "{model_id}" is known', remedy=f"{guess}the models are: {known}", code="unknown-model"
        )

    def of_kind(self, kind: Literal["image", "video"]) -> tuple[ModelEntry, ...]:
        """All models that make images, or all that make video."""
        return tuple(entry for entry in self.models.values() if entry.kind == kind)


def _wrong_kind(entry: ModelEntry, wanted: str) -> PlanError:
    return PlanError(
        f"{entry.id} makes {entry.kind}s, and a model that makes {wanted}s is needed",
        remedy="see the models in `starsend doctor`, and name one of that kind",
        code="wrong-model-kind",
    )
