"""One contract for every provider: what production may lean on, as :mod:`starsend.providers.base` says it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import orjson
import pytest

from starsend.media.files import sha256_of
from starsend.media.grid import find_cells
from starsend.media.picture import inspect_picture, load_rgb, save_png
from starsend.media.video import probe
from starsend.model.slate import Slate
from starsend.model.take import JsonObject
from starsend.production.paid_call import fingerprint
from starsend.providers import registry
from starsend.providers.base import Intent, Provider, board_part
from starsend.providers.order import Order, ShotOrder
from starsend.providers.surroundings import Access, Surroundings
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM, changed
from tests.fakes.book_provider import BookProvider

FRAME = Path("projects/film/frames/ep_001/clean/SEQ01.png")
_LONGEST_S = 20.0
"""Of a job that takes no time but the server's own, on a busy machine."""


@dataclass(frozen=True)
class Desk:
    """A workspace with one picture, and a provider that can be made anew, as by another process.

    ``exact`` says that its videos have the size that was asked for: a rehearsal's are small.
    """

    workspace: Path
    make: Callable[[], Provider]
    exact: bool = True

    def order(self, medium: str) -> Order:
        size = self.make().video_size((1280, 720)) if medium == "video" else (1280, 720)
        shots = (ShotOrder("SH01", "Wide. A road at night.", 2.0), ShotOrder("SH02", "Close-up. A hand.", 1.0))
        video = Order(
            slate=Slate("SEQ01"),
            medium="video",
            mode="multi",
            model="kling-o3-pro",
            title="Film",
            shots=shots,
            start_frame=FRAME,
            size_px=size,
        )
        if medium == "video":
            return video
        return replace(video, medium="grid", mode="grid", model="gemini-3-pro-image", shots=shots[:1], start_frame=None)

    def intent(self, medium: str, intent_id: str = "i1") -> Intent:
        provider, order = self.make(), self.order(medium)
        model = provider.model(order.medium, order.model)
        at = datetime(2026, 11, 22, 10, 0, int(intent_id[1:]), tzinfo=UTC)
        return Intent(intent_id, at, order.slate, 1, order.medium, model, provider.prepare(order).body)

    def receipt(self, intent: Intent) -> tuple[JsonObject, bytes]:
        raw = self.make().send_once(intent)
        return self.make().read_reply(intent, raw), raw

    def finish(self, intent: Intent, receipt: JsonObject) -> None:
        provider = self.make()
        states: list[str] = []
        until = time.monotonic() + _LONGEST_S
        while "complete" not in states and time.monotonic() < until:
            states.append(provider.poll(intent, receipt).state)
            time.sleep(0.01)  # a server has to make it first
        assert "complete" in states
        assert not {"failed", "cancelled"} & set(states)


FREE = ("book", "book-without-listing", "animatic")
VIDEO = pytest.mark.parametrize("desk", [*FREE, "fal"], indirect=True)
GRID = pytest.mark.parametrize("desk", [*FREE, "gemini"], indirect=True)
EACH = pytest.mark.parametrize(
    ("desk", "medium"),
    [*((name, medium) for name in FREE for medium in ("video", "grid")), ("fal", "video"), ("gemini", "grid")],
    indirect=["desk"],
)
"""Those that make videos, those that make grids, and each with each medium that it makes."""
_WEATHER = changed(CALM, {"run_s": 0, "listing_unfinished": True})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RehearsalServer]:
    """What stands in for fal and Gemini: their protocols, spoken by the real SDKs."""
    with RehearsalServer(tmp_path_factory.mktemp("server"), weather=_WEATHER, clips="canned") as running:
        yield running


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    workspace, name = tmp_path / "workspace", request.param
    (workspace / FRAME).parent.mkdir(parents=True)
    save_png(np.full((720, 1280, 3), 90, np.uint8), workspace / FRAME)
    made: list[Provider] = []
    around = Surroundings(workspace, workspace / "uploads", "fast")
    if name in registry.PAID:
        url = request.getfixturevalue("server").url
        around = replace(around, fal=Access("key", url), gemini=Access("key", url))

    def make() -> Provider:
        if name.startswith("book"):
            return BookProvider(tmp_path / "book", workspace, listing=name == "book")
        made.append(registry.make(name, around))
        return made[-1]

    yield Desk(workspace, make, exact=name not in registry.PAID)
    for provider in made:
        provider.close()


@EACH
def test_it_has_a_name_and_models_that_the_records_can_keep(medium: str, desk: Desk) -> None:
    provider, order = desk.make(), desk.order(medium)
    assert provider.name
    assert provider.model(order.medium, order.model)
    assert all(side % 2 == 0 for side in provider.video_size((1920, 1080)))


@EACH
def test_a_preview_uploads_nothing_and_asks_for_the_same(medium: str, desk: Desk) -> None:
    order = desk.order(medium)
    files = sorted(desk.workspace.rglob("*"))
    preview = desk.make().preview(order)
    assert sorted(desk.workspace.rglob("*")) == files
    assert fingerprint("p", "m", preview) == fingerprint("p", "m", desk.make().prepare(order))


@EACH
def test_it_is_ready_and_found_good(medium: str, desk: Desk) -> None:
    provider = desk.make()
    provider.check_ready()
    assert provider.probe()
    assert [probe for probe in provider.probe() if probe.state == "bad"] == []


@EACH
def test_prepare_is_repeatable_and_fixes_a_json_body(medium: str, desk: Desk) -> None:
    order = desk.order(medium)
    first, second = desk.make().prepare(order), desk.make().prepare(order)
    assert orjson.loads(orjson.dumps(first.body)) == first.body
    assert fingerprint("p", "m", first) == fingerprint("p", "m", second)
    for media in first.media:
        assert sha256_of(desk.workspace / media.path) == media.sha256


