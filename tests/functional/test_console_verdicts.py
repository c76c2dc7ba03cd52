"""Verdicts through the API: each carries the revision that was seen, and is taken back exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.model.status import Status
from starsend.model.take import Media
from starsend.studio import OpenProject, PooledInspector
from tests.fakes.console_app import app_of
from tests.fakes.records import a_take, lay, put_file
from tests.fakes.worlds import world

S = Status
VIDEO = Media(
    path="projects/film/takes/ep_001/SEQ01/SEQ01_T001.mp4", sha256="a" * 64, bytes=4, width=1280, height=720,
    fps="24/1", frames=72, duration_s=3.0,
)  # fmt: skip


@pytest.fixture
def hub(tmp_path: Path, inspector: PooledInspector) -> Hub:
    return Hub(world(tmp_path, inspector).studio(), Events("test"))


@pytest.fixture
def film(hub: Hub) -> OpenProject:
    return hub.project("film")


@pytest.fixture
def page(hub: Hub) -> TestClient:
    return TestClient(app_of(hub), base_url="http://127.0.0.1")


def post(page: TestClient, what: str, revision: int, slate: str = "SEQ01", **body: Any) -> Any:
    if "except_" in body:
        body["except"] = [body.pop("except_")]
    return page.post(f"/api/v1/projects/film/records/{slate}/{what}", json={"revision": revision, **body})


def test_a_take_is_approved_but_for_a_bad_shot(page: TestClient, film: OpenProject) -> None:
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    answer = post(page, "approve", seen.revision, except_="SH03")
    assert answer.status_code == 200
    record = answer.json()
    assert record.pop("kept") == []
    assert (record["state"], record["takes"][0]["except"]) == ("approved", ["SH03"])
    assert film.store.load("SEQ01").record.model_dump(mode="json") == record


def test_an_older_complete_take_is_approved(page: TestClient, film: OpenProject) -> None:
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1), a_take(2))
    assert post(page, "approve", seen.revision, take=1).json()["approved_take"] == 1


def fix(number: int, **fields: Any) -> Any:
    return a_take(number, covers=("SH02",), mode="single", intent_id=f"fix-{number}", **fields)


def test_an_approval_says_which_shots_stay_with_their_fixes(page: TestClient, film: OpenProject) -> None:
    fixes = lay(film, "SEQ01_SH02", S.APPROVED, fix(1, verdict="approved"), fix(2, verdict="approved"))
    lay(film, "SEQ01_SH03", S.VIDEO_COMPLETE, a_take(1, covers=("SH03",), intent_id="waits"))
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1), a_take(2))
    told = post(page, "approve", seen.revision, except_="SH01").json()
    kept = {"shot": "SH02", "slate": "SEQ01_SH02", "take": 2, "name": "SEQ01_SH02_T002", "revision": fixes.revision}
    assert told["kept"] == [kept]
    opened = post(page, "reopen", fixes.revision, "SEQ01_SH02", every=True).json()
    assert (opened["state"], [take["verdict"] for take in opened["takes"]]) == ("video_complete", [None, None])
    assert opened["history"][-1]["why"] == "reopened: SEQ01_SH02_T001, SEQ01_SH02_T002 are no longer approved"
    again = post(page, "reopen", opened["revision"], "SEQ01_SH02", every=True)
    assert (again.status_code, again.json()["code"]) == (409, "nothing-to-reopen")
    back = post(page, "undo", opened["revision"], "SEQ01_SH02").json()
    assert verdicts(back) == verdicts(fixes.model_dump(mode="json"))
    assert (back["state"], back["history"][-1]["why"]) == (
        "approved",
        "the reopening of SEQ01_SH02 is taken back: T001, T002 are approved again",
    )
    assert post(page, "approve", told["revision"], except_="SH02").json()["kept"] == []


def test_takes_may_lie_on_another_disk(page: TestClient, film: OpenProject, tmp_path: Path) -> None:
    file = put_file(film, VIDEO)
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1, media=VIDEO))
    elsewhere = tmp_path / "large disk"
    file.parent.rename(elsewhere)
    file.parent.symlink_to(elsewhere)
    assert post(page, "approve", seen.revision).status_code == 200


def test_a_take_whose_file_is_gone_is_not_approved_until_it_is_back(page: TestClient, film: OpenProject) -> None:
    file = put_file(film, VIDEO)
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1, media=VIDEO))

    def shown() -> Any:
        take = page.get("/api/v1/projects/film/dailies/SEQ01").json()["takes"][0]
        return take["media"]["missing"], take["hinders"]["approve"], take["hinders"]["reject"]

    assert shown() == (False, None, None)
    for missing, said in ((lambda: file.write_bytes(b""), "is empty"), (file.unlink, "is gone")):
        missing()
        answer = post(page, "approve", seen.revision)
        assert (answer.status_code, answer.json()["code"]) == (409, "file-gone")
        assert answer.json()["detail"] == f"the file of SEQ01_T001 {said}: {VIDEO.path}"
        there, approve, reject = shown()
        assert (there, approve["code"], reject) == (True, "file-gone", None)
    assert film.store.load("SEQ01").record.revision == seen.revision
    put_file(film, VIDEO)
    assert post(page, "approve", seen.revision).json()["state"] == "approved"


def test_a_take_says_what_stands_in_the_way_of_a_verdict_and_who_gave_it(page: TestClient, film: OpenProject) -> None:
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1), a_take(2))
    post(page, "approve", seen.revision)
    one, two = page.get("/api/v1/projects/film/dailies/SEQ01").json()["takes"]
    assert (one["hinders"], one["verdict_by"]) == ({"approve": None, "reject": None}, "")
    assert (two["hinders"]["approve"]["code"], two["hinders"]["reject"]) == ("approved-already", None)
    assert two["verdict_by"] == film.store.load("SEQ01").record.history[-1].by
    lay(film, "SEQ01", S.VIDEO_PROCESSING, a_take(1), a_take(2, outcome="pending", intent_id="x"))
    one, _ = page.get("/api/v1/projects/film/dailies/SEQ01").json()["takes"]
    assert [one["hinders"][verdict]["code"] for verdict in ("approve", "reject")] == ["unsettled", "unsettled"]


def test_a_stale_verdict_is_refused_with_the_fresh_record(page: TestClient, film: OpenProject) -> None:
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    assert post(page, "approve", seen.revision).status_code == 200
    answer = post(page, "reject", seen.revision, reason="her hand")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["code"], body["record"]["state"]) == ("stale", "approved")
    assert film.store.load("SEQ01").record.takes[0].reason is None


def test_two_people_at_once_decide_once(page: TestClient, film: OpenProject) -> None:
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    answers = [post(page, "approve", seen.revision).status_code for _ in range(2)]
    assert answers == [200, 409]


def test_a_rejection_names_kinds_of_fault(page: TestClient, film: OpenProject) -> None:
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    record = post(page, "reject", seen.revision, reasons=["hands", "prompt"]).json()
    take = record["takes"][0]
    assert (take["verdict"], take["reason"], take["reasons"]) == (
        "rejected",
        "hands, prompt ignored",
        ["hands", "prompt"],
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "reason-needed"), ({"reasons": ["ugly"]}, "unknown-reason"), ({"reason": " "}, "reason-needed")],
)
def test_a_rejection_without_a_reason_is_bad_input(
    page: TestClient, film: OpenProject, body: dict[str, Any], code: str
) -> None:
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    answer = post(page, "reject", seen.revision, **body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_word_too_much_is_a_problem_with_a_remedy(page: TestClient, film: OpenProject) -> None:
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    answer = post(page, "approve", seen.revision, tkae=1)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert "tkae" in answer.json()["detail"]


def verdicts(record: dict[str, Any]) -> list[Any]:
    return [(t["verdict"], t["verdict_at"], t["except"], t["reason"], t["reasons"]) for t in record["takes"]]


@pytest.mark.parametrize(
    ("state", "takes", "verdict", "body"),
    [
        (S.VIDEO_COMPLETE, [a_take(1)], "approve", {}),
        (S.VIDEO_COMPLETE, [a_take(1, verdict="approved"), a_take(2)], "approve", {}),
        (S.VIDEO_COMPLETE, [a_take(1, verdict="approved"), a_take(2)], "reject", {"reason": "x"}),
        (S.APPROVED, [a_take(1), a_take(2, verdict="approved")], "approve", {"take": 1}),
        (S.APPROVED, [a_take(1), a_take(2, verdict="approved")], "reject", {"take": 1, "reason": "x"}),
        (S.APPROVED, [a_take(1, verdict="approved")], "approve", {"except_": "SH02"}),
        (S.APPROVED, [a_take(1, verdict="approved")], "reopen", {}),
        (S.REJECTED, [a_take(1, verdict="rejected", reason="hands")], "approve", {}),
        (S.REJECTED, [a_take(1, verdict="rejected", reason="hands")], "reject", {"reason": "sound"}),
        (S.REJECTED, [a_take(1, verdict="rejected", reason="hands")], "reopen", {}),
        (S.VIDEO_COMPLETE, [a_take(1)], "reject", {"reasons": ["motion"]}),
        (S.VIDEO_PENDING, [a_take(1)], "approve", {}),
    ],
)
def test_undo_restores_what_was_before(
    page: TestClient, film: OpenProject, state: Status, takes: list[Any], verdict: str, body: dict[str, Any]
) -> None:
    before = lay(film, "SEQ01", state, *takes)
    after = post(page, verdict, before.revision, **body).json()
    assert verdicts(after) != verdicts(before.model_dump(mode="json"))
    undone = post(page, "undo", after["revision"]).json()
    assert verdicts(undone) == verdicts(before.model_dump(mode="json"))
    assert (undone["state"], undone["approved_take"], undone["undo"]) == (
        str(before.state),
        before.standing.take if before.standing else None,
        None,
    )


def test_undo_goes_to_video_complete_where_no_move_leads_back(page: TestClient, film: OpenProject) -> None:
    before = lay(film, "SEQ01", S.VIDEO_FAILED, a_take(1), a_take(2, outcome="failed"))
    after = post(page, "approve", before.revision, take=1).json()
    undone = post(page, "undo", after["revision"]).json()
    assert (undone["state"], undone["takes"][0]["verdict"]) == ("video_complete", None)


def test_undo_of_a_reopened_rejection_says_what_stands_again(page: TestClient, film: OpenProject) -> None:
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    rejected = post(page, "reject", seen.revision, reason="no").json()
    opened = post(page, "reopen", rejected["revision"]).json()
    back = post(page, "undo", opened["revision"]).json()
    assert (back["state"], back["history"][-1]["why"]) == (
        "rejected",
        "the reopening of SEQ01 is taken back: T001 is rejected again",
    )
    assert verdicts(back) == verdicts(rejected)
    (entry, *_) = page.get("/api/v1/projects/film/activity").json()["entries"]
    assert (entry["why"], entry["kind"]) == (back["history"][-1]["why"], "verdict")


@pytest.mark.parametrize(
    ("takes", "verdict", "way"),
    [
        ([a_take(1)], "approve", "; the approval is taken back by: starsend reopen SEQ01"),
        ([a_take(1)], "reject", "; the rejection is taken back by: starsend reopen SEQ01"),
        (
            [a_take(1, verdict="approved"), a_take(2)],
            "reject",
            "; to choose the rejected take after all: starsend approve SEQ01 --take 2",
        ),
        ([a_take(1, verdict="approved")], "reopen", ""),
    ],
)
def test_what_another_person_chose_is_answered_with_a_way_that_fits_it(
    page: TestClient, film: OpenProject, takes: list[Any], verdict: str, way: str
) -> None:
    state = S.APPROVED if verdict == "reopen" else S.VIDEO_COMPLETE
    seen = lay(film, "SEQ01", state, *takes)
    post(page, verdict, seen.revision, **({"reason": "no"} if verdict == "reject" else {}))
    now = film.store.revise(
        "SEQ01",
        lambda r: r.but(
            undo=r.undo and r.undo.but(by="ada"), history=(*r.history, r.history[-1].but(from_=r.state.value))
        ),
    )
    refused = post(page, "undo", now.record.revision)
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing-to-undo")
    assert refused.json()["remedy"] == f"look at it: starsend show SEQ01{way}"


def test_undo_works_once(page: TestClient, film: OpenProject) -> None:
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    after = post(page, "approve", seen.revision).json()
    undone = post(page, "undo", after["revision"]).json()
    again = post(page, "undo", undone["revision"])
    assert (again.status_code, again.json()["code"]) == (409, "nothing-to-undo")


def test_undo_passes_a_note_by_and_keeps_it(page: TestClient, film: OpenProject) -> None:
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    post(page, "approve", seen.revision)
    noted = page.post("/api/v1/projects/film/records/SEQ01/notes", json={"take": 1, "text": "softer"}).json()["record"]
    undone = post(page, "undo", noted["revision"]).json()
    assert (undone["state"], undone["takes"][0]["notes"][0]["text"]) == ("video_complete", "softer")


def test_undo_is_refused_when_something_came_between(page: TestClient, film: OpenProject) -> None:
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    post(page, "approve", seen.revision)
    film.store.transition("SEQ01", S.VIDEO_PENDING, by="somebody", why="another take is wanted")
    now = film.store.load("SEQ01").record
    answer = post(page, "undo", now.revision)
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing-to-undo")
    assert film.store.load("SEQ01").record == now


def test_the_verdict_of_another_person_is_not_undone(page: TestClient, film: OpenProject) -> None:
    seen = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    after = post(page, "approve", seen.revision).json()
    film.store.revise(
        "SEQ01",
        lambda r: r.but(
            undo=r.undo and r.undo.but(by="ada"), history=(*r.history, r.history[-1].but(from_=r.state.value))
        ),
    )
    answer = post(page, "undo", after["revision"] + 1)
    assert answer.status_code == 409
    assert "ada's" in answer.json()["detail"]


@pytest.mark.parametrize(("slate", "status"), [("SEQ09", 404), ("..%2f..", 404), ("SEQ01_SH09", 404), ("SEQ02", 404)])
def test_unknown_slates_are_not_found(page: TestClient, film: OpenProject, slate: str, status: int) -> None:
    assert post(page, "approve", 1, slate).status_code in (status, 422)
