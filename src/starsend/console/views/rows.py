"""The list of Dailies: filtered, in story order or newest first, a page at a time, from summaries alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self
from urllib.parse import urlencode

from starsend.console.views.links import SMALL_PX, link
from starsend.console.views.listing import Listing
from starsend.console.views.story import Story
from starsend.console.views.words import PLANNED, state_dot, state_word
from starsend.errors import PlanError
from starsend.model.money import show_usd
from starsend.model.status import Status
from starsend.store.budgets import of_sequence
from starsend.store.execution_store import Broken
from starsend.store.summary import Summary

PAGE: Final = 100
ANY: Final = "any"
Order = Literal["story", "newest"]


@dataclass(frozen=True)
class Wanted:
    """What the list shows; as it stands in the page's address.

    Attributes:
        state: A state, ``any``, or empty for what waits for a look.
        medium: Of the newest take; empty for all.
        stale: Only those with a take whose inputs changed since.
        text: In the id, a prompt, a note or a reason; ignoring case.
    """

    state: str = ""
    episode: str = ""
    sequence: str = ""
    medium: str = ""
    stale: bool = False
    text: str = ""
    order: Order = "story"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Read it from an address.

        Raises:
            PlanError: ``unknown-state``.
        """
        state = query.get("state", "").strip()
        if state and state != ANY and state not in set(Status):
            raise PlanError(
                f"there is no state {state}", remedy=f"states are: {', '.join(Status)}", code="unknown-state"
            )
        return cls(
            state=state,
            episode=query.get("episode", "").strip(),
            sequence=query.get("sequence", "").strip(),
            medium=query.get("medium", "").strip(),
            stale=query.get("stale", "").lower() in ("1", "true", "yes", "on"),
            text=query.get("text", "").strip(),
            order="newest" if query.get("order") == "newest" else "story",
        )

    @property
    def query(self) -> str:
        """As it stands in an address, without what is usual."""
        told = {name: value for name, value in vars(self).items() if value and (name, value) != ("order", "story")}
        return urlencode({name: "1" if value is True else value for name, value in told.items()})

    @property
    def narrows(self) -> bool:
        """Something beside the state is asked for."""
        return bool(self.episode or self.sequence or self.medium or self.stale or self.text)

    def choose(self, listing: Listing) -> list[str]:
        """The slates that are wanted, in story order; each question is asked only where it is asked."""
        rows = listing.shown
        names: Iterable[str] = listing.every
        if not self.state:
            names = listing.waiting
        elif self.state != ANY:
            names = [name for name in names if rows[name].state == self.state]
        if self.episode:
            names = [name for name in names if rows[name].episode == self.episode]
        if self.sequence:
            names = [name for name in names if of_sequence(name, self.sequence)]
        if self.medium:
            names = [name for name in names if rows[name].medium == self.medium]
        if self.stale:
            names = [name for name in names if rows[name].glance.stale]
        if self.text:
            text = self.text.lower()
            names = [name for name in names if text in rows[name].text]
        return list(names)


@dataclass(frozen=True)
class RowPage:
    """One page of the list.

    Attributes:
        names: The slates, in order.
        next: Pass it as ``after`` for the page that follows; None at the end.
        total: How many match in all.
        waiting: How many of the whole project wait for a look.
        broken: Records that can't be read.
    """

    names: tuple[str, ...]
    next: str | None
    total: int
    waiting: int
    broken: tuple[Broken, ...]


def page_of(listing: Listing, wanted: Wanted, after: str | None = None, limit: int = PAGE) -> RowPage:
    """Choose the rows of one page.

    Args:
        listing: The project's records.
        wanted: Which.
        after: ``next`` of the page before.
        limit: How many.
    """
    rows = listing.shown
    names = wanted.choose(listing)
    if wanted.order == "newest":
        names.sort()
        names.sort(key=lambda name: rows[name].glance.at, reverse=True)
    begin = _begin(names, rows, listing.story, wanted, after)
    chosen = names[begin : begin + limit]
    return RowPage(
        tuple(chosen),
        _cursor(chosen[-1], rows[chosen[-1]], wanted) if begin + limit < len(names) else None,
        len(names),
        len(listing.waiting),
        listing.broken,
    )


def row_view(name: str, row: Summary, story: Story, project: str) -> dict[str, Any]:
    """One row as the page shows it."""
    glance = row.glance
    sequence, _, shot = name.partition("_SH")
    still = link(glance.thumbnail, glance.content) if glance.thumbnail else None
    if still is None and glance.medium in ("grid", "frame"):
        still = link(glance.path, glance.content, SMALL_PX)
    return {
        "slate": name,
        "title": "" if shot else story.titles.get(sequence, ""),
        "episode": row.episode,
        "state": row.state,
        "word": state_word(row.state) if glance.revision else PLANNED,
        "dot": state_dot(row.state),
        "detail": detail(row),
        "revision": glance.revision,
        "take": glance.take,
        "medium": glance.medium,
        "model": glance.model,
        "cost": show_usd(row.usd),
        "findings": glance.findings,
        "warnings": glance.warnings,
        "warned": glance.warned,
        "dropped": glance.dropped,
        "notes": glance.notes,
        "stale": glance.stale,
        "thumbnail": still,
        "filmstrip": link(glance.filmstrip, glance.content),
        "at": glance.at,
        "href": f"/{project}/dailies?slate={name}",
    }


def detail(row: Summary) -> str:
    """What the word of a state leaves open: how many takes, which was approved, why one was rejected or failed."""
    glance, state = row.glance, row.state
    if state == Status.APPROVED:
        left_out = f" without {', '.join(glance.except_)}" if glance.except_ else ""
        return f"T{glance.approved:03d}{left_out}" if glance.approved else ""
    if state == Status.REJECTED:
        return glance.reason
    if state in (Status.VIDEO_FAILED, Status.KEYFRAME_FAILED):
        return glance.fault
    if state == Status.VIDEO_COMPLETE:
        return f"{glance.open} take{'' if glance.open == 1 else 's'}" if glance.open else ""
    return ""


def _begin(names: list[str], rows: Mapping[str, Summary], story: Story, wanted: Wanted, after: str | None) -> int:
    """Where a page begins: behind ``after``, also where that slate is not wanted any more (it was just approved)."""
    if not after:
        return 0
    at, _, last = after.rpartition(" ")
    if wanted.order == "newest":
        behind = (
            i for i, name in enumerate(names) if (then := rows[name].glance.at) < at or (then == at and name > last)
        )
    else:
        place = story.place(last)
        behind = (i for i, name in enumerate(names) if story.place(name) > place)
    return next(behind, len(names))


def _cursor(name: str, row: Summary, wanted: Wanted) -> str:
    return f"{row.glance.at} {name}" if wanted.order == "newest" else name
