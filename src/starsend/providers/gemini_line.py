"""The line to Gemini: Google's SDK, held to one request a call, no redirect, one host, and the raw reply kept.

The SDK alone would send a POST again after a redirect, go on with a ``continuation_token`` by further requests, and go
where variables of the environment say. Here all of that is switched off, and a hook stops whatever is left of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import httpx

from starsend.errors import OutcomeUnknown, ProviderError
from starsend.providers.bounded import BoundedClient
from starsend.providers.gemini_errors import fault, rate_limit
from starsend.providers.wire import KeyOnOrigin, Reply, TappedTransport, mapped, origin_of, without_key

if TYPE_CHECKING:
    from google import genai

    from starsend.providers.surroundings import Surroundings

TIMEOUT_S: Final = 300.0
"""How long an answer may be silent. 4K takes a minute or two, and giving up early leaves a paid picture behind."""
_CONNECT_S: Final = 30.0
_KEY_HEADER: Final = "x-goog-api-key"
_STAND_IN: Final = "kept-by-the-line"
"""What the SDK gets for a key; the real one is put in on its own origin and nowhere else."""
_MOST_MODELS: Final = 2000
_MOST_BYTES: Final = 256_000_000
"""Of an answer: a 4K picture of noise has 68 MB in base64, and thoughts may bring some more."""
_MOST_S: Final = 900.0
"""For the body of an answer that comes in drops."""


class _Caught(threading.local):
    """What one thread's call has sent, and what came back first."""

    single: bool = False
    sent: int = 0
    reply: Reply | None = None

    def begin(self, *, single: bool) -> None:
        self.single, self.sent, self.reply = single, 0, None


class _Listened(BoundedClient):
    """Tells of each answer before the SDK reads it."""

    def __init__(self, come: Callable[[httpx.Response], None], **given: Any) -> None:
        super().__init__(**given)
        self._come = come

    def send(self, request: httpx.Request, *, stream: bool = False, **how: Any) -> httpx.Response:
        response = super().send(request, stream=stream, **how)
        if not stream:
            self._come(response)
        return response


class Line:
    """Speaks to Gemini at one address. Safe for threads; connects when it is first used."""

    def __init__(self, around: Surroundings, base_url: str) -> None:
        self._around = around
        self._base_url = base_url
        self._caught = _Caught()
        self._guard = threading.Lock()
        self._open: tuple[genai.Client, httpx.Client] | None = None

    def ask_once(
        self, model: str, parts: Sequence[str | tuple[bytes, str]], aspect_ratio: str, image_size: str | None
    ) -> Reply:
        """Ask for a picture, by one POST. May cost. Gives the reply, whatever it says.

        Args:
            model: Gemini's name of the model.
            parts: Words, and pictures as (bytes, media type).
            aspect_ratio: Such as ``16:9``.
            image_size: Such as ``2K``; None leaves it to the model.

        Raises:
            Unreachable: Proven not sent.
            OutcomeUnknown: Sent, and no whole reply came.
            ProviderError: ``not-built``: the SDK refused to build the request; proven not sent.
        """
        from google.genai import types

        config = types.GenerateContentConfig(
            response_modalities=["TEXT", "IMAGE"],
            image_config=types.ImageConfig(aspect_ratio=aspect_ratio, image_size=image_size),
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
            automatic_continuation=False,
        )
        contents: list[types.ContentUnionDict] = [
            types.Part.from_text(text=part)
            if isinstance(part, str)
            else types.Part.from_bytes(data=part[0], mime_type=part[1])
            for part in parts
        ]
        return self._post(lambda sdk: sdk.models.generate_content(model=model, contents=contents, config=config))

    def models(self) -> frozenset[str]:
        """The names of the models that the key may use. Costs nothing.

        Raises:
            Unreachable, WrongKey, RateLimited, ProviderError: It can't be asked, or doesn't tell.
        """
        from google.genai import errors

        self._caught.begin(single=False)
        try:
            with mapped("Gemini", "listing its models"):
                listed = self._sdk().models.list(config={"page_size": 1000})
                names = [str(model.name) for model in islice(listed, _MOST_MODELS)]
        except (errors.APIError, ValueError, RecursionError) as error:
            reply = self._caught.reply
            if reply is None:
                raise
            raise rate_limit(reply, self._around.now()) or fault("the list of models", reply, "such list") from error
        return frozenset(name.removeprefix("models/") for name in names)

    def close(self) -> None:
        """Close its connections; the next call opens them again."""
        with self._guard:
            if self._open is not None:
                self._open[0].close()
                self._open[1].close()
            self._open = None

    def _post(self, call: Callable[[genai.Client], object]) -> Reply:
        sdk = self._sdk()
        self._caught.begin(single=True)
        try:
            with mapped("Gemini", "asking for a picture", paid=True):
                call(sdk)
        except Exception as error:
            if self._caught.reply is not None:  # the SDK says no in its own way; the reply says it better
                return self._caught.reply
            if isinstance(error, ProviderError):
                raise
            raise self._odd(error) from error
        if self._caught.reply is None:
            raise self._odd(None)
        return self._caught.reply

    def _odd(self, error: Exception | None) -> ProviderError:
        """The SDK stopped in a way that nobody foresaw: what was not sent is proven, all else is unknown."""
        said = f"Google's SDK stopped: {type(error).__name__}" if error is not None else "Google's SDK gave no reply"
        if self._caught.sent:
            return OutcomeUnknown(said, remedy="look for it: starsend reconcile")
        unsent = ProviderError(
            f"{said}: {error}", remedy="install the versions of the lock again, then: starsend run", code="not-built"
        )
        unsent.proven_not_sent = True
        return unsent

    def _sdk(self) -> genai.Client:
        with self._guard:
            if self._open is None:
                self._open = self._connect()
            return self._open[0]

    def _connect(self) -> tuple[genai.Client, httpx.Client]:
        from google import genai
        from google.genai import types
        from google.genai.client import DebugConfig

        home = frozenset({origin_of(self._base_url)})
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)  # a kept connection may be a dead one
        tap = self._around.tap
        http = _Listened(
            self._come,
            most_bytes=_MOST_BYTES,
            most_s=_MOST_S,
            monotonic=self._around.monotonic,
            follow_redirects=False,
            limits=limits,
            auth=KeyOnOrigin(_KEY_HEADER, self._around.gemini.key, home),
            event_hooks={"request": [self._going]},
            transport=tap and TappedTransport(httpx.HTTPTransport(limits=limits), tap, self._around.monotonic),
        )
        sdk = genai.Client(
            vertexai=False,  # said, so that no variable of the environment can say otherwise
            api_key=_STAND_IN,
            debug_config=DebugConfig(client_mode=None, replays_directory=None, replay_id=None),
            http_options=types.HttpOptions(
                base_url=self._base_url,
                timeout=int(TIMEOUT_S * 1000),
                retry_options=types.HttpRetryOptions(attempts=1),
                httpx_client=http,
            ),
        )
        return sdk, http

    def _going(self, request: httpx.Request) -> None:
        if self._caught.single and self._caught.sent:
            raise RuntimeError("a second request of one paid call was stopped")
        self._caught.sent += 1
        request.extensions["timeout"] = {**request.extensions.get("timeout", {}), "connect": _CONNECT_S}

    def _come(self, response: httpx.Response) -> None:
        self._caught.reply = Reply.of(without_key(response, self._around.gemini.key))
