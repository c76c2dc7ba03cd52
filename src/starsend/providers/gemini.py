"""Gemini: grids and finished frames, by Google's SDK. The picture comes with the reply, so there is nothing to poll.

The body in a record names the pictures that go with it by their copies; they are read, and their content compared,
just before the one POST. What comes back is kept raw, read later, and read again after a crash.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starsend.errors import (
    MediaError,
    OutcomeUnknown,
    PlanError,
    ProviderError,
    SetupError,
    WrongKey,
)
from starsend.model.take import JsonObject, Medium
from starsend.providers.base import Collected, Intent, JobStatus, Lookup, Prepared, Probe, Progress
from starsend.providers.gemini_body import build, load
from starsend.providers.gemini_errors import KEY_REMEDY, fault, rate_limit, refusal
from starsend.providers.gemini_line import Line
from starsend.providers.gemini_probe import look_round
from starsend.providers.gemini_prompt import word
from starsend.providers.gemini_reply import Answer, kind_of, picture_bytes
from starsend.providers.order import Order
from starsend.providers.surroundings import NO_KEY_SIGNS, SHUT_S
from starsend.providers.wire import Reply

if TYPE_CHECKING:
    from starsend.catalogue.entries import ModelEntry
    from starsend.providers.surroundings import Surroundings

OWN_URL: Final = "https://generativelanguage.googleapis.com"
"""Google's own address (google-genai 3.4.0, _api_client.py, 2026-11-22)."""

_ROOM_BYTES: Final = {"1K": 12_000_000, "2K": 40_000_000, "4K": 150_000_000}
"""Room for a reply: a PNG of noise, the largest there is, has 4.2 MB (1K), 17 MB (2K) or 68 MB (4K) in base64 at 16:9
(measured), and two pictures of the model's thinking may come with it, of half that, as drawn pictures have."""

_OFFLINE: Final = "or draw offline and free: --provider animatic"


