"""A plan as rows of a spreadsheet, one a shot, and rows read back, as people's spreadsheets leave them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from starsend.errors import PlanError
from starsend.model.plan import Line, Plan

_OF_EPISODE = {"episode_title": "title"}
_OF_SEQUENCE = {
    "sequence_title": "title",
    "mode": "mode",
    "start_frame": "start_frame",
    "elements": "elements",
    "style": "style",
    "grid_prompt": "grid_prompt",
}
_OF_SHOT = {"duration_s": "duration_s", "prompt": "prompt", "end_frame": "end_frame", "dialogue": "dialogue"}
COLUMNS = ("episode", "sequence", "shot", *_OF_SHOT, *_OF_SEQUENCE, *_OF_EPISODE)

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SPOKEN = re.compile(r"((?:[^\\:]|\\.)*):\s?(.*)", re.DOTALL)

Row = Mapping[str, str]


def guarded(cell: str) -> str:
    """Put ' before what a spreadsheet would run as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def plain(cell: str) -> str:
    """Undo `guarded`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def plan_rows(plan: Plan) -> Iterator[dict[str, str]]:
    """All shots of a plan as rows of text, keys in the order of `COLUMNS`."""
    for episode in plan.episodes:
        for sequence in episode.sequences:
            for shot in sequence.shots:
                yield {
                    "episode": episode.id,
                    "sequence": sequence.id,
                    "shot": shot.id,
                    "duration_s": format(shot.duration_s, "f"),
                    "prompt": shot.prompt,
                    "end_frame": shot.end_frame or "",
                    "dialogue": "\n".join(map(_spoken, shot.dialogue)),
                    "sequence_title": sequence.title,
                    "mode": sequence.mode,
                    "start_frame": sequence.start_frame,
                    "elements": " ".join(sequence.elements),
                    "style": sequence.style,
                    "grid_prompt": sequence.grid_prompt or "",
                    "episode_title": episode.title,
                }


def read_rows(text: str) -> list[dict[str, str]]:
    """Read CSV text with a header: commas, semicolons or tabs; guards against formulas undone.

    Raises:
        PlanError: ``bad-csv`` if the header lacks sequence or shot, or names a column that is not known.
    """
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    csv.field_size_limit(max(csv.field_size_limit(), 1_000_000))
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise _bad([f"it is not CSV: {error}"]) from error
    names = [name.strip().lower().replace(" ", "_") for name in table[0]] if table else []
    wrong = [f'the column "{name}" is not known' for name in names if name and name not in COLUMNS]
    wrong += [f'the column "{name}" is missing' for name in ("sequence", "shot") if name not in names]
    wrong += [f'the column "{name}" is there twice' for name in set(names) if name and names.count(name) > 1]
    if wrong:
        raise _bad(wrong)
    rows = []
    for number, cells in enumerate(table[1:], start=2):
        if any(cell.strip() for cell in cells):
            row = {name: plain(cell) for name, cell in zip(names, cells, strict=False) if name}
            rows.append({"row": str(number)} | row)
    return rows


def rows_document(rows: Sequence[Row], plan: Plan) -> dict[str, Any]:
    """Turn rows into a partial plan document, to be merged.

    What belongs to a sequence may be changed in one row or in all; rows that disagree are refused.

    Raises:
        PlanError: ``bad-csv``, naming every bad row.
    """
    current = {(row["sequence"], row["shot"]): row for row in plan_rows(plan)}
    homes = {sequence.id: episode.id for episode, sequence in plan.sequences()}
    wrong: list[str] = []
    episodes: dict[str, dict[str, Any]] = {}
    sequences: dict[str, dict[str, Any]] = {}
    seen: dict[tuple[str, str], str] = {}
    for row in rows:
        sequence_id, shot_id = row.get("sequence", "").strip(), row.get("shot", "").strip()
        episode_id = row.get("episode", "").strip() or homes.get(sequence_id, "ep_001")
        if not sequence_id or not shot_id:
            wrong.append(f"row {row['row']} lacks a sequence or a shot")
            continue
        if other := seen.get((sequence_id, shot_id)):
            wrong.append(f"rows {other} and {row['row']} are both {sequence_id} {shot_id}")
            continue
        seen[sequence_id, shot_id] = row["row"]
        episode = episodes.setdefault(episode_id, {"id": episode_id, "sequences": []})
        if sequence_id not in sequences:
            sequences[sequence_id] = {"id": sequence_id, "shots": []}
            episode["sequences"].append(sequences[sequence_id])
        old = current.get((sequence_id, shot_id), {})
        sequences[sequence_id]["shots"].append({"id": shot_id} | _values(row, old, _OF_SHOT, wrong))
    wrong += _lay_shared(rows, episodes, "episode", _OF_EPISODE, current)
    wrong += _lay_shared(rows, sequences, "sequence", _OF_SEQUENCE, current)
    if wrong:
        raise _bad(wrong)
    return {"episodes": list(episodes.values())}


def _values(row: Row, old: Row, columns: Mapping[str, str], wrong: list[str]) -> dict[str, Any]:
    """The cells of a row that differ from the plan as it is; empty cells of a new shot are left to the defaults."""
    values: dict[str, Any] = {}
    for column, name in columns.items():
        cell = row.get(column)
        if cell is None or _lines(cell) == _lines(old.get(column, "")):
            continue
        try:
            values[name] = _value(column, cell)
        except ValueError as error:
            wrong.append(f"row {row['row']}: {column} {error}")
    return values


def _lay_shared(
    rows: Sequence[Row],
    things: Mapping[str, dict[str, Any]],
    key: str,
    columns: Mapping[str, str],
    current: Mapping[tuple[str, str], Row],
) -> list[str]:
    """Lay what belongs to whole sequences or episodes onto them; gives what the rows disagree on."""
    before = {row[key]: row for row in current.values()}
    wrong: list[str] = []
    for column, name in columns.items():
        found: dict[str, dict[str, str]] = {}
        for row in rows:
            thing = row.get(key, "").strip()
            cell = row.get(column)
            if cell is not None and thing in things and _lines(cell) != _lines(before.get(thing, {}).get(column, "")):
                found.setdefault(thing, {}).setdefault(cell, row["row"])
        for thing, cells in found.items():
            if len(cells) > 1:
                numbers = " and ".join(cells.values())
                wrong.append(f"rows {numbers} disagree on the {column} of {thing}")
            else:
                things[thing][name] = _value(column, next(iter(cells)))
    return wrong


def _value(column: str, cell: str) -> Any:
    if column == "duration_s":
        try:
            seconds = Decimal(cell.strip().replace(",", ".").removesuffix("s").strip())
        except InvalidOperation as error:
            raise ValueError(f'"{cell}" is not a number') from error
        if not seconds.is_finite() or abs(seconds) > 1_000_000:
            raise ValueError(f'"{cell}" is not a number of seconds')
        return int(seconds) if seconds == int(seconds) else float(seconds)
    if column == "elements":
        return [name.removeprefix("@") for name in cell.replace(",", " ").replace(";", " ").split()]
    if column == "dialogue":
        return [_line(line) for line in cell.splitlines() if line.strip()]
    if column in {"end_frame", "grid_prompt"}:
        return cell.strip() or None if column == "end_frame" else cell or None
    return cell.strip() if column in {"mode", "start_frame"} else cell


def _spoken(line: Line) -> str:
    return f"{_escaped(line.who).replace(':', chr(92) + ':')}: {_escaped(line.text)}"


def _escaped(text: str) -> str:
    return "".join(
        rf"\u{ord(c):04x}" if c in "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029" else c
        for c in text.replace("\\", "\\\\").replace("\n", "\\n")
    )


def _line(text: str) -> dict[str, str]:
    match = _SPOKEN.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text[:40]}" names nobody; write it as dana: Don\'t stop.')
    return {"who": _unescaped(match[1]).strip(), "text": _unescaped(match[2])}


def _unescaped(text: str) -> str:
    text = re.sub(r"(?<!\\)((?:\\\\)*)\\u([0-9a-f]{4})", lambda m: m[1] + chr(int(m[2], 16)), text)
    return _ESCAPE.sub(lambda m: "\n" if m[1] == "n" else m[1], text)


def _lines(cell: str) -> str:
    """A cell with the line ends of a plan, whatever the spreadsheet made of them."""
    return cell.replace("\r\n", "\n")


def _bad(wrong: Sequence[str]) -> PlanError:
    return PlanError(
        "the CSV can't be imported: " + "; ".join(wrong),
        remedy="begin with `starsend plan export --csv`, and keep its header",
        code="bad-csv",
    )
