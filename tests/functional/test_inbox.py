"""A full disk loses nothing: replies have their room in the inbox, and a torn one is none."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from starsend.settings import read_settings
from starsend.store import inbox
from tests.fakes.bench import bench, document
from tests.fakes.crash_child import Orders
from tests.fakes.processes import MARKED_SENDING, Process
from tests.fakes.worlds import write_plan


def child(tmp_path: Path, **orders: Any) -> tuple[int, str]:
    given = {"workspace": tmp_path / "workspace", "book": tmp_path / "book", "listing": False, **orders}
    return Process(Orders.model_validate(given)).end()


def trace(tmp_path: Path) -> list[str]:
    """The checkpoints of one whole take, in a workspace of its own."""
    write_plan(tmp_path / "dry", document())
    orders = {"workspace": tmp_path / "dry", "book": tmp_path / "dry-book", "trace": tmp_path / "trace"}
    assert child(tmp_path, **orders)[0] == 0
    return (tmp_path / "trace").read_text(encoding="utf-8").split()


def test_a_disk_that_is_full_when_the_receipt_comes_loses_nothing(tmp_path: Path) -> None:
    films = bench(tmp_path, provider={"listing": False})
    number = trace(tmp_path).index("REPLY_RECEIVED") + 1
    assert trace_at(tmp_path, MARKED_SENDING) == "MARKED_SENDING"
    code, said = child(tmp_path, full_at=number)
    assert code == 7
    assert "disk-full: the disk is full" in said
    assert films.take().receipt is None
    films.run()
    assert films.record().state == "video_complete"
    assert "its reply was found in the inbox" in films.whys()
    assert films.accepted == 1


def trace_at(tmp_path: Path, number: int) -> str:
    return (tmp_path / "trace").read_text(encoding="utf-8").split()[number - 1]


def test_a_disk_that_is_full_while_a_take_is_collected_leaves_it_processing(tmp_path: Path) -> None:
    films = bench(tmp_path)
    number = trace(tmp_path).index("POLLED") + 3
    for _ in range(3):
        code, said = child(tmp_path, full_at=number)
        number = 2
        assert code == 7, said
        assert (films.record().state, films.take().outcome) == ("video_processing", "pending")
    films.run()
    assert (films.record().state, films.take().outcome) == ("video_complete", "complete")
    assert films.accepted == 1


def test_the_inbox_tells_how_far_a_reply_is(tmp_path: Path) -> None:
    place = tmp_path / "inbox" / "i1"
    assert inbox.stage(place) == "missing"
    inbox.reserve(place, 1000)
    assert inbox.stage(place) == "reserved"
    assert place.stat().st_blocks * 512 >= 1000, "room is taken on disk, not only promised"
    inbox.mark_sending(place)
    assert inbox.stage(place) == "sending"
    inbox.unmark(place)
    assert inbox.stage(place) == "reserved"
    inbox.mark_sending(place)
    inbox.deliver(place, b"a reply")
    assert (inbox.stage(place), inbox.arrived(place)) == ("arrived", b"a reply")
    inbox.clear(place)
    inbox.clear(place)
    assert inbox.stage(place) == "missing"


@pytest.mark.parametrize("offset", [8, 20, 48, 54])
def test_a_torn_reply_is_no_reply(offset: int, tmp_path: Path) -> None:
    place = tmp_path / "i1"
    inbox.reserve(place, 100)
    inbox.deliver(place, b"a reply")
    data = bytearray(place.read_bytes())
    data[offset] ^= 0xFF
    place.write_bytes(data)
    assert (inbox.stage(place), inbox.arrived(place)) == ("sending", None)


def test_a_torn_mark_counts_as_sent(tmp_path: Path) -> None:
    place = tmp_path / "i1"
    inbox.reserve(place, 100)
    place.write_bytes(b"SEND\0\0\0\0")
    assert inbox.stage(place) == "sending"
    place.write_bytes(b"")
    assert inbox.stage(place) == "sending"


def test_a_reply_larger_than_its_room_is_kept_whole(tmp_path: Path) -> None:
    place = tmp_path / "i1"
    inbox.reserve(place, 10)
    inbox.deliver(place, bytes(range(256)) * 50)
    assert inbox.arrived(place) == bytes(range(256)) * 50


def test_the_longest_time_of_a_take_stands_in_its_record(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.begin()
    assert timedelta(seconds=films.take().longest_s or 0) == timedelta(hours=1)
    assert read_settings(films.world.workspace, environ={}).provider == "animatic"
