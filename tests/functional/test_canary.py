"""The canary against the rehearsal server: our picture is right in calm weather, and each switch shows as different."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest

from starsend.catalogue.loader import load_catalogue
from starsend.cli.main import run
from starsend.doctor.canary import Canary, Flight
from starsend.doctor.canary_plan import cheapest
from starsend.doctor.traffic import TrafficLog
from starsend.errors import SetupError
from starsend.model.plan import Plan
from starsend.model.slate import Slate
from starsend.providers.wire import Exchange
from starsend.rehearsal.books import Books
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM, changed
from starsend.settings import read_settings
from starsend.studio import Parts, real_desk
from tests.fakes.crash_child import InProcess

FAL, GEMINI = "marked-fal-key-0123", "marked-gemini-key-4567"
QUICK = "[poll]\nfirst_s = 0.1\nmax_s = 0.3\n"

Serve = Callable[..., RehearsalServer]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    made: list[RehearsalServer] = []

    def start(clips: Literal["canned", "drawn"] = "canned", **switches: Any) -> RehearsalServer:
        weather = changed(CALM, switches)
        made.append(RehearsalServer(tmp_path / "server", weather=weather, keys=(FAL, GEMINI), clips=clips))
        return made[-1]

    yield start
    for server in made:
        server.close()


@contextmanager
def canary(
    tmp_path: Path, server: RehearsalServer, *, fal: str = FAL, gemini: str = GEMINI, more: str = ""
) -> Iterator[Canary]:
    workspace = tmp_path / "workspace"
    workspace.mkdir(exist_ok=True)
    (workspace / "starsend.toml").write_text(f"{QUICK}{more}")
    environ = {
        "FAL_KEY": fal,
        "GEMINI_API_KEY": gemini,
        "STARSEND_FAL_URL": server.url,
        "GOOGLE_GEMINI_BASE_URL": server.url,
    }
    settings = read_settings(workspace, environ=environ)
    with Canary(settings, Parts(real_desk(), inspector=InProcess()), patience_s=1.2) as made:
        yield made


def fly(tmp_path: Path, server: RehearsalServer, **given: str) -> Flight:
    with canary(tmp_path, server, **given) as made:
        return made.fly(made.jobs(), lambda _text: None)


def verdicts(flight: Flight) -> dict[str, str]:
    return {f"{o.provider} {o.name}": o.verdict for o in flight.outcomes}


def test_in_calm_weather_our_picture_is_right_but_for_the_small_films_of_the_rehearsal(
    tmp_path: Path, serve: Serve
) -> None:
    server = serve()
    flight = fly(tmp_path, server)
    told = verdicts(flight)
    assert {name for name, verdict in told.items() if verdict == "different"} == {"fal size"}
    assert {name for name, verdict in told.items() if verdict == "not seen"} == {"fal retry hint"}
    assert len(told) == 24
    assert [(name, take.outcome) for name, take in flight.takes] == [
        ("FILM_T001", "complete"),
        ("GRID_T001", "complete"),
    ]
    assert flight.troubles == ()
    jobs = server.books().jobs
    assert [(job.endpoint, job.input.get("duration"), job.input.get("generate_audio")) for job in jobs] == [
        ("fal-ai/kling-video/o3/standard/text-to-video", "3", False),
        ("gemini-nano-banana-2.1", None, None),
    ]


def test_the_traffic_is_kept_without_keys_and_without_pictures(tmp_path: Path, serve: Serve) -> None:
    flight = fly(tmp_path, serve())
    text = flight.traffic.read_text("utf-8")
    assert "marked" not in text
    lines = [json.loads(line) for line in text.splitlines()]
    assert flight.traffic.parent == tmp_path / "workspace" / "canary"
    posts = [line for line in lines if line["method"] == "POST"]
    assert [post["status"] for post in posts] == [200, 200]
    assert posts[0]["request_body"]["duration"] == "3"
    assert posts[0]["request_headers"]["authorization"] == "(removed)"
    assert max(len(line) for line in text.splitlines()) < 30_000
    for path in (tmp_path / "workspace").rglob("*"):
        assert not path.is_file() or b"marked" not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("switches", "name", "verdict"),
    [
        ({"listing_unfinished": True, "run_s": 1.5}, "unfinished jobs", "different"),
        ({"run_s": 1.5}, "unfinished jobs", "as expected"),
        ({"listing_lag_s": 3600}, "listing lag", "different"),
        ({"listing_adds_defaults": True}, "input as sent", "different"),
        ({"listing_payloads": False}, "listed input", "different"),
        ({"listing_payloads": False}, "input as sent", "not seen"),
        ({"billable_units_header": False}, "billable units", "different"),
        ({"billing_admin_only": True}, "billing events", "different"),
        ({"billing_admin_only": True}, "price", "not seen"),
        ({"billing_lag_s": 3600}, "price", "not seen"),
        ({"status_without_logs": True}, "status fields", "different"),
        ({"poll_5xx_first": 1}, "retry hint", "as expected"),
        ({"poll_5xx_first": 1, "retry_header": "X-Fal-Needs-Retry"}, "retry hint", "different"),
    ],
)
def test_each_switch_of_fal_is_seen(
    tmp_path: Path, serve: Serve, switches: dict[str, Any], name: str, verdict: str
) -> None:
    flight = fly(tmp_path, serve(**switches), gemini="")
    assert verdicts(flight)[f"fal {name}"] == verdict
    assert [take.outcome for _, take in flight.takes] == ["complete"]


@pytest.mark.parametrize(
    ("switches", "name", "outcome"),
    [
        ({"gemini_thoughts_first": 1}, "thoughts", "complete"),
        ({"gemini_v1_image_config": False}, "imageConfig", "failed"),
        ({"gemini_text_only_first": 1}, "one picture", "failed"),
    ],
)
def test_each_switch_of_gemini_is_seen(
    tmp_path: Path, serve: Serve, switches: dict[str, Any], name: str, outcome: str
) -> None:
    flight = fly(tmp_path, serve(**switches), fal="")
    assert verdicts(flight)[f"gemini {name}"] == "different"
    assert [take.outcome for _, take in flight.takes] == [outcome]


def test_a_reply_with_a_picture_of_real_size_is_read_and_not_kept(tmp_path: Path, serve: Serve) -> None:
    flight = fly(tmp_path, serve(clips="drawn"), fal="")
    assert set(verdicts(flight).values()) == {"as expected"}
    media = flight.takes[0][1].media
    assert media is not None
    assert media.bytes > 200_000
    assert flight.traffic.stat().st_size < 20_000


def test_a_price_that_is_not_ours_is_told(tmp_path: Path, serve: Serve) -> None:
    flight = fly(tmp_path, serve(), gemini="", more='[prices.kling-o3-standard]\nusd_per_second = "0.07"\n')
    price = next(outcome for outcome in flight.outcomes if outcome.name == "price")
    assert (price.verdict, price.seen) == ("different", "0.252 USD; ours is 0.21")


def test_what_a_crash_left_goes_on_and_nothing_is_bought_twice(tmp_path: Path, serve: Serve) -> None:
    server = serve(run_s=0.5)
    with canary(tmp_path, server, gemini="") as first:
        (job,) = first.jobs()
        first.desk.steps.advance(job.slate, job.request, job.provider)
    with canary(tmp_path, server, gemini="") as second:
        (job,) = second.jobs()
        assert job.request is None
        flight = second.fly((job,), lambda _text: None)
    assert [take.outcome for _, take in flight.takes] == ["complete"]
    assert verdicts(flight)["fal submit"] == "not seen"
    assert len(server.books().jobs) == 1


def environment(monkeypatch: pytest.MonkeyPatch, server: RehearsalServer) -> None:
    monkeypatch.setenv("FAL_KEY", FAL)
    monkeypatch.setenv("GEMINI_API_KEY", GEMINI)
    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
    monkeypatch.setenv("STARSEND_FAL_URL", server.url)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.url)


def command(workspace: Path, *arguments: str) -> int:
    return run(["doctor", "--canary", *arguments, "-w", str(workspace)], Parts(real_desk(), inspector=InProcess()))


@pytest.mark.parametrize(
    ("arguments", "toml", "code", "said"),
    [
        (("--max-cost", "0.20"), "", 4, "over-max-cost: this may cost $0.31, more than --max-cost $0.20"),
        ((), "", 2, "max-cost-needed"),
        (("--max-cost", "1"), '[confirm]\nabove_usd = "0.10"\n', 4, "not-confirmed"),
        (("--max-cost", "1"), '[budget]\nproject_usd = "0.01"\n', 4, "over-budget"),
    ],
)
def test_over_its_sum_or_unconfirmed_nothing_is_sent(
    tmp_path: Path,
    serve: Serve,
    arguments: tuple[str, ...],
    toml: str,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server = serve()
    environment(monkeypatch, server)
    (tmp_path / "starsend.toml").write_text(toml)
    assert command(tmp_path, *arguments) == code
    assert said in capsys.readouterr().err
    assert server.books() == Books((), server.books().requests)


def test_the_command_tells_where_our_picture_is_wrong(
    tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = serve(listing_adds_defaults=True)
    environment(monkeypatch, server)
    (tmp_path / "starsend.toml").write_text(QUICK)
    assert command(tmp_path, "--max-cost", "1") == 0
    told = capsys.readouterr().out
    assert "FILM_T001: kling-o3-standard, for about 0.26 USD" in told
    assert "fal, input as sent: added: shot_type (telling our lost job from others)" in told
    monkeypatch.setenv("GEMINI_API_KEY", "")
    assert command(tmp_path, "--max-cost", "1", "--json") == 0
    captured = capsys.readouterr()
    data = json.loads(captured.out)
    assert [take["take"] for take in data["takes"]] == ["FILM_T002"]
    assert {each["verdict"] for each in data["expectations"]} == {"as expected", "different", "not seen"}
    assert "is left out: no key for gemini is set" in captured.err


def test_the_canarys_workspace_is_like_any_other(
    tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = serve()
    environment(monkeypatch, server)
    (tmp_path / "starsend.toml").write_text(QUICK)
    assert command(tmp_path, "--max-cost", "1") == 0
    place = ("-w", str(tmp_path / "canary"))
    capsys.readouterr()
    assert run(["costs", "--billed", *place]) == 0
    assert "fal says that FILM_T001 cost 0.252 USD (estimated: 0.26)" in capsys.readouterr().out
    assert run(["costs", "--json", *place]) == 0
    total = json.loads(capsys.readouterr().out)["total"]
    assert Decimal(total["actual_usd"]) == server.books().billed_usd
    assert total["unknown_usd"] == "0.00"
    assert run(["run", *place]) == 6  # the grid waits to be picked, and nothing is bought
    assert len(server.books().jobs) == 2


def test_without_any_key_there_is_no_canary(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="a canary needs a key"):
        Canary(read_settings(tmp_path, environ={}), Parts())
    assert list(tmp_path.iterdir()) == []


def test_the_cheapest_models_are_found_by_their_prices() -> None:
    prices = {"kling-v3-pro": {"usd_per_second": "0.01"}, "gemini-3-pro-image": {"usd_per_image": "0.02"}}
    birds = cheapest(load_catalogue(prices))
    assert (birds.video.id, birds.image.id) == ("kling-v3-pro", "gemini-3-pro-image")


def test_a_plan_can_name_every_model_of_the_catalogue() -> None:
    for entry in load_catalogue().models.values():
        field = "video_model" if entry.kind == "video" else "image_model"
        plan = Plan.model_validate({"project": "film", "defaults": {field: entry.id}})
        assert getattr(plan.defaults, field) == entry.id


def test_a_secret_is_kept_out_of_the_traffic_wherever_it_stands(tmp_path: Path) -> None:
    log = TrafficLog(tmp_path / "traffic.jsonl", real_desk().now, ("marked-key",))
    log(
        Exchange(
            "POST",
            "https://cdn.example/put?X-Amz-Signature=marked-signature&name=a",
            {"authorization": "(removed)", "x-upload-token": "marked-header"},
            b'{"prompt": "marked-key", "long": "' + b"x" * 9000 + b'"}',
            200,
            {"date": "now"},
            b'{"token": "marked-token", "tokenCount": 7, "list": [{"api_key": "marked-nested"}]}',
            0.1,
        )
    )
    log(Exchange("GET", "https://cdn.example/a.mp4", {}, b"", 200, {}, b"\x00\xff" * 2000, 0.1))
    text = log.path.read_text("utf-8")
    assert "marked" not in text
    assert '"tokenCount":7' in text
    assert "(4000 bytes, sha256 " in text
    assert len(text) < 2000


def test_its_sums_are_exact(tmp_path: Path, serve: Serve) -> None:
    with canary(tmp_path, serve()) as made:
        jobs = made.jobs()
        assert [(job.slate, job.estimate_usd) for job in jobs] == [
            (Slate("FILM"), Decimal("0.26")),
            (Slate("GRID"), Decimal("0.05")),
        ]
