"""The Sequence Board: every slate in the column of its state, with its picture, its money and what it waits for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from starsend.console.views.listing import Listing
from starsend.console.views.rows import row_view
from starsend.console.views.words import PLANNED, state_dot
from starsend.errors import StarsendError
from starsend.model.money import ZERO, show_usd
from starsend.model.plan import Episode, Sequence
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.production.overview import waits_of
from starsend.production.project import Project

MOST_CARDS: Final = 60
"""So many cards a column are drawn; what is beyond stands behind a link."""

_COLUMNS: Final[tuple[tuple[str, str, str, tuple[Status, ...]], ...]] = (
    ("frame", "Needs a frame", "none", (Status.KEYFRAME_PENDING,)),
    ("drawing", "Drawing", "work", (Status.KEYFRAME_GENERATING,)),
    ("pick", "To pick", "wait", (Status.KEYFRAME_COMPLETE,)),
    ("ready", "Ready", "none", (Status.VIDEO_PENDING,)),
    ("work", "In work", "work", (Status.VIDEO_SUBMITTED, Status.VIDEO_PROCESSING)),
    ("judge", "To judge", "wait", (Status.VIDEO_COMPLETE,)),
    ("approved", "Approved", "good", (Status.APPROVED,)),
    ("again", "Failed, rejected", "bad", (Status.KEYFRAME_FAILED, Status.VIDEO_FAILED, Status.REJECTED)),
)
"""key, title, dot and states of each column, in the order of the work."""
_PLACES: Final = {str(state): key for key, _, _, states in _COLUMNS for state in states}
_WAITS: Final = {
    "the provider works on it": "the provider",
    "its reply is missing": "a lost reply; see Activity",
    "a grid is due": "a grid, which is due",
}
_STRANGE: Final = "again"
"""Where a state stands that is none: a hand wrote it."""


@dataclass
class _Column:
    names: list[str] = field(default_factory=list)
    usd: Decimal = ZERO


def board_view(project: Project, listing: Listing, episode: str = "") -> dict[str, Any]:
    """The board of a project.

    Args:
        project: The plan and records.
        listing: Its records' summaries.
        episode: Only this one; empty for all.
    """
    states = _states(project, listing, episode)
    columns = {key: _Column() for key, *_ in _COLUMNS}
    for name, state in states.items():
        column = columns[_PLACES.get(state, _STRANGE)]
        column.names.append(name)
        column.usd += listing.rows[name].usd if name in listing.rows else ZERO
    shown = [name for column in columns.values() for name in column.names[:MOST_CARDS]]
    waits = _waits(project, shown)
    cards = {name: _card(project, listing, name, states[name], waits.get(name, "")) for name in shown}
    return {
        "episode": episode,
        "episodes": [{"id": name, "title": title} for name, title in listing.story.episodes.items()],
        "total": len(states),
        "columns": [
            {
                "key": key,
                "title": title,
                "dot": dot,
                "count": len(columns[key].names),
                "usd": show_usd(columns[key].usd),
                "more": max(0, len(columns[key].names) - MOST_CARDS),
                "states": [str(state) for state in own],
                "groups": _groups(listing, columns[key].names[:MOST_CARDS], cards),
            }
            for key, title, dot, own in _COLUMNS
        ],
        "broken": [{"name": each.name, "why": each.why} for each in listing.broken],
    }


def _states(project: Project, listing: Listing, episode: str) -> dict[str, str]:
    """States by slate, in story order: all records that can be read, and sequences that were never worked on."""
    broken = {each.name for each in listing.broken}
    found = {name: listing.rows[name].state for name in listing.order}
    episodes: dict[str, str] = {name: listing.rows[name].episode for name in found}
    for part, sequence in project.plan.sequences():
        if sequence.id not in found and sequence.id not in broken:
            found[sequence.id] = str(project.first_state(Slate(sequence.id)))
            episodes[sequence.id] = part.id
    wanted = (name for name in found if not episode or episodes[name] == episode)
    return {name: found[name] for name in sorted(wanted, key=listing.story.place)}


def _waits(project: Project, names: Iterable[str]) -> dict[str, str]:
    """What slates wait for, in words; commands are left out: the page has buttons."""
    planned = {sequence.id: sequence for _, sequence in project.plan.sequences()}
    said: dict[str, str] = {}
    for name in dict.fromkeys(name.partition("_SH")[0] for name in names):
        if name not in planned:
            said[name] = "gone from the plan"
            continue
        try:
            said.update(waits_of(project, planned[name]))
        except StarsendError as error:  # one of its records can't be read: the head of the board names it
            said[name] = error.message
    return {name: "; ".join(_without_command(name, part) for part in text.split("; ")) for name, text in said.items()}


def _without_command(name: str, part: str) -> str:
    """One thing that is waited for, so that "waits for …" can stand before it."""
    words = part.partition(": starsend")[0]
    if words.startswith(f"{name}_T"):  # what failed is said by its state
        return "a person's word to try again"
    shots = words.removeprefix("due: ")
    return f"a take of {shots}, which is due" if shots != words else _WAITS.get(words, words)


def _card(project: Project, listing: Listing, name: str, state: str, waits: str) -> dict[str, Any]:
    slate = name.partition("_SH")[0]
    found = _planned(project, slate)
    made = {"slate": name, "kind": "shot" if "_SH" in name else "sequence", "waits": waits, "prompt": "", "shots": 0}
    if found is not None:
        made["prompt"] = _prompt(found[1], name)
        made["shots"] = 0 if "_SH" in name else len(found[1].shots)
    row = listing.rows.get(name)
    if row is not None:
        return {**row_view(name, row, listing.story, project.paths.project), **made, "takes": len(row.held)}
    return {
        **made,
        "title": listing.story.titles.get(slate, ""),
        "episode": "" if found is None else found[0].id,
        "state": state,
        "word": PLANNED,
        "dot": state_dot(state),
        "detail": "",
        "revision": 0,
        "takes": 0,
        "cost": show_usd(ZERO),
        "findings": 0,
        "notes": 0,
        "stale": False,
        "thumbnail": None,
        "filmstrip": None,
        "href": f"/{project.paths.project}/dailies?state=any&slate={name}",
    }


def _planned(project: Project, sequence: str) -> tuple[Episode, Sequence] | None:
    try:
        return project.plan.find_sequence(sequence)
    except StarsendError:  # gone from the plan
        return None


def _prompt(sequence: Sequence, name: str) -> str:
    _, _, shot = name.partition("_")
    return next((each.prompt for each in sequence.shots if each.id == shot), sequence.first_prompt)


def _groups(listing: Listing, names: list[str], cards: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Cards of a column under their episodes, in order."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for name in names:
        groups.setdefault(cards[name]["episode"], []).append(cards[name])
    return [
        {"episode": name, "title": listing.story.episodes.get(name, ""), "cards": each} for name, each in groups.items()
    ]
