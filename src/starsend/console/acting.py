"""How every action is done: on the record as the person saw it, told to everybody, refused with the fresh record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import orjson
from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from starsend.console.hub import Hub
from starsend.console.problems import Fresh
from starsend.errors import StaleWrite, StarsendError, UnknownName
from starsend.model.record import Record, log
from starsend.model.slate import Slate
from starsend.store.execution_store import Version
from starsend.studio import OpenProject

R = TypeVar("R")


class Asked(BaseModel):
    """What a request's body may hold, and nothing else."""

    model_config = ConfigDict(extra="forbid")


class Seen(Asked):
    """What every action carries: the revision that the person saw; 0 where there was no record yet."""

    revision: int = Field(ge=0)


Judge = Callable[[OpenProject, Slate, Version], Record]


def act(hub: Hub, project: str, slate: str, asked: Seen, judge: Judge) -> Record:
    """Do something to one record as it was seen, tell everybody, and give the record.

    Raises:
        Fresh: Refused, with the record as it is now.
        UnknownName: There is no such slate, or it has no record yet.
    """
    desk = hub.project(project)
    place = desk.project.named(Slate.parse(slate))
    seen = desk.store.find(str(place))
    if seen is None:
        raise UnknownName(f"{place} has no record yet", remedy=f"make a take: starsend generate --seq {place.sequence}")
    with fresh(desk, place):
        check_revision(place, seen, asked.revision)
        record = judge(desk, place, seen)
    hub.changed(project, record)
    return record


def claim(hub: Hub, desk: OpenProject, place: Slate, slates: Collection[Slate], why: str) -> None:
    """Use up what the person saw, where what they ask for goes to other records than the one that they saw.

    The revision of that record moves, so that the same request, sent again, is refused. Call it within ``hub.asking``,
    after :func:`check_revision`.

    Args:
        hub: Told of the change.
        desk: The project.
        place: The slate that was seen; its record is made where there is none.
        slates: Where takes will be opened: that moves their records.
        why: What is asked for, for the history.

    Raises:
        StaleWrite: Somebody else was quicker, from another process.
    """
    if place in slates:
        return
    ink, store = desk.studio.desk, desk.store
    seen = store.find(str(place)) or store.init_sequence(
        str(place), desk.project.first_state(place), episode=desk.project.episode_of(place), by=ink.by
    )
    claimed = store.revise(str(place), lambda record: log(record, at=ink.now(), by=ink.by, why=why), seen=seen)
    hub.changed(desk.paths.project, claimed.record, why="asked")


def record_reply(record: Record, **beside: Any) -> Response:
    """A record as an answer, written once: nothing in it needs to be copied or checked.

    Args:
        record: As it was written.
        beside: Fields that stand beside the record's own.
    """
    body = record.model_dump_json()
    if beside:
        body = f"{body[:-1]},{orjson.dumps(beside).decode()[1:]}"
    return Response(body, media_type="application/json")


@contextmanager
def fresh(desk: OpenProject, place: Slate | None, more: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Answer errors with the record as it is now, and with what else helps a page to go on.

    Args:
        desk: The project.
        place: Whose record; None where it is about no single one.
        more: Read when the error comes: may be filled meanwhile.

    Raises:
        Fresh: In the place of every error of ours.
    """
    try:
        yield
    except StarsendError as error:
        try:
            version = None if place is None else desk.store.find(str(place))
        except StarsendError:  # the record can't be read; that is said already
            version = None
        raise Fresh(error, None if version is None else version.record.model_dump(mode="json"), more) from error


def check_revision(place: Slate, seen: Version | None, revision: int) -> None:
    """Let an action pass whose person saw the record as it is.

    Raises:
        StaleWrite: It has changed since.
    """
    there = 0 if seen is None else seen.record.revision
    if there != revision:
        state = "it has no record" if seen is None else f"revision {there}, {seen.record.state}"
        raise StaleWrite(
            f"{place} has changed since you saw it: {state}", remedy="look again, then decide; what you typed is kept"
        )
