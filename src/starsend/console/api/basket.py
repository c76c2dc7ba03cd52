"""The retake basket: put together for nothing, shown with its sum, sent once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from starsend.console.acting import Asked, Seen
from starsend.console.api.wishes import PROMPT_CHARS, check_pictures
from starsend.console.hub import Hub
from starsend.console.problems import Fresh
from starsend.console.sending import basket_view, send, tell
from starsend.errors import StarsendError
from starsend.model.slate import Slate
from starsend.production.basket import Contents
from starsend.production.wish import Mode
from starsend.studio import OpenProject


class ItemFields(Asked):
    """What is to be made; what is left out stays as it is."""

    mode: Mode = "auto"
    shots: str | None = Field(None, max_length=40)
    takes: int = Field(1, ge=1, le=20)
    start_frame: str | None = Field(None, max_length=1000)
    end_frame: str | None = Field(None, max_length=1000)
    model: str | None = Field(None, max_length=100)
    prompt: str | None = Field(None, max_length=PROMPT_CHARS)
    prompts: dict[str, Annotated[str, Field(max_length=PROMPT_CHARS)]] = Field(default_factory=dict)
    notes: list[str] = Field(default_factory=list, max_length=100)
    words: str = Field("", max_length=4000)


class NewItem(ItemFields):
    """Something to be made. Adding needs no revision."""

    slate: str
    revision: int | None = Field(None, ge=0)


class ChangedItem(ItemFields, Seen):
    """Fields of an item that change."""


class Send(Seen):
    """Send it all; the sum is the one that was shown."""

    confirmed_usd: Annotated[Decimal, Field(ge=0, lt=10**9)]


def basket_router(hub: Hub) -> APIRouter:
    """``…/basket``."""
    router = APIRouter(prefix="/api/v1/projects/{project}/basket", tags=["basket"])

    @router.get("", summary="What is in the retake basket, and what it would cost")
    def look(project: str) -> dict[str, Any]:
        """Each item with its price or what is wrong with it, the sum against the budgets."""
        desk = hub.project(project)
        return basket_view(hub, desk, desk.basket.read())

    @router.post("/items", summary="Put something into the basket")
    def add(project: str, asked: NewItem) -> dict[str, Any]:
        """Spends nothing. Gives the basket."""
        desk = hub.project(project)
        check_pictures(desk, asked.start_frame, asked.end_frame)
        fields = asked.model_dump(exclude={"slate", "revision"}, exclude_unset=True)
        return _answer(hub, desk, lambda: desk.basket.add(Slate.parse(asked.slate), fields, asked.revision))

    @router.post("/items/{item}", summary="Change an item of the basket")
    def change(project: str, item: str, asked: ChangedItem) -> dict[str, Any]:
        """Only the fields that are given. Gives the basket."""
        desk = hub.project(project)
        check_pictures(desk, asked.start_frame, asked.end_frame)
        fields = asked.model_dump(exclude={"revision"}, exclude_unset=True)
        return _answer(hub, desk, lambda: desk.basket.change(item, fields, asked.revision))

    @router.post("/items/{item}/remove", summary="Take an item out of the basket")
    def remove(project: str, item: str, asked: Seen) -> dict[str, Any]:
        """Gives the basket."""
        desk = hub.project(project)
        return _answer(hub, desk, lambda: desk.basket.remove(item, asked.revision))

    @router.post("/send", status_code=202, summary="Send all that is in the basket")
    def send_all(project: str, asked: Send) -> dict[str, Any]:
        """May cost the sum that was shown, once: a second click sends nothing."""
        desk = hub.project(project)
        more: dict[str, Any] = {}
        try:
            work = send(hub, desk, asked.revision, asked.confirmed_usd, more)
        except StarsendError as error:
            raise Fresh(error, None, {**more, "basket": basket_view(hub, desk, desk.basket.read())}) from error
        contents = desk.basket.read()
        tell(hub, desk, contents)
        return {"work": work.as_dict(), "basket": basket_view(hub, desk, contents)}

    return router


def _answer(hub: Hub, desk: OpenProject, do: Callable[[], Contents]) -> dict[str, Any]:
    try:
        contents = do()
    except StarsendError as error:
        raise Fresh(error, None, {"basket": basket_view(hub, desk, desk.basket.read())}) from error
    tell(hub, desk, contents)
    return basket_view(hub, desk, contents)
