from __future__ import annotations

from decimal import Decimal
from importlib import resources

import pytest

from starsend.catalogue.loader import load_catalogue, parse_catalogue
from starsend.errors import PlanError, SetupError

FILE = resources.files("starsend.catalogue").joinpath("models.toml").read_text(encoding="utf-8")


def test_every_model_has_a_source_and_a_date_for_limits_prices_and_longest_time() -> None:
    for entry in load_catalogue().models.values():
        for source in (entry.sources.limits, entry.sources.prices, entry.sources.longest):
            assert source.url
            assert source.date.year >= 2026


def test_kling_o3_takes_three_elements_beside_a_start_frame_and_four_without() -> None:
    for model in ("kling-o3-standard", "kling-o3-pro", "kling-o3-4k"):
        limits = load_catalogue().get(model).limits
        assert limits.element_cap(start_frame=True) == 3
        assert limits.element_cap(start_frame=False) == 4
        assert (limits.max_shots, limits.max_total_s) == (6, Decimal(15))


def test_prices_are_exact() -> None:
    catalogue = load_catalogue()
    pro = catalogue.get("kling-o3-pro")
    assert pro.video_usd(Decimal(14), audio=False) == Decimal("1.568")
    assert pro.video_usd(Decimal(14), audio=True) == Decimal("1.96")
    grid = catalogue.get("gemini-3-pro-image")
    assert grid.image_usd() == Decimal("0.154")
    assert grid.image_usd("4K", input_images=2) == Decimal("0.2622")


def test_the_animatic_is_free_and_takes_any_ratio() -> None:
    catalogue = load_catalogue()
    assert catalogue.get("animatic-film").video_usd(Decimal(15), audio=True) == 0
    assert catalogue.get("animatic-board").image_usd() == 0
    assert catalogue.get("animatic-film").limits.takes_aspect("2.39:1")
    assert not catalogue.get("kling-o3-pro").limits.takes_aspect("2.39:1")
    assert catalogue.get("kling-o3-pro").limits.takes_aspect("32:18")


def test_an_unknown_model_is_answered_with_the_nearest_and_all_known() -> None:
    with pytest.raises(PlanError) as caught:
        load_catalogue().get("kling-o3-por")
    assert caught.value.code == "unknown-model"
    assert caught.value.message == 'no model "kling-o3-por" is known'
    assert caught.value.remedy == (
        "did you mean kling-o3-pro? the models are: kling-o3-standard, kling-o3-pro, kling-o3-4k, kling-v3-standard, "
        "kling-v3-pro, gemini-3-pro-image, gemini-nano-banana-2.1, gemini-3.1-flash-lite-image, animatic-board, "
        "animatic-film"
    )


def test_a_model_of_the_wrong_kind_has_no_price() -> None:
    catalogue = load_catalogue()
    with pytest.raises(PlanError, match="gemini-3-pro-image makes images"):
        catalogue.get("gemini-3-pro-image").video_usd(Decimal(5), audio=False)
    with pytest.raises(PlanError, match="kling-o3-pro makes videos"):
        catalogue.get("kling-o3-pro").image_usd()
    with pytest.raises(PlanError, match="makes no 4K images"):
        catalogue.get("gemini-nano-banana-2.1").image_usd("4K")


def test_studio_prices_override_the_catalogue() -> None:
    catalogue = load_catalogue(
        {
            "kling-o3-pro": {"usd_per_second": "0.224"},
            "gemini-3-pro-image": {"usd_per_image": "0.1", "usd_per_image_4k": "0.3"},
        }
    )
    assert catalogue.get("kling-o3-pro").prices.usd_per_second == Decimal("0.224")
    assert catalogue.get("kling-o3-pro").prices.usd_per_second_audio == Decimal("0.14")
    assert catalogue.get("gemini-3-pro-image").prices.usd_per_image == {
        "1K": Decimal("0.1"),
        "2K": Decimal("0.1"),
        "4K": Decimal("0.3"),
    }
    assert load_catalogue().get("kling-o3-pro").prices.usd_per_second == Decimal("0.112")


@pytest.mark.parametrize(
    ("model", "prices", "message"),
    [
        ("kling-o9", {"usd_per_second": "1"}, '[prices."kling-o9"] in starsend.toml: there is no such model'),
        ("kling-o3-pro", {"usd_per_sec": "1"}, '[prices."kling-o3-pro"] in starsend.toml: it has no price usd_per_sec'),
        (
            "kling-o3-pro",
            {"usd_per_second": "-1"},
            "[prices.\"kling-o3-pro\"] in starsend.toml: usd_per_second = '-1' is no amount",
        ),
        (
            "kling-o3-pro",
            {"usd_per_second": "much"},
            "[prices.\"kling-o3-pro\"] in starsend.toml: usd_per_second = 'much' is no amount",
        ),
        (
            "kling-o3-pro",
            {"usd_per_second": "NaN"},
            "[prices.\"kling-o3-pro\"] in starsend.toml: usd_per_second = 'NaN' is no amount",
        ),
    ],
)
def test_a_bad_override_is_refused(model: str, prices: dict[str, str], message: str) -> None:
    with pytest.raises(SetupError) as caught:
        load_catalogue({model: prices})
    assert caught.value.message == message
    assert caught.value.remedy


def test_a_missing_price_names_its_entry() -> None:
    text = FILE.replace('usd_per_second = "0.112"\nusd_per_second_audio = "0.14"\n', 'usd_per_second = "0.112"\n')
    with pytest.raises(SetupError) as caught:
        parse_catalogue(text)
    assert caught.value.message == (
        "the model catalogue is not complete: kling-o3-pro: a video model needs usd_per_second and usd_per_second_audio"
    )


def test_a_missing_source_names_its_entry() -> None:
    text = FILE.replace("[models.kling-o3-4k.sources.prices]", "[models.kling-o3-4k.sources.other]")
    with pytest.raises(SetupError, match="kling-o3-4k, sources"):
        parse_catalogue(text)


def test_prices_by_token_can_be_overridden_and_keep_costs_known() -> None:
    own = {"usd_per_image": "0.30", "usd_per_million_image": "200", "usd_per_million_text": "10"}
    entry = load_catalogue({"gemini-3-pro-image": own}).get("gemini-3-pro-image")
    assert entry.tokens_usd(input=1000, image=1000, text=1000) == Decimal("0.212")


def test_an_overridden_image_price_alone_leaves_true_costs_unknown() -> None:
    entry = load_catalogue({"gemini-3-pro-image": {"usd_per_image": "0.30"}}).get("gemini-3-pro-image")
    assert entry.tokens_usd(input=1000, image=1000, text=0) is None
    assert entry.image_usd() == Decimal("0.32")
