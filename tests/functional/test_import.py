"""A file made elsewhere becomes a numbered take; nothing of it is half kept."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from starsend.errors import Busy, MediaError, PlanError, UnknownName
from starsend.media.files import sha256_of
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.production.overview import look_over
from starsend.production.start_frames import choose_start
from starsend.production.wish import Wish
from starsend.studio import OpenProject, PooledInspector
from tests.fakes.book_provider import write_video
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import world

S = Status
SEQ01, SH02 = Slate("SEQ01"), Slate("SEQ01", "SH02")


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    return world(tmp_path, inspector).open()


@pytest.fixture
def reel(tmp_path: Path) -> Path:
    path = tmp_path / "from the editor.mp4"
    write_video(path, (0, 24, 48, 72), Fraction(24), (64, 36))
    return path


def folder(film: OpenProject, slate: str = "SEQ01") -> Path:
    return film.paths.video("ep_001", Slate.parse(slate), 1).parent


def test_an_imported_file_is_a_take_that_covers_all_shots_and_waits_for_a_look(film: OpenProject, reel: Path) -> None:
    record = film.importer.import_file(SEQ01, reel)
    (take,) = record.takes
    assert (record.state, take.take, take.mode, take.medium, take.outcome) == (
        S.VIDEO_COMPLETE,
        1,
        "import",
        "video",
        "complete",
    )
    assert take.covers == ("SH01", "SH02", "SH03")
    assert (take.estimate_usd, take.cost_usd, record.committed_usd) == (Decimal(0), Decimal(0), Decimal(0))
    assert take.media is not None
    assert take.media.path == "projects/film/takes/ep_001/SEQ01/SEQ01_T001.mp4"
    assert (take.media.frames, take.media.fps, take.media.duration_s) == (72, "24/1", 3.0)
    assert take.media.sha256 == sha256_of(reel)
    last = record.history[-1]
    assert (last.from_, last.to, last.why) == (
        S.KEYFRAME_PENDING,
        S.VIDEO_COMPLETE,
        "from the editor.mp4 is imported as SEQ01_T001",
    )
    assert reel.exists(), "the source stays where it is"
    assert sorted(path.name for path in folder(film).iterdir()) == [
        "SEQ01_T001.jpg",
        "SEQ01_T001.mp4",
        "SEQ01_T001_strip.jpg",
    ]


def test_a_shots_import_covers_that_shot(film: OpenProject, reel: Path) -> None:
    record = film.importer.import_file(SH02, reel)
    assert (record.id, record.kind, record.takes[0].covers) == ("SEQ01_SH02", "shot", ("SH02",))


def test_an_import_takes_the_next_number_after_takes_and_files(film: OpenProject, reel: Path) -> None:
    lay(film, "SEQ01", S.VIDEO_FAILED, a_take(2, outcome="failed"))
    folder(film).mkdir(parents=True)
    (folder(film) / "SEQ01_T006.mp4").write_bytes(b"put there by hand")
    record = film.importer.import_file(SEQ01, reel)
    assert [take.take for take in record.takes] == [2, 7]
    assert (folder(film) / "SEQ01_T006.mp4").read_bytes() == b"put there by hand"
    row = look_over(film.project).rows[0]
    assert row.unrecorded == ("projects/film/takes/ep_001/SEQ01/SEQ01_T006.mp4",)


@pytest.mark.parametrize(
    "state",
    [
        S.KEYFRAME_PENDING, S.KEYFRAME_COMPLETE, S.KEYFRAME_FAILED, S.VIDEO_PENDING, S.VIDEO_FAILED, S.REJECTED,
        S.APPROVED, S.VIDEO_COMPLETE,
    ],
)  # fmt: skip
def test_an_import_leads_to_video_complete_from_every_quiet_state(film: OpenProject, reel: Path, state: Status) -> None:
    lay(film, "SEQ01", state, a_take(1, verdict="approved"))
    record = film.importer.import_file(SEQ01, reel)
    assert (record.state, record.approved_take, len(record.takes)) == (S.VIDEO_COMPLETE, 1, 2)


@pytest.mark.parametrize("state", [S.KEYFRAME_GENERATING, S.VIDEO_PENDING, S.VIDEO_SUBMITTED, S.VIDEO_PROCESSING])
def test_an_import_is_refused_while_a_take_is_unsettled_and_nothing_is_copied(
    film: OpenProject, reel: Path, state: Status
) -> None:
    before = lay(film, "SEQ01", state, a_take(1, outcome="pending"))
    with pytest.raises(Busy, match="SEQ01_T001 is not settled yet; SEQ01 waits for it"):
        film.importer.import_file(SEQ01, reel)
    assert film.store.load("SEQ01").record == before
    assert not folder(film).exists()


def test_an_import_waits_for_nobody_while_a_take_is_being_sent(film: OpenProject, reel: Path) -> None:
    lay(film, "SEQ01", S.VIDEO_PENDING)
    with film.store.submitting("SEQ01"), pytest.raises(Busy) as caught:
        film.importer.import_file(SEQ01, reel)
    assert caught.value.code == "being-sent"
    assert not folder(film).exists()


def test_what_can_not_be_decoded_is_refused_and_nothing_of_it_is_kept(film: OpenProject, tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"<html>not found</html>")
    with pytest.raises(MediaError) as caught:
        film.importer.import_file(SEQ01, bad)
    assert str(caught.value).startswith(f"{bad} is no video that can be used: ")
    assert (caught.value.code, caught.value.remedy) == ("damage", "export it again as H.264 in an MP4")
    assert list(folder(film).iterdir()) == []
    assert film.store.load("SEQ01").record.takes == ()


def test_a_missing_file_and_an_unknown_slate_make_no_record(film: OpenProject, tmp_path: Path, reel: Path) -> None:
    with pytest.raises(PlanError) as caught:
        film.importer.import_file(SEQ01, tmp_path / "none.mp4")
    assert str(caught.value) == f"{tmp_path / 'none.mp4'} is not there"
    with pytest.raises(UnknownName, match="film has no sequence SEQ09"):
        film.importer.import_file(Slate("SEQ09"), reel)
    assert not film.paths.records.exists()


def test_a_fix_is_pulled_from_an_imported_take_too(film: OpenProject, reel: Path) -> None:
    film.importer.import_file(SEQ01, reel)
    frame = choose_start(film.project, SH02, "SH02", None, bound=True)
    assert frame.choice == "SH02's first frame in SEQ01_T001 (frame 24)"
    (job,) = film.runner.prepare("SEQ01", Wish(mode="single", shot="2"))
    assert job.notes[:2] == (
        "SEQ01 SH02 starts with SH02's first frame in SEQ01_T001 (frame 24)",
        "SEQ01_SH02 is made to repair SEQ01_T001",
    )


def test_an_imported_take_is_judged_like_any_other(film: OpenProject, reel: Path) -> None:
    film.importer.import_file(SEQ01, reel)
    record: Record = film.review.approve(SEQ01, except_=["SH03"])
    assert (record.state, record.approved_take) == (S.APPROVED, 1)


def test_an_imported_take_covers_its_shots_so_that_nothing_is_due(film: OpenProject, reel: Path) -> None:
    film.importer.import_file(SEQ01, reel)
    assert film.runner.agenda(sequence="SEQ01").jobs == ()
