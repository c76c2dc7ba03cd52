"""A key that is turned away once: the rest of a batch is left alone, unsent, and it is said once."""

from __future__ import annotations

from pathlib import Path

import pytest

from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM
from tests.fakes.bench import document, shots
from tests.fakes.paid_worlds import PaidWorld
from tests.fakes.worlds import write_plan


def test_a_wrong_key_fails_a_few_slates_of_a_batch_and_leaves_the_others_unsent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sequences = [{"id": f"SEQ{n:02d}", "shots": shots(f"Road {n}.")} for n in range(1, 31)]
    write_plan(tmp_path / "workspace", document(*sequences))
    (tmp_path / "workspace" / "starsend.toml").write_text("[run]\nat_once = 2\n", encoding="utf-8")
    with RehearsalServer(tmp_path / "server", weather=CALM, clips="canned") as server:
        world = PaidWorld(tmp_path / "workspace", monkeypatch, capsys).at(server.url)
        world.environ["FAL_KEY"] = "wrong"
        said = world("run", "--yes")
        submits = [seen for seen in server.books().requests if seen.method == "POST"]
    assert said.code == 7
    assert 1 <= len(submits) <= 4
    assert server.books().jobs == ()
    assert said.err.count("→ look at FAL_KEY") == 1, "said once, not for each slate"
    costs = world("costs", "--json")
    assert float(costs.json["committed_usd"]) == 0
