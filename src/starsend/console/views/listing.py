"""A project's records ready to be listed: in story order, what waits, what is committed. Follows changes one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from starsend.console.views.story import Story
from starsend.console.views.words import WAITING
from starsend.model.money import ZERO
from starsend.model.status import Status
from starsend.store.budgets import sum_up
from starsend.store.execution_store import COPY, Broken
from starsend.store.summary import Summary

_LOOKED_AT = frozenset(str(state) for state in WAITING)


@dataclass(frozen=True)
class Sums:
    """What is committed, to be shown; what is to be spent asks the books themselves.

    Attributes:
        project: USD of all records.
        sequences: USD a sequence with its shots.
        records: USD a record.
    """

    project: Decimal
    sequences: Mapping[str, Decimal]
    records: Mapping[str, Decimal]


@dataclass(frozen=True)
class Listing:
    """One state of a project's records. A changed one is made from the one before, at the cost of what changed.

    Attributes:
        rows: All records' summaries by id.
        story: In whose order.
        order: Readable records in story order.
        waiting: Those of them that wait for a look, in story order.
        shown: All rows that may be listed: of records, and of sequences that were never worked on, as if they had one.
        every: Those of them that can be read, in story order: ``order`` and what is only planned.
        broken: Records that can't be read, but for copies made by hand.
        sums: What is committed.
    """

    rows: Mapping[str, Summary]
    story: Story
    order: tuple[str, ...]
    waiting: tuple[str, ...]
    shown: Mapping[str, Summary]
    every: tuple[str, ...]
    broken: tuple[Broken, ...]
    sums: Sums
    _usd: Mapping[str, Decimal]
    _intents: Mapping[str, str]
    _copies: bool

    @classmethod
    def of(cls, rows: Mapping[str, Summary], story: Story, before: Listing | None = None) -> Listing:
        """Make one.

        Args:
            rows: All records' summaries by id.
            story: In whose order.
            before: The listing of the same project that this one follows.
        """
        if before is not None and before.rows is rows and before.story is story:
            return before
        if before is None or before.story is not story or before.rows.keys() != rows.keys():
            return _anew(cls, rows, story)
        old = before.rows
        return _after(cls, rows, before, [name for name, row in rows.items() if old[name] is not row])


def _anew(cls: type[Listing], rows: Mapping[str, Summary], story: Story) -> Listing:
    intents: dict[str, str] = {}
    copies = False
    for name, row in rows.items():
        for held in row.held:
            if held.intent and intents.setdefault(held.intent, name) != name:
                copies = True
    usd = dict(sum_up(rows).committed) if copies else {name: row.usd for name, row in rows.items()}
    sequences: dict[str, Decimal] = {}
    for name, each in usd.items():
        family = name.partition("_SH")[0]
        sequences[family] = sequences.get(family, ZERO) + each
    order = tuple(sorted((name for name, row in rows.items() if row.fault is None), key=story.place))
    planned = {name: _planned(story, name) for name in story.sequences if name not in rows}
    return cls(
        rows,
        story,
        order,
        tuple(name for name in order if rows[name].state in _LOOKED_AT),
        {**rows, **planned} if planned else rows,
        tuple(sorted((*order, *planned), key=story.place)) if planned else order,
        _broken(rows),
        Sums(sum(usd.values(), ZERO), sequences, usd),
        usd,
        intents,
        copies,
    )


def _after(cls: type[Listing], rows: Mapping[str, Summary], before: Listing, changed: list[str]) -> Listing:
    old = before.rows
    faults = any(rows[name].fault is not None or old[name].fault is not None for name in changed)
    asked = [(held.intent, name) for name in changed for held in rows[name].held if held.intent]
    copied = any(before._intents.get(intent, name) != name for intent, name in asked)
    if faults or before._copies or copied:
        return _anew(cls, rows, before.story)
    usd, sequences, total = dict(before._usd), dict(before.sums.sequences), before.sums.project
    intents = {**before._intents, **dict(asked)}
    for name in changed:
        more = rows[name].usd - usd[name]
        usd[name] += more
        total += more
        family = name.partition("_SH")[0]
        sequences[family] += more
    moved = any((rows[name].state in _LOOKED_AT) != (old[name].state in _LOOKED_AT) for name in changed)
    waiting = tuple(n for n in before.order if rows[n].state in _LOOKED_AT) if moved else before.waiting
    sums = Sums(total, sequences, usd)
    shown = rows if before.shown is old else {**before.shown, **rows}
    return cls(rows, before.story, before.order, waiting, shown, before.every, before.broken, sums, usd, intents, False)


def _planned(story: Story, name: str) -> Summary:
    """A sequence that is only planned counts as in its first state; a frame that was put there is seen on its page."""
    episode, sequence = story.planned[name]
    state = Status.VIDEO_PENDING if sequence.start_frame == "none" else Status.KEYFRAME_PENDING
    words = (name, sequence.title, *(shot.prompt for shot in sequence.shots))
    return Summary(str(state), episode, None, (), "\n".join(words).lower())


def _broken(rows: Mapping[str, Summary]) -> tuple[Broken, ...]:
    return tuple(
        Broken(name, row.fault)
        for name, row in sorted(rows.items(), key=lambda pair: pair[0])
        if row.fault is not None and not row.fault.startswith(COPY)
    )
