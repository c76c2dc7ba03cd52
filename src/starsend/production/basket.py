"""The retake basket: what is to be made again, put together without spending, shared by all pages of a project.

It lies in ``state/<project>/basket.json``. An item leaves it as its take is opened: the take's record names the item,
so that whatever dies in between, no item is bought twice.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pydantic import AwareDatetime, Field, ValidationError

from starsend.errors import PlanError, SetupError, StaleWrite, UnknownName
from starsend.model.slate import Slate
from starsend.model.take import Kept
from starsend.production.project import Project
from starsend.production.timekeeping import Desk
from starsend.production.wish import Mode, Wish, shot_range
from starsend.store.files import atomic_write, disk_faults, make_folder
from starsend.store.locks import folder_lock

MOST_ITEMS: Final = 200


class Item(Kept):
    """One thing to be made.

    Attributes:
        slate: A sequence or one of its shots.
        prompt: Words for these takes alone.
        prompts: Words that become overrides of the sequence when the basket is sent, by shot id.
        notes: Ids of the notes that it answers.
        words: What the person wants of it.
        sending: Marks the send that it is part of; None while it waits.
    """

    id: str
    slate: str
    mode: Mode = "auto"
    shots: str | None = None
    takes: int = Field(1, ge=1, le=20)
    start_frame: str | None = None
    end_frame: str | None = None
    model: str | None = None
    prompt: str | None = None
    prompts: dict[str, str] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()
    words: str = ""
    by: str
    at: AwareDatetime
    sending: str | None = None

    @property
    def place(self) -> Slate:
        """Its slate."""
        return Slate.parse(self.slate)

    @property
    def wish(self) -> Wish:
        """As the workflow wants it; the take that it opens names the item."""
        return Wish(
            mode=self.mode,
            shot=self.place.shot,
            shots=self.shots,
            takes=self.takes,
            prompt=self.prompt or None,
            start_frame=self.start_frame or None,
            end_frame=self.end_frame or None,
            model=self.model or None,
            overrides=self.prompts,
            basket_item=self.id,
        )


class Contents(Kept):
    """What is in the basket. ``revision`` grows by one with each write."""

    schema_version: int = 1
    revision: int = 0
    items: tuple[Item, ...] = ()

    def item(self, item_id: str) -> Item:
        """One item.

        Raises:
            UnknownName: ``no-item``.
        """
        for item in self.items:
            if item.id == item_id:
                return item
        raise UnknownName(
            f"the basket has no item {item_id}",
            remedy="look at the basket again: it was sent or taken out",
            code="no-item",
        )


class Basket:
    """The basket of one project."""

    def __init__(self, project: Project, desk: Desk) -> None:
        self._project = project
        self._desk = desk

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self._project.paths.state / "basket.json"

    def read(self) -> Contents:
        """What is in it now, without items whose take was opened.

        Raises:
            SetupError: ``basket-broken``: it was mended by hand into something else.
        """
        there = self._load()
        return there.but(items=tuple(item for item in there.items if not self.opened(item)))

    def add(self, slate: Slate, fields: dict[str, Any], revision: int | None = None) -> Contents:
        """Put something in.

        Raises:
            UnknownName: The slate is not in the plan.
            PlanError: ``basket-full``.
            StaleWrite: The basket changed since ``revision``.
        """
        place = self._project.as_planned(slate)

        def edit(now: Contents) -> Contents:
            if len(now.items) >= MOST_ITEMS:
                raise PlanError(
                    f"the basket holds {MOST_ITEMS} items", remedy="send it, or take something out", code="basket-full"
                )
            item = Item(id=self._desk.new_id()[:12], slate=str(place), by=self._desk.by, at=self._desk.now(), **fields)
            return now.but(items=(*now.items, item))

        return self._write(edit, revision)

    def change(self, item_id: str, fields: dict[str, Any], revision: int) -> Contents:
        """Change some fields of an item.

        Raises:
            UnknownName: ``no-item``.
            StaleWrite: The basket changed since ``revision``.
        """

        def edit(now: Contents) -> Contents:
            changed = Item.model_validate({**now.item(item_id).model_dump(), **fields})
            return now.but(items=tuple(changed if item.id == item_id else item for item in now.items))

        return self._write(edit, revision)

    def remove(self, item_id: str, revision: int) -> Contents:
        """Take an item out.

        Raises:
            UnknownName: ``no-item``.
            StaleWrite: The basket changed since ``revision``.
        """

        def edit(now: Contents) -> Contents:
            gone = now.item(item_id)
            return now.but(items=tuple(item for item in now.items if item is not gone))

        return self._write(edit, revision)

    def mark(self, ids: set[str], sending: str, revision: int) -> Contents:
        """Mark items as being sent: one send of a revision passes, and no other.

        Raises:
            StaleWrite: The basket changed since ``revision``.
        """
        return self._write(
            lambda now: now.but(
                items=tuple(item.but(sending=sending) if item.id in ids else item for item in now.items)
            ),
            revision,
        )

    def settle(self, sending: str | None = None) -> Contents:
        """Take out what was opened; where a send has ended, what it left waits again."""

        def edit(now: Contents) -> Contents:
            return now.but(
                items=tuple(item.but(sending=None) if item.sending == sending else item for item in now.items)
            )

        return self._write(edit, None)

    def opened(self, item: Item) -> bool:
        """Whether a take was opened for it. The record says so, whatever stands in the basket."""
        opened = self.opened_slates(item)
        return item.place in opened or (bool(opened) and opened.issuperset(self._shots(item)))

    def opened_slates(self, item: Item) -> frozenset[Slate]:
        """Where a take was opened for it: its own record, and where its shots are made one by one, theirs."""
        return frozenset(
            slate
            for slate in (item.place, *self._shots(item))
            if (record := self._project.record(slate)) is not None
            and any(take.basket_item == item.id for take in record.takes)
        )

    def _shots(self, item: Item) -> tuple[Slate, ...]:
        """The shots that an item of a sequence is about; none where the plan doesn't have them any more."""
        if item.place.shot is not None:
            return ()
        try:
            planned = self._project.plan.find_sequence(item.place.sequence)[1]
            return tuple(item.place.of_shot(shot.id) for shot in shot_range(planned, item.shots))
        except (UnknownName, PlanError):
            return ()

    def _write(self, edit: Callable[[Contents], Contents], revision: int | None) -> Contents:
        make_folder(self.path.parent)
        with folder_lock(self.path.parent), disk_faults(self.path):
            there = self._load()
            if revision is not None and there.revision != revision:
                raise StaleWrite(
                    f"the basket has changed since you saw it: revision {there.revision}",
                    remedy="look at it again; nothing was sent",
                )
            new = edit(there.but(items=tuple(item for item in there.items if not self.opened(item))))
            if new.items == there.items:
                return there
            new = new.but(revision=there.revision + 1)
            atomic_write(self.path, f"{new.model_dump_json(indent=2)}\n".encode())
        return new

    def _load(self) -> Contents:
        try:
            return Contents.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return Contents()
        except (ValidationError, OSError) as error:
            raise SetupError(
                f"the basket {self.path} can't be read: {error}",
                remedy=f"mend it by hand, or move it away: {self.path}",
                code="basket-broken",
            ) from error
