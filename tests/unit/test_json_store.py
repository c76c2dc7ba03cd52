"""What is true of the store of JSON files alone: files are read and mended by hand, and broken ones harm no other."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from starsend.errors import BudgetError, Busy, RecordBroken, StaleWrite
from starsend.model.money import NO_CAPS, Caps
from starsend.model.record import log
from starsend.model.status import Status
from starsend.model.take import Take
from starsend.store.execution_store import Broken, Filter, Version
from starsend.store.json_store import Clock, JsonStore
from starsend.store.paths import ProjectPaths

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def paths(tmp_path: Path) -> ProjectPaths:
    return ProjectPaths(tmp_path, "film")


@pytest.fixture
def store(paths: ProjectPaths) -> JsonStore:
    return JsonStore(paths, Clock(lambda: datetime.now(UTC), time.monotonic, time.sleep))


def take(usd: str, fingerprint: str = "", **fields: Any) -> Take:
    return Take(
        take=0,
        medium="video",
        mode="multi",
        provider="p",
        model="m",
        intent_id=f"i{usd}",
        estimate_usd=Decimal(usd),
        fingerprint=fingerprint,
        **fields,
    )


def opened(store: JsonStore, slate: str, *takes: Take, caps: Caps = NO_CAPS) -> Version:
    seen = store.init_sequence(slate, Status.VIDEO_PENDING, episode="ep_001")
    return store.open_take(slate, takes, caps, seen=seen, by="t")


def test_a_record_lies_where_the_contract_says_in_indented_json(store: JsonStore, tmp_path: Path) -> None:
    opened(store, "SEQ01", take("1.57"))
    text = (tmp_path / "state" / "film" / "shots" / "SEQ01.json").read_text(encoding="utf-8")
    assert text.startswith('{\n  "schema_version": 1,\n  "id": "SEQ01",\n  "project": "film",\n')
    assert text.endswith("}\n")
    assert '"estimate_usd": "1.57"' in text
    assert '"outcome": "pending"' in text


def test_words_of_any_language_stay_readable_in_the_file(store: JsonStore, paths: ProjectPaths) -> None:
    store.init_sequence("SEQ01", Status.VIDEO_PENDING)
    store.revise("SEQ01", lambda r: log(r, at=AT, by="Ærø", why="zu dunkel – 暗い"))
    assert "zu dunkel – 暗い" in (paths.records / "SEQ01.json").read_text(encoding="utf-8")


def test_a_hand_edited_file_is_what_counts_from_then_on(store: JsonStore, paths: ProjectPaths) -> None:
    opened(store, "SEQ01", take("1.00"))
    file = paths.records / "SEQ01.json"
    document = json.loads(file.read_text())
    document["takes"][0].update(outcome="failed", cost_usd="0.10")
    document["state"] = "video_failed"
    file.write_text(json.dumps(document))
    assert store.load("SEQ01").record.state is Status.VIDEO_FAILED
    assert [v.record.id for v in store.list(Filter(state=Status.VIDEO_FAILED)).rows] == ["SEQ01"]
    assert store.books().committed == {"SEQ01": Decimal("0.10")}
    assert store.books().unsettled == {}
    store.transition("SEQ01", Status.VIDEO_PENDING, by="t", why="")


def test_a_hand_edit_of_the_same_length_in_the_same_moment_is_seen(store: JsonStore, paths: ProjectPaths) -> None:
    opened(store, "SEQ01", take("1.00"))
    file = paths.records / "SEQ01.json"
    for usd in ("2.00", "3.00", "4.00"):
        assert store.list(Filter()).rows[0] == store.load("SEQ01")
        file.write_text(file.read_text().replace(str(store.load("SEQ01").record.takes[0].estimate_usd), usd))
        assert store.books().committed == {"SEQ01": Decimal(usd)}
        assert store.list(Filter()).rows[0].record.takes[0].estimate_usd == Decimal(usd)


def broken_store(store: JsonStore, paths: ProjectPaths, text: str) -> JsonStore:
    opened(store, "SEQ01", take("1.00"))
    opened(store, "SEQ02", take("2.00"))
    (paths.records / "SEQ01.json").write_text(text, encoding="utf-8")
    return store


BROKEN = [
    ("", "it is not JSON: Input is a zero-length, empty document: line 1 column 1 (char 0)"),
    ("[]", "it is no record: AttributeError: 'list' object has no attribute 'get'"),
    ("{}", "it is no record: KeyError: 'id'"),
    (
        '{"id": "SEQ01", "project": "film", "kind": "sequence", "state": "aproved"}',
        "state: 'aproved' is none of the states",
    ),
    ('{"id": "SEQ07", "project": "film", "kind": "sequence", "state": "approved"}', "it says that it is SEQ07"),
    (
        '{"id": "SEQ01", "project": "film", "kind": "scene", "state": "approved"}',
        "kind: Input should be 'sequence' or 'shot'",
    ),
]


@pytest.mark.parametrize(("text", "why"), BROKEN)
def test_a_broken_record_is_reported_by_name_and_the_others_go_on(
    store: JsonStore, paths: ProjectPaths, text: str, why: str
) -> None:
    page = broken_store(store, paths, text).list(Filter())
    assert [version.record.id for version in page.rows] == ["SEQ02"]
    assert page.broken == (Broken("SEQ01", why),)
    store.revise("SEQ02", lambda r: log(r, at=AT, by="t", why="still works"))


@pytest.mark.parametrize("text", [text for text, _ in BROKEN])
def test_a_broken_record_is_never_overwritten(store: JsonStore, paths: ProjectPaths, text: str) -> None:
    broken_store(store, paths, text)
    file = paths.records / "SEQ01.json"
    acts: tuple[Callable[[], object], ...] = (
        lambda: store.load("SEQ01"),
        lambda: store.find("SEQ01"),
        lambda: store.init_sequence("SEQ01", Status.VIDEO_PENDING),
        lambda: store.transition("SEQ01", Status.VIDEO_FAILED, by="t", why=""),
        lambda: store.record_receipt("SEQ01", "i1.00", {}, by="t", why=""),
    )
    for act in acts:
        with pytest.raises(RecordBroken) as caught:
            act()
        assert str(caught.value).startswith(f"the record {file} can't be read: ")
        assert caught.value.remedy == f"mend {file} by hand or restore a copy; Starsend won't overwrite it"
        assert caught.value.exit_code == 7
    assert file.read_text(encoding="utf-8") == text


def test_a_typing_error_is_reported_also_by_a_list_that_would_not_show_the_record(
    store: JsonStore, paths: ProjectPaths
) -> None:
    broken_store(store, paths, BROKEN[3][0])
    assert store.list(Filter(state=Status.APPROVED)).broken == (Broken("SEQ01", BROKEN[3][1]),)


def test_the_money_of_a_broken_record_still_counts_and_its_requests_are_not_sent_again(
    store: JsonStore, paths: ProjectPaths
) -> None:
    mark = "d" * 64
    opened(store, "SEQ01", take("1.00", mark))
    file = paths.records / "SEQ01.json"
    file.write_text(file.read_text()[:-40])
    assert store.books().committed["SEQ01"] == Decimal("1.00")
    with pytest.raises(BudgetError, match=r"the project film to \$1.50, over its budget of \$1.49"):
        opened(store, "SEQ02", take("0.50"), caps=Caps(project=Decimal("1.49")))
    with pytest.raises(BudgetError, match=r"the sequence SEQ01 to \$1.50"):
        opened(store, "SEQ01_SH01", take("0.50"), caps=Caps(sequence=Decimal("1.49")))
    with pytest.raises(Busy) as caught:
        opened(store, "SEQ02", take("0.50", mark))
    assert str(caught.value) == "SEQ02: SEQ01 (its record is broken) asks for exactly the same and is not settled yet"


@pytest.mark.parametrize("usd", ['"NaN"', '"Infinity"', '"x"'])
def test_a_sum_that_is_no_number_breaks_one_record_and_no_budget(
    store: JsonStore, paths: ProjectPaths, usd: str
) -> None:
    opened(store, "SEQ01", take("1.00"), take("2.00"))
    file = paths.records / "SEQ01.json"
    file.write_text(file.read_text().replace('"estimate_usd": "2.00"', f'"estimate_usd": {usd}'))
    assert opened(store, "SEQ02", take("0.50"), caps=Caps(project=Decimal("1.50"))).record.takes
    assert [bad.name for bad in store.list(Filter()).broken] == ["SEQ01"]


@pytest.mark.parametrize("name", ["SEQ01 (copy).json", "SEQ01_T001.json", "SEQ01.backup.json", "notes.json"])
def test_a_strange_file_among_the_records_is_named_and_harms_nothing(
    store: JsonStore, paths: ProjectPaths, name: str
) -> None:
    opened(store, "SEQ01", take("1.00", "e" * 64))
    (paths.records / name).write_bytes((paths.records / "SEQ01.json").read_bytes())
    page = store.list(Filter())
    assert [version.record.id for version in page.rows] == ["SEQ01"]
    assert [bad.name for bad in page.broken] == [name.removesuffix(".json")]
    assert sum(store.books().committed.values()) == 1


def test_hidden_files_and_others_are_no_records(store: JsonStore, paths: ProjectPaths) -> None:
    store.init_sequence("SEQ01", Status.VIDEO_PENDING)
    for name in (".SEQ01.json.tmp", ".SEQ02.json", "SEQ03.json~", "readme.txt"):
        (paths.records / name).write_text("x")
    page = store.list(Filter())
    assert ([v.record.id for v in page.rows], page.broken) == (["SEQ01"], ())


def test_no_temporary_file_is_left_by_writes_or_refusals(store: JsonStore, paths: ProjectPaths) -> None:
    seen = opened(store, "SEQ01", take("1.00"))
    store.revise("SEQ01", lambda r: log(r, at=AT, by="t", why=""))
    with pytest.raises(StaleWrite):
        store.open_take("SEQ01", [take("1.00")], NO_CAPS, seen=seen, by="t")
    with pytest.raises(Busy):
        store.open_take("SEQ01", [take("1.00")], NO_CAPS, seen=store.load("SEQ01"), by="t")
    assert [file.name for file in paths.records.iterdir()] == ["SEQ01.json"]


def test_a_list_of_an_empty_project_is_empty(store: JsonStore, paths: ProjectPaths) -> None:
    page = store.list(Filter())
    assert (page.rows, page.next, page.broken) == ((), None, ())
    assert store.books().committed == {}
    assert not paths.state.exists(), "reading makes no folders"


def test_a_record_that_was_taken_away_is_gone_from_lists_and_books(store: JsonStore, paths: ProjectPaths) -> None:
    opened(store, "SEQ01", take("1.00"))
    assert store.books().committed
    (paths.records / "SEQ01.json").unlink()
    assert store.books().committed == {}
    assert store.list(Filter()).rows == ()


def test_two_projects_of_one_workspace_keep_their_records_apart(tmp_path: Path) -> None:
    clock = Clock(lambda: datetime.now(UTC), time.monotonic, time.sleep)
    one, two = (JsonStore(ProjectPaths(tmp_path, name), clock) for name in ("one", "two"))
    opened(one, "SEQ01", take("1.00", "f" * 64))
    assert two.find("SEQ01") is None
    assert opened(two, "SEQ01", take("1.00", "f" * 64), caps=Caps(project=Decimal("1.00"))).record.project == "two"


def test_a_hand_edit_is_seen_by_the_next_look_however_soon_it_comes(store: JsonStore, paths: ProjectPaths) -> None:

    store.init_sequence("SEQ01", Status.VIDEO_PENDING)
    path = paths.records / "SEQ01.json"
    for number in range(200):
        text = path.read_text("utf-8")
        stat = path.stat()
        path.write_text(text.replace('"episode": "', f'"episode": "{number % 10}', 1)[: len(text) + 1], "utf-8")
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # as an editor may that keeps times
        assert store.load("SEQ01").record.episode.startswith(str(number % 10)), number
        path.write_text(text, "utf-8")
        assert store.load("SEQ01").record.episode == "", number
