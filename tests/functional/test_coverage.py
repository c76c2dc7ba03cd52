"""What is due, exactly as the contract says it: shots and frames, and why something is left to a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest

from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Fault, Settled, Take
from starsend.production.coverage import Due, Waiting
from starsend.studio import OpenProject, PooledInspector
from tests.fakes.records import AT, a_take, lay
from tests.fakes.worlds import plan, world

S = Status
SEQ01, ALL = Slate("SEQ01"), ("SH01", "SH02", "SH03")
Want = Literal["required", "optional", "none"]


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    return make(tmp_path, inspector, start_frame="none")


def make(tmp_path: Path, inspector: PooledInspector, **sequence: Any) -> OpenProject:
    document = plan()
    document["episodes"][0]["sequences"][0].update(sequence)
    return world(tmp_path, inspector, document).open()


def due(film: OpenProject) -> Due:
    return film.runner.due(film.loaded.plan.find_sequence("SEQ01")[1])


def clean(film: OpenProject, slate: str) -> None:
    place = film.paths.clean_frame("ep_001", Slate.parse(slate))
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"a picture")


def grid(number: int, **fields: Any) -> Take:
    return a_take(number, **{"medium": "grid", "mode": "grid", "covers": (), **fields})


def single(number: int, shot: str, **fields: Any) -> Take:
    return a_take(number, **{"mode": "single", "covers": (shot,), **fields})


def failed(slate: str, message: str, remedy: str) -> Waiting:
    return Waiting(Slate.parse(slate), "failed", message, remedy)


AGAIN = "buy again: starsend generate --seq SEQ01 --mode multi"


def test_all_shots_of_a_sequence_that_nobody_worked_on_are_due(film: OpenProject) -> None:
    assert due(film) == Due(shots=ALL)


@pytest.mark.parametrize("verdict", [None, "approved", "rejected"])
def test_a_complete_take_covers_its_shots_whatever_the_verdict(film: OpenProject, verdict: str | None) -> None:
    fields = {} if verdict is None else {"verdict": verdict}
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1, **fields))
    assert due(film) == Due()


def test_an_excepted_shot_is_not_due_by_itself(film: OpenProject) -> None:
    lay(film, "SEQ01", S.APPROVED, a_take(1, verdict="approved", except_=("SH03",)))
    assert due(film) == Due()


@pytest.mark.parametrize("outcome", ["pending", "unknown"])
def test_shots_that_an_unsettled_take_covers_are_not_due_it_goes_on_first(film: OpenProject, outcome: str) -> None:
    lay(film, "SEQ01", S.VIDEO_PROCESSING, a_take(1, outcome=outcome))
    assert due(film) == Due(unsettled=(SEQ01,))


def test_a_part_leaves_the_other_shots_due(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1, covers=("SH01", "SH02")))
    assert due(film) == Due(shots=("SH03",))


def test_the_other_shots_wait_until_the_unsettled_part_is_settled(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_PROCESSING, a_take(1, covers=("SH01", "SH02"), outcome="pending"))
    assert due(film) == Due(unsettled=(SEQ01,))


def test_a_shots_own_take_covers_it_too(film: OpenProject) -> None:
    lay(film, "SEQ01_SH02", S.VIDEO_COMPLETE, single(1, "SH02"))
    assert due(film) == Due(shots=("SH01", "SH03"))


def test_a_shots_own_unsettled_take_goes_on_while_the_others_are_due(film: OpenProject) -> None:
    lay(film, "SEQ01_SH02", S.VIDEO_PROCESSING, single(1, "SH02", outcome="pending"))
    assert due(film) == Due(unsettled=(Slate("SEQ01", "SH02"),), shots=("SH01", "SH03"))


@pytest.mark.parametrize(
    ("fields", "kind", "message"),
    [
        ({"outcome": "failed"}, "failed", "SEQ01_T001 failed"),
        (
            {"outcome": "failed", "error": Fault(code="refused", message="the filter said no")},
            "failed",
            "SEQ01_T001 failed: the filter said no",
        ),
        ({"outcome": "cancelled"}, "failed", "SEQ01_T001 was cancelled"),
        (
            {"outcome": "unknown", "settled": Settled(at=AT, by="ann", how="give-up")},
            "unknown",
            "the outcome of SEQ01_T001 is unknown and was given up",
        ),
    ],
)
def test_what_failed_was_cancelled_or_is_unknown_is_left_to_a_person(
    film: OpenProject, fields: dict[str, Any], kind: Literal["failed", "unknown"], message: str
) -> None:
    lay(film, "SEQ01", S.VIDEO_FAILED, a_take(1, **fields))
    assert due(film) == Due(waiting=(Waiting(SEQ01, kind, message, AGAIN),))


def test_a_proven_non_send_stays_due(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_FAILED, a_take(1, outcome="failed", not_sent=True))
    assert due(film) == Due(shots=ALL)


def test_only_the_last_attempt_counts(film: OpenProject) -> None:
    lay(
        film,
        "SEQ01",
        S.VIDEO_FAILED,
        a_take(1, outcome="failed"),
        a_take(2, outcome="failed", not_sent=True),
    )
    assert due(film) == Due(shots=ALL)


def test_the_last_attempt_is_the_last_of_the_sequence_and_of_the_shot(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_FAILED, a_take(1, covers=("SH01", "SH02"), outcome="failed"))
    lay(film, "SEQ01_SH02", S.VIDEO_FAILED, single(5, "SH02", outcome="cancelled"))
    assert due(film) == Due(
        shots=("SH03",),
        waiting=(
            failed("SEQ01", "SEQ01_T001 failed", AGAIN),
            failed(
                "SEQ01_SH02",
                "SEQ01_SH02_T005 was cancelled",
                "buy again: starsend generate --seq SEQ01 --shot SH02 --mode single",
            ),
        ),
    )


def test_a_failed_part_is_said_once_for_all_its_shots(film: OpenProject) -> None:
    lay(
        film,
        "SEQ01",
        S.VIDEO_COMPLETE,
        a_take(1, covers=("SH01",)),
        a_take(2, covers=("SH02", "SH03"), batch=1, outcome="failed"),
    )
    assert due(film) == Due(waiting=(failed("SEQ01", "SEQ01_T002 failed", AGAIN),))


# --- frames ---


def test_a_required_frame_comes_first(tmp_path: Path, inspector: PooledInspector) -> None:
    assert due(make(tmp_path, inspector)) == Due(grid=True)


@pytest.mark.parametrize("want", ["optional", "none"])
def test_no_grid_is_due_where_none_is_required(tmp_path: Path, inspector: PooledInspector, want: Want) -> None:
    assert due(make(tmp_path, inspector, start_frame=want)) == Due(shots=ALL)


@pytest.mark.parametrize("owner", ["SEQ01", "SEQ01_SH01"])
def test_a_clean_frame_of_the_sequence_or_its_first_shot_is_enough(
    tmp_path: Path, inspector: PooledInspector, owner: str
) -> None:
    film = make(tmp_path, inspector)
    clean(film, owner)
    assert due(film) == Due(shots=ALL)


def test_another_shots_clean_frame_is_not(tmp_path: Path, inspector: PooledInspector) -> None:
    film = make(tmp_path, inspector)
    clean(film, "SEQ01_SH02")
    assert due(film) == Due(grid=True)


@pytest.mark.parametrize(("owner", "target"), [("SEQ01", "--seq SEQ01"), ("SEQ01_SH01", "--seq SEQ01 --shot SH01")])
def test_a_complete_grid_waits_for_a_pick(tmp_path: Path, inspector: PooledInspector, owner: str, target: str) -> None:
    film = make(tmp_path, inspector)
    lay(film, owner, S.KEYFRAME_COMPLETE, grid(1), grid(2, outcome="failed"))
    assert due(film) == Due(
        waiting=(
            Waiting(
                Slate.parse(owner),
                "pick",
                f"{owner} waits for a start frame to be picked",
                f"look at its grid, then: starsend crop {target} --cell 1",
            ),
        )
    )


@pytest.mark.parametrize("owner", ["SEQ01", "SEQ01_SH01"])
def test_a_grid_that_is_being_drawn_goes_on_and_no_other_is_due(
    tmp_path: Path, inspector: PooledInspector, owner: str
) -> None:
    film = make(tmp_path, inspector)
    lay(film, owner, S.KEYFRAME_GENERATING, grid(1, outcome="pending"))
    assert due(film) == Due(unsettled=(Slate.parse(owner),))


def test_a_grid_that_failed_is_left_to_a_person_and_one_that_was_not_sent_is_due(
    tmp_path: Path, inspector: PooledInspector
) -> None:
    film = make(tmp_path, inspector)
    lay(film, "SEQ01", S.KEYFRAME_FAILED, grid(1, outcome="failed"))
    assert due(film) == Due(
        waiting=(failed("SEQ01", "SEQ01_T001 failed", "buy again: starsend generate --seq SEQ01 --mode grid"),)
    )
    lay(film, "SEQ01", S.KEYFRAME_FAILED, grid(1, outcome="failed", not_sent=True))
    assert due(film) == Due(grid=True)


def test_no_frame_is_due_where_the_first_shot_is_covered(tmp_path: Path, inspector: PooledInspector) -> None:
    film = make(tmp_path, inspector)
    lay(film, "SEQ01_SH01", S.VIDEO_COMPLETE, single(1, "SH01"))
    assert due(film) == Due(shots=("SH02", "SH03"))


# --- the agenda ---


def test_a_sequence_too_long_for_one_job_is_covered_in_parts(tmp_path: Path, inspector: PooledInspector) -> None:
    shots = [{"id": f"SH{n:02d}", "prompt": f"Shot {n}.", "duration_s": 3} for n in range(1, 9)]
    film = make(tmp_path, inspector, start_frame="none", shots=shots)
    (job,) = film.runner.agenda(sequence="SEQ01").jobs
    assert job.request is not None
    parts = [draft.covers for draft in job.request.drafts]
    assert [shot for part in parts for shot in part] == [f"SH{n:02d}" for n in range(1, 9)]
    assert len(parts) == 2
    assert all(len(part) <= 6 and 3 * len(part) <= 15 for part in parts)


def test_shots_apart_are_made_as_parts_apart(film: OpenProject) -> None:
    lay(film, "SEQ01_SH02", S.VIDEO_COMPLETE, single(1, "SH02"))
    (job,) = film.runner.agenda(sequence="SEQ01").jobs
    assert job.request is not None
    assert [draft.covers for draft in job.request.drafts] == [("SH01",), ("SH03",)]


def test_in_mode_single_the_shots_are_what_is_due(tmp_path: Path, inspector: PooledInspector) -> None:
    film = make(tmp_path, inspector, mode="single", start_frame="none")
    lay(film, "SEQ01_SH02", S.VIDEO_PROCESSING, single(1, "SH02", outcome="pending"))
    jobs = film.runner.agenda(sequence="SEQ01").jobs
    assert [(str(job.slate), job.request is not None) for job in jobs] == [
        ("SEQ01_SH02", False),
        ("SEQ01_SH01", True),
        ("SEQ01_SH03", True),
    ]
    assert film.store.find("SEQ01") is None


def test_in_mode_single_a_frame_binds_the_first_shot_and_the_others_say_that_they_have_none(
    tmp_path: Path, inspector: PooledInspector
) -> None:
    film = make(tmp_path, inspector, mode="single")
    assert due(film) == Due(grid=True)
    lay(film, "SEQ01_SH01", S.VIDEO_COMPLETE, single(1, "SH01"))
    jobs = film.runner.agenda(sequence="SEQ01").jobs
    assert [job.notes[0] for job in jobs] == [
        "SEQ01 SH02 starts with none: SEQ01_SH02 has no clean frame of its own",
        "SEQ01 SH03 starts with none: SEQ01_SH03 has no clean frame of its own",
    ]


def test_a_changed_plan_makes_nothing_due(tmp_path: Path, inspector: PooledInspector) -> None:
    shots = plan()["episodes"][0]["sequences"][0]["shots"]
    shots[0]["prompt"] = "Quite another road."
    film = make(tmp_path, inspector, start_frame="none", shots=shots)
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    assert due(film) == Due()


def test_looking_at_the_agenda_dry_writes_nothing(tmp_path: Path, inspector: PooledInspector) -> None:
    film = make(tmp_path, inspector)
    clean(film, "SEQ01")
    assert film.runner.agenda(dry=True).jobs
    assert not film.paths.state.exists()
