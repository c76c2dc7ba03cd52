"""Merges two plans as JSON documents by the ids in them, and tells the difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from starsend.model.plan_lines import pointer_of

_BY_ID = frozenset({"elements", "episodes", "sequences", "shots"})


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        pointer: A JSON pointer into the new plan, or into the old one for what is gone.
        before: The old value; None where it was not there.
        after: The new value; None where it is gone.
        where: The same place in words, such as ``SEQ01 SH03 duration_s``.
    """

    pointer: str
    before: Any
    after: Any
    where: str = ""


def merged(before: Mapping[str, Any], changed: Mapping[str, Any], *, prune: bool = False) -> dict[str, Any]:
    """Lay one document over another: objects key by key, lists of things with ids id by id, the rest as a whole.

    Args:
        before: The plan as it is; its order of keys stays.
        changed: What comes in, whole or in part.
        prune: In lists of things with ids, leave out what ``changed`` does not have.
    """
    result = dict(_at_home(before, changed) if "episodes" in before else before)
    for key, new in changed.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            result[key] = merged(old, new, prune=prune)
        elif key in _BY_ID and _has_ids(old) and _has_ids(new):
            result[key] = _merged_list(old, new, prune=prune)
        elif not _same(old, new) or key not in result:
            result[key] = new
    return result


def changes_between(before: Any, after: Any, pointer: str = "", where: str = "") -> Iterator[Change]:
    """Tell all differences between two documents, things with ids compared by id."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            here, named = pointer + pointer_of(key), where if key in _BY_ID else f"{where} {key}".strip()
            yield from changes_between(before.get(key), after.get(key), here, named)
    elif _has_ids(before) and _has_ids(after) and (before or after):
        yield from _list_changes(before, after, pointer, where)
    elif not _same(before, after):
        yield Change(pointer, before, after, where)


def _list_changes(before: Any, after: Any, pointer: str, where: str) -> Iterator[Change]:
    old = {item["id"]: item for item in before}
    new = {item["id"]: item for item in after}
    for i, (name, item) in enumerate(new.items()):
        yield from changes_between(old.get(name), item, f"{pointer}/{i}", f"{where} {name}".strip())
    for i, (name, item) in enumerate(old.items()):
        if name not in new:
            yield Change(f"{pointer}/{i}", item, None, f"{where} {name}".strip())
    stayed = [name for name in old if name in new]
    if stayed != [name for name in new if name in old]:
        yield Change(pointer, list(old), list(new), f"{where} order".strip())


def _merged_list(old: list[Any], new: list[Any], *, prune: bool) -> list[Any]:
    known = {item["id"]: item for item in old}
    coming = {item["id"]: merged(known.get(item["id"], {}), item, prune=prune) for item in new}
    if prune or known.keys() <= coming.keys():
        return list(coming.values())
    order = list(known)
    after: str | None = None
    for name in coming:
        if name not in known:
            order.insert(order.index(after) + 1 if after in order else len(order), name)
        after = name
    return [coming.get(name) or known[name] for name in order]


def _at_home(before: Mapping[str, Any], changed: Mapping[str, Any]) -> Mapping[str, Any]:
    """Move sequences that come back in another episode to that one first, so that none is there twice."""
    homes = {s["id"]: e["id"] for e in _items(changed.get("episodes")) for s in _items(e.get("sequences"))}
    episodes = _items(before.get("episodes"))
    moving = {
        s["id"]: s for e in episodes for s in _items(e.get("sequences")) if homes.get(s["id"], e["id"]) != e["id"]
    }
    if not moving:
        return before
    stay = []
    for episode in episodes:
        rest = [s for s in _items(episode.get("sequences")) if s["id"] not in moving]
        stay.append({**episode, "sequences": rest + [s for s in moving.values() if homes[s["id"]] == episode["id"]]})
    there = {episode["id"] for episode in stay}
    for home in dict.fromkeys(homes[name] for name in moving if homes[name] not in there):
        stay.append({"id": home, "sequences": [s for s in moving.values() if homes[s["id"]] == home]})
    return {**before, "episodes": stay}


def _items(value: Any) -> list[Any]:
    return value if _has_ids(value) else []


def _has_ids(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and all(isinstance(item, dict) and isinstance(item.get("id"), str) for item in value)


def _same(old: Any, new: Any) -> bool:
    """Whether two values say the same; 4 and 4.0 do, true and 1 do not."""
    return bool(old == new) and isinstance(old, bool) == isinstance(new, bool)
