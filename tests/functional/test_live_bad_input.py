"""What is wrong with keys, addresses and settings: the exit code, and the words that a user reads."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from starsend.catalogue.loader import parse_catalogue
from starsend.errors import SetupError
from starsend.rehearsal.server import RehearsalServer
from tests.fakes.live_films import film, paid_film, plan_of, settings
from tests.fakes.paid_worlds import PaidWorld
from tests.fakes.proxy import Proxy
from tests.fakes.worlds import quick_desk, write_plan


@pytest.fixture
def starsend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> PaidWorld:
    return paid_film(tmp_path, monkeypatch, capsys)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RehearsalServer]:
    with RehearsalServer(tmp_path / "server") as server:
        yield server


class TestKeys:
    def test_no_fal_key_names_the_variable_and_the_way_offline(self, starsend: PaidWorld) -> None:
        said = starsend("run", "--yes")
        assert said.code == 7
        assert said.err == (
            "no-key: Kling is reached through fal, and FAL_KEY is not set\n"
            "  → set it (keys are at https://fal.ai/dashboard/keys): export FAL_KEY=…; "
            "or go on offline and free: --provider animatic\n"
        )
        assert starsend.records()["SEQ01"].takes == ()

    def test_no_gemini_key_names_the_variable_and_the_way_offline(self, starsend: PaidWorld) -> None:
        write_plan(starsend.workspace, plan_of(film(start_frame="required")))
        starsend.environ["FAL_KEY"] = "x"
        said = starsend("run", "--yes")
        assert said.code == 7
        assert said.err == (
            "no-key: Gemini needs a key, and none is set\n"
            "  → set GEMINI_API_KEY (or GOOGLE_API_KEY), then try again; "
            "or draw offline and free: --provider animatic\n"
        )
        assert starsend.records()["SEQ01"].takes == ()

    def test_a_wrong_fal_key_holds_nothing(self, starsend: PaidWorld, server: RehearsalServer) -> None:
        starsend.at(server.url).environ["FAL_KEY"] = "wrong"
        said = starsend("run", "--yes")
        assert said.code == 7
        assert "SEQ01_T001: fal doesn't take the key: invalid key credentials" in said.err
        take = starsend.take()
        assert (take.outcome, take.not_sent, str(take.committed_usd)) == ("failed", True, "0.00")
        assert take.error is not None
        assert take.error.remedy == (
            "look at FAL_KEY (the keys are at https://fal.ai/dashboard/keys); "
            "or go on offline and free: --provider animatic"
        )
        assert server.books().jobs == ()
        starsend.at(server.url)
        assert starsend("run", "--yes").code == 0, "with the right key it is done: nothing was bought before"

    def test_a_wrong_gemini_key_holds_nothing(self, starsend: PaidWorld, server: RehearsalServer) -> None:
        write_plan(starsend.workspace, plan_of(film(start_frame="required")))
        starsend.at(server.url).environ["GEMINI_API_KEY"] = "wrong"
        said = starsend("run", "--yes")
        assert said.code == 7
        assert (
            "Gemini doesn't take the key: API key not valid. Please pass a valid API key. (INVALID_ARGUMENT)"
            in said.err
        )
        take = starsend.take()
        assert (take.outcome, take.not_sent, str(take.committed_usd)) == ("failed", True, "0.00")

    @pytest.mark.parametrize("key", ["two words", "two\nlines", "kéy", "a\tb"])
    def test_a_key_that_no_header_takes_is_refused_before_anything_is_sent(
        self, starsend: PaidWorld, server: RehearsalServer, key: str
    ) -> None:
        write_plan(starsend.workspace, plan_of(film(), film("SEQ02", start_frame="required")))
        starsend.at(server.url).environ.update(FAL_KEY=key, GEMINI_API_KEY=key)
        said = starsend("run", "--yes")
        assert said.code == 7, said
        assert key not in said.all
        assert "defect" not in said.all
        assert server.books().jobs == ()
        assert starsend.held() in ("0", "0.00")

    def test_space_around_a_key_is_no_part_of_it(self, starsend: PaidWorld, tmp_path: Path) -> None:
        with RehearsalServer(tmp_path / "strict", keys=("good",)) as server:
            starsend.at(server.url).environ["FAL_KEY"] = "  good\n"
            assert starsend("run", "--yes").code == 0


class TestSettings:
    def test_an_unknown_model_is_a_fault_of_the_plan(self, starsend: PaidWorld, server: RehearsalServer) -> None:
        starsend.at(server.url)
        write_plan(starsend.workspace, plan_of(film(), defaults={"video_model": "kling-o9"}))
        said = starsend("run", "--yes")
        assert said.code == 2
        assert "kling-o9" in said.err
        assert "kling-o3-pro" in said.err, "the remedy names those that are known"
        assert server.books().requests == ()

    def test_an_unknown_provider_is_said_with_the_offline_one(self, starsend: PaidWorld) -> None:
        said = starsend("run", "--yes", provider="nonsense")
        assert said.code == 7
        assert said.err == (
            "unknown-provider: the provider 'nonsense' is not part of this version; it has: animatic, live\n"
            "  → draw offline and free instead: --provider animatic\n"
        )

    def test_a_budget_of_nothing_sends_nothing(self, starsend: PaidWorld, server: RehearsalServer) -> None:
        starsend.at(server.url)
        settings(starsend, '[budget]\nproject_usd = "0"\n')
        said = starsend("run", "--yes")
        assert said.code == 4
        assert "over-budget: SEQ01: " in said.err
        assert server.books().jobs == ()
        assert starsend.records()["SEQ01"].takes == ()

    @pytest.mark.parametrize("url", ["nowhere", "ftp://fal", "127.0.0.1:9000", "http://", "http://[::1", "http://a b"])
    def test_an_address_that_is_none_is_refused(self, starsend: PaidWorld, url: str) -> None:
        starsend.at("http://127.0.0.1:9").environ["STARSEND_FAL_URL"] = url
        said = starsend("run", "--yes")
        assert said.code == 7, said
        assert said.err == (
            f"bad-settings: STARSEND_FAL_URL is {url!r}, which is no address\n"
            "  → write it whole: STARSEND_FAL_URL=http://127.0.0.1:9000\n"
        )

    def test_nobody_listening_is_a_proven_non_send(self, starsend: PaidWorld) -> None:
        with Proxy() as proxy:
            gone = proxy.url
        starsend.at(gone)
        starsend.desk = quick_desk()
        said = starsend("run", "--yes")
        assert said.code == 5, said
        assert "fal can't be reached (sending SEQ01_T001): ConnectError: [Errno 111] Connection refused" in said.err
        take = starsend.take()
        assert (take.outcome, take.not_sent, starsend.held()) == ("failed", True, "0.00")

    def test_news_goes_to_no_plain_address(self, starsend: PaidWorld) -> None:
        settings(starsend, '[notify]\nurl = "http://example.com"\n')
        said = starsend("run", "--yes")
        assert said.code == 7
        assert said.err == (
            f"bad-settings: {starsend.workspace / 'starsend.toml'}: "
            "notify.url: Value error, it must be an https address\n"
            "  → correct these keys; docs/settings.md lists them all\n"
        )

    def test_a_catalogue_entry_without_a_price_is_refused(self) -> None:
        text = resources.files("starsend.catalogue").joinpath("models.toml").read_text(encoding="utf-8")
        whole = "[models.kling-o3-pro.prices]\nusd_per_second ="
        assert whole in text
        with pytest.raises(SetupError) as caught:
            parse_catalogue(text.replace(whole, "[models.kling-o3-pro.prices]\n# usd_per_second ="))
        assert str(caught.value) == (
            "the model catalogue is not complete: kling-o3-pro: "
            "a video model needs usd_per_second and usd_per_second_audio"
        )
        assert caught.value.remedy == "mend models.toml, or install Starsend again"
