"""``starsend rehearse``: a copy of a project in bad weather; what is shown, and what is left alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from starsend.media.files import sha256_of
from starsend.media.picture import save_png
from starsend.media.video import frame_at, probe
from starsend.model.record import Record
from tests.fakes.paid_worlds import PaidWorld
from tests.fakes.worlds import write_plan

AGREE = "the books agree: nothing was paid twice, and nothing that was paid for is lost\n"


def plan_of(**more: Any) -> dict[str, Any]:
    shots = [
        {"id": "SH01", "prompt": "Wide. A red car on a coast road.", "duration_s": 2},
        {"id": "SH02", "prompt": "Close-up. A man at the wheel.", "duration_s": 1},
    ]
    return {
        "schema_version": 1,
        "project": "film",
        "format": {"resolution": "720p"},
        "episodes": [
            {
                "id": "ep_001",
                "sequences": [
                    {"id": "SEQ01", "shots": shots},
                    {
                        "id": "SEQ02",
                        "start_frame": "none",
                        "shots": [{**shots[0], "prompt": "A pier.", "duration_s": 3}],
                    },
                ],
            }
        ],
        **more,
    }


@pytest.fixture
def starsend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> PaidWorld:
    world = PaidWorld(tmp_path / "workspace", monkeypatch, capsys)
    write_plan(world.workspace, plan_of())
    return world


def content(folder: Path) -> dict[str, str]:
    """Every file of a workspace by its hash; the rehearsals apart."""
    return {
        str(path.relative_to(folder)): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] != "rehearsals"
    }


def picture(path: Path, rgb: tuple[int, int, int] = (90, 90, 90)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_png(np.full((720, 1280, 3), rgb, np.uint8), path)


def rehearsed(starsend: PaidWorld, number: int = 1) -> Path:
    return starsend.workspace / "rehearsals" / f"film-{number:03d}"


def test_a_calm_rehearsal_shows_both_books_and_touches_nothing_else(tmp_path: Path, starsend: PaidWorld) -> None:
    told = tmp_path / "told"
    settings = f'[notify]\ncommand = "cat >> {told}"\n'
    (starsend.workspace / "starsend.toml").write_text(settings, encoding="utf-8")
    before = content(starsend.workspace)
    said = starsend("rehearse", "--canned")
    assert said.code == 0, said
    assert content(starsend.workspace) == before, "no file of the real workspace changed, and none came"
    assert not told.exists()
    lines = said.out.splitlines()
    assert lines[0].split("  ")[0] == "take"
    assert [line.split()[:2] for line in lines[1:4]] == [
        ["SEQ01_T001", "complete"],
        ["SEQ01_T002", "complete"],
        ["SEQ02_T001", "complete"],
    ]
    assert lines[4].startswith("the server accepted 3 jobs and would bill $0.8")
    assert lines[5:] == [
        AGREE.strip(),
        f"all of it lies in {rehearsed(starsend)}",
        f"  look at it: starsend status --workspace {rehearsed(starsend)}",
    ]
    assert "SEQ01: cell 1 is picked in your place\n" in said.err
    assert starsend("rehearse", "--canned").code == 0
    assert rehearsed(starsend, 2).is_dir(), "each has a folder of its own"


def test_a_rehearsal_needs_no_keys_and_goes_to_no_other_address(starsend: PaidWorld) -> None:
    starsend.environ = {"STARSEND_FAL_URL": "http://127.0.0.1:9", "GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:9"}
    assert starsend("rehearse", "--canned").code == 0
    records = rehearsed(starsend) / "state" / "film" / "shots"
    record = Record.model_validate_json((records / "SEQ02.json").read_bytes())
    assert record.takes[0].base_url != "http://127.0.0.1:9"


@pytest.mark.parametrize("whose", ["plan", "studio"])
def test_budgets_hold_in_a_rehearsal(starsend: PaidWorld, whose: str) -> None:
    if whose == "plan":
        write_plan(starsend.workspace, plan_of(budget={"project_usd": "0.40"}))
    else:
        (starsend.workspace / "starsend.toml").write_text('[budget]\nproject_usd = "0.40"\n', encoding="utf-8")
    said = starsend("rehearse", "--canned", "--json")
    assert said.code == 4, said
    data = said.json
    assert {each["code"] for each in data["left"]} == {"over-budget"}
    assert float(data["committed_usd"]) <= 0.40
    assert data["faults"] == []


def test_what_fails_is_shown_with_the_reason_and_what_a_person_would_do(starsend: PaidWorld) -> None:
    said = starsend("rehearse", "--canned", "--switch", "refuse_first=1")
    assert said.code == 5, said
    assert "the weather struck 1 times: refuse 1\n" in said.out
    assert (
        "! SEQ02_T001 failed: fal refused: prompt: The content could not be processed because it was flagged by a "
        "content checker. (content_policy_violation)\n"
        "!   a person would: change the prompt or the pictures, then make another take: starsend generate; "
        "fal says that the same fails again\n"
    ) in said.err
    assert (
        "what failed or is lost goes on holding its estimate: fal doesn't promise that it costs nothing\n" in said.out
    )
    assert AGREE in said.out


def test_what_is_lost_is_shown_with_the_reason_and_what_a_person_would_do(starsend: PaidWorld) -> None:
    said = starsend("rehearse", "--canned", "--switch", "gemini_drop_reply=1", "--json")
    assert said.code == 6, said
    (left,) = said.json["left"]
    assert left["code"] == "lost-job"
    assert "gemini has no list of jobs to look in" in left["message"]
    assert left["remedy"] == ("look in the provider's own list; then: starsend reconcile SEQ01 --give-up, or --resend")
    assert len(said.json["waiting"]) == 1
    assert said.json["faults"] == []
    assert said.json["struck"] == {"gemini_drop_reply": 1}


def test_a_listing_that_lags_is_waited_for(starsend: PaidWorld) -> None:
    said = starsend("rehearse", "--canned", "--switch", "drop_reply=1", "--switch", "listing_lag_s=1.5", "--json")
    assert said.code == 0, said
    assert said.json["waiting"] == []


def test_frames_that_are_picked_are_kept_unless_it_begins_with_the_grids(starsend: PaidWorld) -> None:
    picture(starsend.workspace / "projects" / "film" / "frames" / "ep_001" / "clean" / "SEQ01.png")
    kept = starsend("rehearse", "--canned", "--json").json
    assert (kept["jobs"], kept["picked"]) == (2, [])
    anew = starsend("rehearse", "--canned", "--from-grids", "--json").json
    assert (anew["jobs"], anew["picked"]) == (3, ["SEQ01"])


def test_pictures_that_the_plan_names_come_along_wherever_they_lie(starsend: PaidWorld) -> None:
    document = plan_of(
        elements=[{"id": "dana", "kind": "character", "description": "a woman", "frontal": "elements/takes/front.png"}]
    )
    document["episodes"][0]["sequences"][1]["shots"][0]["end_frame"] = "frames/ep_001/grids/last.png"
    document["episodes"][0]["sequences"][1]["start_frame"] = "required"
    write_plan(starsend.workspace, document)
    for name in ("elements/takes/front.png", "frames/ep_001/grids/last.png", "frames/ep_001/grids/SEQ01_T001.png"):
        picture(starsend.workspace / "projects" / "film" / name)
    said = starsend("rehearse", "--canned")
    assert said.code == 0, said
    copy = rehearsed(starsend) / "projects" / "film"
    assert (copy / "elements" / "takes" / "front.png").exists()
    assert (copy / "frames" / "ep_001" / "grids" / "last.png").exists()


def test_a_folder_that_is_not_empty_is_left_alone(starsend: PaidWorld, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x", encoding="utf-8")
    said = starsend("rehearse", "--canned", "--into", str(tmp_path / "full"))
    assert said.code == 7
    assert said.err.endswith(
        f"not-empty: {tmp_path / 'full'} is not empty\n  → rehearse into another folder: --into DIR\n"
    )
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine"]


@pytest.mark.parametrize(
    ("switch", "said"),
    [("drop", "--switch drop has no value"), ("rain=1", "no switch rain"), ("drop_reply=wet", "'wet' is no value")],
)
def test_a_switch_that_is_none_is_refused_before_anything_is_copied(
    starsend: PaidWorld, switch: str, said: str
) -> None:
    answer = starsend("rehearse", "--switch", switch)
    assert answer.code in (2, 7)
    assert said in answer.err
    assert not (starsend.workspace / "rehearsals").exists()


@pytest.mark.slow
def test_drawn_takes_show_the_elements_and_miss_their_cuts_by_a_few_frames(starsend: PaidWorld) -> None:
    dana = {"id": "dana", "kind": "character", "description": "woman, 30s, red parka", "frontal": "elements/dana.png"}
    document = plan_of(elements=[dana])
    sequence = document["episodes"][0]["sequences"][0]
    sequence["shots"][1]["prompt"] = "Medium shot. @dana stands at the roadside, one arm raised."
    sequence["elements"] = ["dana"]
    write_plan(starsend.workspace, document)
    picture(starsend.workspace / "projects" / "film" / "elements" / "dana.png", (200, 25, 30))
    assert starsend("rehearse").code == 0
    state = rehearsed(starsend) / "state" / "film" / "shots" / "SEQ01.json"
    take = Record.model_validate_json(state.read_bytes()).takes[-1]
    assert take.media is not None
    film = rehearsed(starsend) / take.media.path
    info = probe(film)
    assert (info.width_px, info.height_px, info.frames) == (640, 360, 72)
    assert [0 < abs(cut - 48) <= 4 for cut in take.found_cuts] == [True]
    red, green, blue = np.moveaxis(frame_at(film, 62).astype(int), 2, 0)
    assert ((red > green + 60) & (red > blue + 60)).mean() > 0.02, "she is to be seen, in the red of her picture"


def test_ctrl_c_ends_it_with_the_books_as_they_are(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    write_plan(workspace, plan_of())
    child = subprocess.Popen(
        [sys.executable, "-m", "starsend", "rehearse", "--workspace", str(workspace), "--switch", "queue_s=60"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    shots = workspace / "rehearsals" / "film-001" / "state" / "film" / "shots"
    until = time.monotonic() + 120
    while time.monotonic() < until and not any(
        "request_id" in path.read_text("utf-8") for path in shots.glob("*2.json")
    ):
        time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=120)
    assert child.returncode == 130, err
    assert "! stopped before its end\n" in err
    assert AGREE in out
    record = json.loads((shots / "SEQ02.json").read_text(encoding="utf-8"))
    assert record["takes"][-1]["outcome"] == "pending"
