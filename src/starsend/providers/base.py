"""What production asks of any provider. Nothing of any vendor.

A job goes: :meth:`Provider.prepare` (uploads; free, may be repeated) → ``send_once`` (the one call that may cost) →
``read_reply`` → ``poll`` until it is complete → ``collect``. ``lookup`` finds a job whose reply was lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal, Protocol

from starsend.model.slate import Slate
from starsend.model.take import Fault, JsonObject, Medium
from starsend.providers.order import Order

Progress = Callable[[float], None]
"""Told how far the work is, 0 to 1; may raise to stop it."""


@dataclass(frozen=True)
class BodyMedia:
    """A picture that a body points to.

    Attributes:
        pointer: JSON pointer to the place in the body that names it.
        path: Where it lies here.
        sha256: Of its bytes; it takes the place of the URL in the fingerprint.
    """

    pointer: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class Prepared:
    """A body that is ready to be sent: uploads are done."""

    body: JsonObject
    media: tuple[BodyMedia, ...] = ()


@dataclass(frozen=True)
class Intent:
    """What stands in the record before a paid call, as the provider gets it."""

    intent_id: str
    intent_at: datetime
    slate: Slate
    take: int
    medium: Medium
    model: str
    body: JsonObject


@dataclass(frozen=True)
class JobStatus:
    """How far a job is. ``failed`` only when the provider itself said so, with ``fault``."""

    state: Literal["queued", "running", "complete", "failed", "cancelled"]
    fault: Fault | None = None
    detail: str = ""
    cost_usd: Decimal | None = None


@dataclass(frozen=True)
class Collected:
    """What came with the file: its true cost, where it is known."""

    cost_usd: Decimal | None = None


@dataclass(frozen=True)
class Lookup:
    """What a provider knows of a job whose reply was lost.

    Attributes:
        matches: Receipts of jobs whose stored input equals every field that we sent.
        listing: Whether the provider has a listing at all; without one only a person can tell.
        proven_absent: The provider can prove that nothing was made.
    """

    matches: tuple[JsonObject, ...] = ()
    listing: bool = True
    proven_absent: bool = False


@dataclass(frozen=True)
class Probe:
    """One thing that was looked at to see whether a provider can be used.

    Attributes:
        what: Such as ``fal: the key``.
        said: What was found, in words; never a key.
        remedy: What to do where it is not ``good``.
    """

    what: str
    state: Literal["good", "warning", "bad"]
    said: str = ""
    remedy: str = ""


def board_part(part: Path) -> Path:
    """Where the annotated sheet of a grid goes while it is collected."""
    return part.with_name(f"{part.name}_board")


class Provider(Protocol):
    """One provider of grids or takes. Safe for threads. Errors are :class:`~starsend.errors.ProviderError`."""

    @property
    def name(self) -> str:
        """Its name in the registry and in records."""
        ...

    @property
    def base_url(self) -> str:
        """Where it is; a take is resumed there."""
        ...

    def model(self, medium: Medium, planned: str) -> str:
        """The catalogue's id of the model that makes and prices it; paid providers give ``planned`` back."""
        ...

    def video_size(self, planned: tuple[int, int]) -> tuple[int, int]:
        """Width and height of the video that comes, where the plan wants ``planned``."""
        ...

    def check_ready(self) -> None:
        """Let work begin that may cost; asks nobody.

        Raises:
            SetupError: ``no-key``, naming the variable to set and the way to go on without.
        """
        ...

    def preview(self, order: Order) -> Prepared:
        """The body as it would be sent, local paths in place of URLs. Uploads and writes nothing.

        Its fingerprint is that of the body that :meth:`prepare` gives.
        """
        ...

    def prepare(self, order: Order) -> Prepared:
        """Upload what must be uploaded and fix the body.

        Raises:
            ProviderError: The uploads failed; nothing was bought.
            SetupError: ``no-key`` or ``wrong-key``.
        """
        ...

    def receipt_id(self, receipt: JsonObject) -> str:
        """What tells this job from all others at the provider."""
        ...

    def reply_room_bytes(self, order: Order) -> int:
        """How much room the largest raw reply may take in the inbox."""
        ...

    def send_once(self, intent: Intent) -> bytes:
        """Send one POST: no retry, no redirect. Gives the raw reply, unread.

        Raises:
            Unreachable: Proven not sent.
            RateLimited: A clean 429, proven not accepted.
            OutcomeUnknown: Sent, no answer.
        """
        ...

    def read_reply(self, intent: Intent, raw: bytes) -> JsonObject:
        """Turn a raw reply into a receipt to resume by.

        Raises:
            Refused, BadRequest, ProviderError: The reply says no.
        """
        ...

    def poll(self, intent: Intent, receipt: JsonObject) -> JobStatus:
        """Ask how far the job is.

        Raises:
            ProviderError: Weather; ask again later.
        """
        ...

    def collect(
        self, intent: Intent, receipt: JsonObject, raw: bytes | None, part: Path, progress: Progress
    ) -> Collected:
        """Fetch or draw the file to ``part``; ``raw`` is the reply from the inbox, where the file itself may be in it.

        A provider that makes an annotated sheet too writes it to :func:`board_part`.

        Raises:
            ProviderError: Weather; fetch again later.
            MediaError: What came is short or of the wrong type; fetch again later.
        """
        ...

    def lookup(self, intent: Intent) -> Lookup:
        """Look for a job whose reply was lost.

        Raises:
            ProviderError: Weather; look again later.
        """
        ...

    def cancel(self, intent: Intent, receipt: JsonObject) -> None:
        """Ask the provider to stop a job; it may still come.

        Raises:
            ProviderError: It could not be asked.
        """
        ...

    def billed(self, receipts: Sequence[JsonObject]) -> dict[str, Decimal]:
        """What the provider says it billed, by :meth:`receipt_id`; jobs that it says nothing of are left out.

        Raises:
            ProviderError: It can't be asked, or doesn't tell.
        """
        ...

    def probe(self) -> tuple[Probe, ...]:
        """Ask, for nothing, whether it can be reached, takes the key, and knows the catalogue's models."""
        ...

    def close(self) -> None:
        """Close connections. It may be used again."""
        ...
