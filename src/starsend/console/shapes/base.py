"""What all described answers share, and the shape of an error."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Usd = Annotated[str, Field(description="USD as decimal text", pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
Address = Annotated[str, Field(description="Path on this server")]
Slates = Annotated[list[str], Field(description="``SEQ01`` or ``SEQ01_SH03``")]


class Shape(BaseModel):
    """An answer, or a part of one; fields may be added later."""

    model_config = ConfigDict(extra="allow")


class Problem(Shape):
    """What went wrong (RFC 9457), with our code and the remedy; the fresh record where a page was stale."""

    type: Annotated[str, Field(description="``urn:starsend:`` and the code")]
    title: str
    status: int
    detail: Annotated[str, Field(description="What happened, for people")]
    code: Annotated[str, Field(description="Such as ``stale``, ``over-budget``, ``not-confirmed``, ``bad-input``")]
    remedy: Annotated[str, Field(description="What to do")]
    record: Annotated[dict[str, Any] | None, Field(description="The record as it is now; see Record")] = None


class Trouble(Shape):
    """An error inside an answer that is no error."""

    code: str
    message: str
    remedy: str | None = None


class Broken(Shape):
    """A record that can't be read; it was left as it is."""

    name: str
    why: str
