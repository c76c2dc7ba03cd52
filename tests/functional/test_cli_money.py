"""What commands may spend: thresholds, budgets, prices, and what is refused before anything is paid."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from starsend.cli.main import run
from starsend.errors import OutcomeUnknown
from starsend.media.picture import save_png
from starsend.providers.base import Intent
from starsend.store.checkpoints import CrashPoint
from starsend.studio import PooledInspector
from tests.fakes.commands import cli, printed
from tests.fakes.worlds import World, world


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> World:
    return world(tmp_path, inspector)


def test_a_sum_over_the_threshold_is_not_spent_unasked(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    (film.workspace / "starsend.toml").write_text('[confirm]\nabove_usd = "0.30"\n')
    assert cli(film, "generate", "--seq", "SEQ02") == 4
    told = capsys.readouterr().err
    assert "not-confirmed: this may cost $0.34 and was not confirmed; nothing was sent\n" in told
    assert "→ confirm it: --yes\n" in told
    assert film.provider.accepted() == []
    assert cli(film, "generate", "--seq", "SEQ02", "--yes") == 0
    assert len(film.provider.accepted()) == 1


def test_a_budget_is_hard(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    (film.workspace / "starsend.toml").write_text('[budget]\nproject_usd = "0.50"\n')
    assert cli(film, "generate", "--seq", "SEQ02") == 0
    assert cli(film, "generate", "--seq", "SEQ02", "--yes") == 4
    told = capsys.readouterr().err
    assert "SEQ02: $0.34 more would bring the project film to $0.68, over its budget of $0.50" in told
    assert len(film.provider.accepted()) == 1


def test_prices_can_be_set(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    (film.workspace / "starsend.toml").write_text('[prices.kling-o3-pro]\nusd_per_second = "1.00"\n')
    assert cli(film, "estimate", "--seq", "SEQ02", "--json") == 0
    assert printed(capsys)["due_usd"] == "3.00"


def test_what_is_due_is_estimated_for_the_provider_that_is_named(
    film: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the paid ones without a key, too: nothing is sent."""
    for name in ("FAL_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "STARSEND_FAL_URL", "GOOGLE_GEMINI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    place = ("--seq", "SEQ02", "--json", "--workspace", str(film.workspace))
    for provider, usd in (("animatic", "0.00"), ("live", "0.34")):
        assert run(["estimate", "--provider", provider, *place]) == 0
        said = printed(capsys)
        assert (said["provider"], said["due_usd"]) == (provider, usd)
    assert run(["estimate", "--provider", "nobody", *place]) == 7


def test_giving_up_and_resending_by_command(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    film.provider.listing = False

    def lose(_intent: Intent) -> None:
        raise OutcomeUnknown("the connection dropped", remedy="run again")

    film.provider.on_send = lose
    assert cli(film, "generate", "--seq", "SEQ02") == 6
    assert cli(film, "run", "--seq", "SEQ02") == 6
    film.provider.on_send = lambda _intent: None
    assert cli(film, "reconcile", "SEQ02", "--resend") == 0
    assert len(film.provider.accepted()) == 2
    capsys.readouterr()
    assert cli(film, "costs", "--json") == 0
    assert printed(capsys)["committed_usd"] == "0.68"


def test_an_intent_that_was_never_sent_counts_against_max_cost(film: World) -> None:
    before = film.checkpoint

    def stop_after_the_intent(point: CrashPoint) -> None:
        if point is CrashPoint.INTENT_WRITTEN:
            film.desk.stop.set()

    film.checkpoint = stop_after_the_intent
    assert cli(film, "generate", "--seq", "SEQ02") == 130
    film.checkpoint = before
    film.desk.stop.clear()
    assert film.provider.accepted() == []
    assert cli(film, "run", "--seq", "SEQ02", "--max-cost", "0") == 4
    (film.workspace / "starsend.toml").write_text('[confirm]\nabove_usd = "0.30"\n')
    assert cli(film, "reconcile") == 4
    assert film.provider.accepted() == []
    (film.workspace / "starsend.toml").unlink()
    assert cli(film, "run", "--seq", "SEQ02") == 0
    assert len(film.provider.accepted()) == 1


def test_a_start_frame_that_no_model_takes_is_refused_before_anything_is_paid(
    film: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny = tmp_path / "tiny.png"
    save_png(np.zeros((8, 8, 3), np.uint8), tiny)
    asked = ("generate", "--seq", "SEQ01", "--mode", "multi", "--start-frame", str(tiny))
    assert cli(film, *asked) == 2
    assert "can't start a take" in capsys.readouterr().err
    assert film.provider.accepted() == []


@pytest.mark.parametrize("cost", ["1e30", "-1", "NaN"])
def test_a_cost_that_is_a_slip_is_refused(film: World, cost: str) -> None:
    assert cli(film, "reconcile", "SEQ02", "--give-up", "--cost", cost) == 2


def test_a_negative_cost_in_a_record_lifts_no_budget(film: World) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    record = film.workspace / "state" / "film" / "shots" / "SEQ02.json"
    record.write_text(record.read_text().replace('"cost_usd": null', '"cost_usd": "-100"'))
    (film.workspace / "starsend.toml").write_text('[budget]\nproject_usd = "0.40"\n')
    assert cli(film, "status") == 7
    assert cli(film, "generate", "--seq", "SEQ01", "--mode", "grid") == 4