@VIDEO
def test_prepare_sends_nothing(desk: Desk) -> None:
    desk.make().prepare(desk.order("video"))
    lookup = desk.make().lookup(desk.intent("video"))
    assert lookup.matches == ()


@VIDEO
def test_another_picture_makes_another_fingerprint_and_another_slate_does_not(desk: Desk) -> None:
    order = desk.order("video")
    first = fingerprint("p", "m", desk.make().prepare(order))
    assert fingerprint("p", "m", desk.make().prepare(replace(order, slate=Slate("SEQ02")))) == first
    save_png(np.full((720, 1280, 3), 91, np.uint8), desk.workspace / FRAME)
    assert fingerprint("p", "m", desk.make().prepare(order)) != first


@VIDEO
def test_counting_frames_otherwise_asks_a_paid_model_for_the_same(desk: Desk) -> None:
    provider, order = desk.make(), desk.order("video")
    otherwise = replace(order, first_frame=1001)
    if provider.name == "animatic":
        assert provider.preview(otherwise).body["first_frame"] == 1001
        assert "first_frame" not in provider.preview(order).body
    elif provider.name != "book":
        assert provider.preview(otherwise) == provider.preview(order)


@EACH
def test_a_reply_fits_its_room_and_reads_the_same_each_time(medium: str, desk: Desk) -> None:
    intent = desk.intent(medium)
    raw = desk.make().send_once(intent)
    assert len(raw) <= desk.make().reply_room_bytes(desk.order(medium))
    receipt = desk.make().read_reply(intent, raw)
    assert desk.make().read_reply(intent, raw) == receipt
    assert orjson.loads(orjson.dumps(receipt)) == receipt
    assert desk.make().receipt_id(receipt)


@VIDEO
def test_two_sends_are_two_jobs(desk: Desk) -> None:
    provider = desk.make()
    receipts = [desk.receipt(desk.intent("video", name))[0] for name in ("i1", "i2")]
    assert len({provider.receipt_id(receipt) for receipt in receipts}) == 2


@VIDEO
def test_a_video_is_polled_and_collected_by_any_process(desk: Desk, tmp_path: Path) -> None:
    intent = desk.intent("video")
    receipt, _ = desk.receipt(intent)
    desk.finish(intent, receipt)
    told: list[float] = []
    part = tmp_path / ".SEQ01_T001.part"
    desk.make().collect(intent, receipt, None, part, told.append)
    info = probe(part)
    assert not desk.exact or (info.width_px, info.height_px) == desk.order("video").size_px
    assert info.frames == 72
    assert all(0 <= step <= 1 for step in told)


@GRID
def test_a_grid_has_a_picture_and_four_cells_inside_it(desk: Desk, tmp_path: Path) -> None:
    intent = desk.intent("grid")
    receipt, raw = desk.receipt(intent)
    desk.finish(intent, receipt)
    part = tmp_path / ".SEQ01_T001.part"
    desk.make().collect(intent, receipt, raw, part, lambda _part: None)
    sheet = inspect_picture(part)
    cells = find_cells(load_rgb(part), 2, 2, (16, 9))
    assert len(cells) == 4
    for x0, y0, x1, y1 in cells:
        assert 0 <= x0 < x1 <= sheet.width_px
        assert 0 <= y0 < y1 <= sheet.height_px
    if board_part(part).exists():
        inspect_picture(board_part(part))


@EACH
def test_collecting_again_gives_the_same_bytes(medium: str, desk: Desk, tmp_path: Path) -> None:
    intent = desk.intent(medium)
    receipt, raw = desk.receipt(intent)
    desk.finish(intent, receipt)
    parts = [tmp_path / "a.part", tmp_path / "b.part"]
    for part in parts:
        desk.make().collect(intent, receipt, raw, part, lambda _part: None)
    assert parts[0].read_bytes() == parts[1].read_bytes()


@VIDEO
def test_whoever_watches_the_progress_may_stop_a_collection(desk: Desk, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(_part: float) -> None:
        raise Stop

    intent = desk.intent("video")
    receipt, _ = desk.receipt(intent)
    desk.finish(intent, receipt)
    with pytest.raises(Stop):
        desk.make().collect(intent, receipt, None, tmp_path / "a.part", stop)
    desk.make().collect(intent, receipt, None, tmp_path / "a.part", lambda _part: None)
    assert probe(tmp_path / "a.part").frames == 72


@VIDEO
def test_a_lost_job_is_found_or_proven_absent_or_the_provider_says_that_it_has_no_list(desk: Desk) -> None:
    intent = desk.intent("video")
    receipt, _ = desk.receipt(intent)
    lookup = desk.make().lookup(intent)
    if lookup.matches:
        provider = desk.make()
        assert [provider.receipt_id(match) for match in lookup.matches] == [provider.receipt_id(receipt)]
        desk.finish(intent, lookup.matches[0])
    else:
        assert lookup.proven_absent or not lookup.listing


@pytest.mark.parametrize("desk", FREE, indirect=True)
def test_a_request_for_something_else_is_no_match(desk: Desk) -> None:
    desk.receipt(desk.intent("grid"))
    assert desk.make().lookup(desk.intent("video")).matches == ()


@VIDEO
def test_a_job_can_be_asked_to_stop(desk: Desk) -> None:
    intent = desk.intent("video")
    receipt, _ = desk.receipt(intent)
    desk.make().cancel(intent, receipt)