class GeminiProvider:
    """Makes grids and single frames.

    Args:
        around: What it may need; of it the key, the workspace and the catalogue.
        base_url: Google's address, or that of a rehearsal server.
    """

    name = "gemini"

    def __init__(self, around: Surroundings, base_url: str) -> None:
        self.base_url = base_url
        self._around = around
        self._line = Line(around, base_url)
        self._shut_until = float("-inf")

    def model(self, medium: Medium, planned: str) -> str:
        """The planned model, which must be one of Gemini's.

        Raises:
            PlanError: ``wrong-provider`` or ``unknown-model``.
        """
        self._entry(planned)
        if medium == "video":
            raise PlanError(
                "Gemini makes grids and frames here, no videos",
                remedy="a video model stands in the plan as defaults.video_model",
                code="wrong-provider",
            )
        return planned

    def video_size(self, planned: tuple[int, int]) -> tuple[int, int]:
        """As planned."""
        return planned

    def check_ready(self) -> None:
        """Look whether there is a key.

        Raises:
            SetupError: ``no-key``, or ``wrong-key`` for one with signs that no header takes, and for a minute after
                Gemini turned it away: one slate that fails for it is enough.
        """
        if not self._around.gemini.key:
            raise SetupError(
                "Gemini needs a key, and none is set",
                remedy=f"set GEMINI_API_KEY (or GOOGLE_API_KEY), then try again; {_OFFLINE}",
                code="no-key",
            )
        if not self._around.gemini.fits_header:
            raise SetupError(f"Gemini can't be given the key: {NO_KEY_SIGNS}", remedy=KEY_REMEDY, code="wrong-key")
        if self._around.monotonic() < self._shut_until:
            raise SetupError(
                "Gemini turned the key away a moment ago; nothing was sent", remedy=KEY_REMEDY, code="wrong-key"
            )

    def preview(self, order: Order) -> Prepared:
        """The body, with the pictures where they lie now."""
        return build(order, self._entry(order.model), self._around.workspace, lambda path: path)

    def prepare(self, order: Order) -> Prepared:
        """Keep a copy of each picture by its content hash, and name the copies in the body.

        Raises:
            SetupError: ``no-key``, or the disk.
            PlanError: ``unfit-image``: the model doesn't take one of the pictures.
        """
        from starsend.media.files import keep_by_content

        self.check_ready()

        def keep(path: Path) -> Path:
            _, copy = keep_by_content(self._around.workspace / path, self._around.uploads)
            return copy.relative_to(self._around.workspace)

        return build(order, self._entry(order.model), self._around.workspace, keep)

    def receipt_id(self, receipt: JsonObject) -> str:
        """The reply's id, or its hash."""
        return str(receipt.get("response_id", ""))

    def reply_room_bytes(self, order: Order) -> int:
        """By the size of the picture."""
        entry = self._entry(order.model)
        size = word(order, entry).image_size or entry.limits.default_size or "1K"
        return _ROOM_BYTES.get(size, _ROOM_BYTES["4K"])

    def send_once(self, intent: Intent) -> bytes:
        """Ask for the picture. May cost. The reply is packed with its status, whatever it says.

        Raises:
            Unreachable, RateLimited: Proven not sent, or not accepted.
            WrongKey: No key, or none that can be one; nothing was sent.
            ProviderError: ``upload-gone`` or ``not-built``; nothing was sent.
            OutcomeUnknown: Sent, no whole answer.
        """
        name, body = intent.slate.take(intent.take), intent.body
        if not self._around.gemini.key:
            raise WrongKey(
                f"{name}: Gemini needs a key, and none is set; nothing was sent",
                remedy=f"set GEMINI_API_KEY (or GOOGLE_API_KEY), then: starsend run; {_OFFLINE}",
                code="no-key",
            )
        if not self._around.gemini.fits_header:
            raise WrongKey(f"{name}: Gemini can't be given the key: {NO_KEY_SIGNS}", remedy=KEY_REMEDY)
        parts = load(name, body, self._around.workspace)
        reply = self._line.ask_once(str(body["model"]), parts, str(body["aspect_ratio"]), body.get("image_size"))
        if (wait := rate_limit(reply, self._around.now())) is not None:
            raise wait
        return reply.pack()

    def read_reply(self, intent: Intent, raw: bytes) -> JsonObject:
        """Turn a raw reply into a receipt.

        Raises:
            Refused: The content filter said no.
            BadRequest, WrongKey: Gemini itself rejected the request.
            ProviderError: ``no-image``: it only talked.
            OutcomeUnknown: It says neither yes nor no.
        """
        name = intent.slate.take(intent.take)
        reply = _unpacked(name, raw)
        answer = Answer.of(reply)
        if answer is None:
            error = fault(name, reply, intent.model)
            if isinstance(error, WrongKey):
                self._shut_until = self._around.monotonic() + SHUT_S
            raise error
        if answer.picture is None:
            raise refusal(name, answer, self._entry(intent.model))
        return answer.receipt

    def poll(self, intent: Intent, receipt: JsonObject) -> JobStatus:  # noqa: ARG002 - it is in the reply
        """Complete: the picture came with the reply."""
        return JobStatus("complete")

    def collect(
        self,
        intent: Intent,
        receipt: JsonObject,  # noqa: ARG002 - the reply has it all
        raw: bytes | None,
        part: Path,
        progress: Progress,
    ) -> Collected:
        """Take the picture out of the reply, as PNG. What is no sound picture is written as it came.

        Raises:
            OutcomeUnknown: The reply is gone, and Gemini keeps none.
        """
        name = intent.slate.take(intent.take)
        answer = Answer.of(_unpacked(name, raw)) if raw is not None else None
        if answer is None or (encoded := answer.picture) is None:
            raise OutcomeUnknown(
                "the picture came with the reply, and the reply is gone; Gemini keeps none",
                remedy="look in Google's own list, then: starsend reconcile",
            )
        _write_png(picture_bytes(encoded), part)
        progress(1.0)
        return Collected(answer.cost_usd(self._entry(intent.model)))

    def lookup(self, intent: Intent) -> Lookup:  # noqa: ARG002 - there is nowhere to look
        """Gemini has no list of what was asked: only a person can tell."""
        return Lookup(listing=False)

    def cancel(self, intent: Intent, receipt: JsonObject) -> None:  # noqa: ARG002 - none can be
        """A picture comes with the reply: there is nothing left to cancel.

        Raises:
            ProviderError: ``no-cancel``, always.
        """
        raise ProviderError(
            f"{intent.slate.take(intent.take)}: Gemini can't cancel a picture",
            remedy="let it come: starsend run",
            code="no-cancel",
        )

    def billed(self, receipts: Sequence[JsonObject]) -> dict[str, Decimal]:  # noqa: ARG002 - it tells nothing
        """Nothing: Gemini tells the tokens with each reply, and no bill of a single one."""
        return {}

    def probe(self) -> tuple[Probe, ...]:
        """Look for the key, the address, and the catalogue's models in Gemini's list."""
        return look_round(self._line, self._around, self.base_url)

    def close(self) -> None:
        """Close its connections."""
        self._line.close()

    def _entry(self, model: str) -> ModelEntry:
        catalogue = self._around.catalogue()
        entry = catalogue.get(model)
        if entry.provider != self.name:
            ours = ", ".join(e.id for e in catalogue.models.values() if e.provider == self.name)
            raise PlanError(
                f"{model} is no model of Gemini's",
                remedy=f"name one in the plan, as defaults.image_model: {ours}",
                code="wrong-provider",
            )
        return entry


def _unpacked(name: str, raw: bytes) -> Reply:
    try:
        return Reply.unpack(raw)
    except (ValueError, KeyError, TypeError) as error:
        raise OutcomeUnknown(
            f"{name} was sent to Gemini, and what is kept of the answer can't be read",
            remedy="look for it: starsend reconcile",
        ) from error


def _write_png(content: bytes, part: Path) -> None:
    """Write a picture as PNG, without loss; a broken one as it came: it is found, and kept, where all pictures are."""
    from starsend.media.files import write_atomically
    from starsend.media.picture import load_rgb, save_png

    write_atomically(part, content)
    if kind_of(content) != "image/png":
        with suppress(MediaError):
            save_png(load_rgb(part), part)
