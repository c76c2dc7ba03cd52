"""Bodies for Kling at fal: which endpoint, which names, which words. Golden bodies in full."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from starsend.catalogue.entries import EndpointFields, ModelEntry
from starsend.catalogue.loader import load_catalogue
from starsend.errors import BadRequest, PlanError
from starsend.model.slate import Slate
from starsend.providers.base import BodyMedia
from starsend.providers.kling_input import (
    ENDPOINT,
    Placed,
    element_entry,
    endpoint_of,
    kling_input,
    same_input,
    sent_input,
)
from starsend.providers.order import ElementOrder, Order, ShotOrder

CATALOGUE = load_catalogue()
O3 = CATALOGUE.get("kling-o3-pro")
V3 = CATALOGUE.get("kling-v3-standard")
DANA = ElementOrder(
    "dana", "character", "woman", Path("dana/front.png"), (Path("dana/side.png"), Path("dana/back.png"))
)
TRUCK = ElementOrder("truck", "prop", "red truck", None, (Path("truck.png"),))
START, END, STYLE = Path("clean/SEQ01.png"), Path("end.png"), Path("style.png")
TWO = (ShotOrder("SH01", "Wide. @Element1 waits.", 4.0), ShotOrder("SH02", "Close-up.", 3.0))
TEXT = Order(Slate("SEQ01"), "video", "multi", "kling-o3-pro", "Film", TWO, fps=Fraction(24))

MULTI = {
    "multi_prompt": [
        {"prompt": "Wide. @Element1 waits.", "duration": "4"},
        {"prompt": "Close-up.", "duration": "3"},
    ],
    "shot_type": "customize",
    "duration": "7",
    "generate_audio": False,
}
DANA_SENT = {
    "frontal_image_url": "u:dana/front.png",
    "reference_image_urls": ["u:dana/side.png", "u:dana/back.png"],
}
TRUCK_SENT = {"frontal_image_url": "u:truck.png", "reference_image_urls": ["u:truck.png"]}


def place(path: Path, own: bool) -> Placed:
    return Placed(f"{'own' if own else 'u'}:{path.as_posix()}", f"sha-{path.name}")


def body(order: Order, entry: ModelEntry = O3) -> dict[str, Any]:
    return kling_input(order, entry, place).body


def single(order: Order) -> Order:
    return replace(order, mode="single", slate=Slate("SEQ01", "SH01"), shots=TWO[:1])


def o3(path: str) -> str:
    return f"fal-ai/kling-video/o3/pro/{path}"


class TestO3:
    def test_text_to_video_takes_words_and_the_aspect(self) -> None:
        assert body(TEXT) == {ENDPOINT: o3("text-to-video"), **MULTI, "aspect_ratio": "16:9"}

    def test_image_to_video_calls_the_start_frame_image_url_and_takes_no_aspect(self) -> None:
        order = replace(TEXT, start_frame=START, audio=True)
        assert body(order) == {
            ENDPOINT: o3("image-to-video"),
            **MULTI,
            "generate_audio": True,
            "image_url": "own:clean/SEQ01.png",
        }

    def test_image_to_video_takes_an_end_frame(self) -> None:
        order = replace(TEXT, start_frame=START, end_frame=END)
        assert body(order) == {
            ENDPOINT: o3("image-to-video"),
            **MULTI,
            "image_url": "own:clean/SEQ01.png",
            "end_image_url": "own:end.png",
        }

    def test_elements_with_a_start_frame_go_to_reference_to_video(self) -> None:
        order = replace(TEXT, start_frame=START, end_frame=END, elements=(DANA, TRUCK), aspect=(9, 16))
        assert body(order) == {
            ENDPOINT: o3("reference-to-video"),
            **MULTI,
            "aspect_ratio": "9:16",
            "elements": [DANA_SENT, TRUCK_SENT],
            "start_image_url": "own:clean/SEQ01.png",
            "end_image_url": "own:end.png",
        }

    def test_elements_without_a_start_frame_go_there_too(self) -> None:
        assert body(replace(TEXT, elements=(TRUCK,))) == {
            ENDPOINT: o3("reference-to-video"),
            **MULTI,
            "aspect_ratio": "16:9",
            "elements": [TRUCK_SENT],
        }

    def test_style_images_come_after_the_elements_and_each_shot_names_them(self) -> None:
        order = replace(TEXT, elements=(TRUCK,), style_images=(STYLE, Path("look.png")), start_frame=START)
        assert body(order) == {
            ENDPOINT: o3("reference-to-video"),
            **MULTI,
            "multi_prompt": [
                {
                    "prompt": "Wide. @Element1 waits. In the style of @Image1 and @Image2.",
                    "duration": "4",
                },
                {"prompt": "Close-up. In the style of @Image1 and @Image2.", "duration": "3"},
            ],
            "aspect_ratio": "16:9",
            "elements": [TRUCK_SENT],
            "image_urls": ["u:style.png", "u:look.png"],
            "start_image_url": "own:clean/SEQ01.png",
        }
        assert list(body(order)).index("elements") < list(body(order)).index("image_urls")

    def test_style_images_alone_are_references(self) -> None:
        assert body(replace(TEXT, style_images=(STYLE,)))[ENDPOINT] == o3("reference-to-video")

    def test_one_shot_is_a_prompt_and_its_duration(self) -> None:
        order = single(replace(TEXT, start_frame=START, elements=(DANA,)))
        assert body(order) == {
            ENDPOINT: o3("reference-to-video"),
            "prompt": "Wide. @Element1 waits.",
            "duration": "4",
            "generate_audio": False,
            "aspect_ratio": "16:9",
            "elements": [DANA_SENT],
            "start_image_url": "own:clean/SEQ01.png",
        }

    def test_one_shot_of_each_plainer_endpoint(self) -> None:
        words = {"prompt": "Wide. @Element1 waits.", "duration": "4", "generate_audio": False}
        assert body(single(TEXT)) == {ENDPOINT: o3("text-to-video"), **words, "aspect_ratio": "16:9"}
        framed = single(replace(TEXT, start_frame=START))
        assert body(framed) == {ENDPOINT: o3("image-to-video"), **words, "image_url": "own:clean/SEQ01.png"}

    def test_an_end_frame_without_a_start_frame_is_not_sent(self) -> None:
        assert body(replace(TEXT, end_frame=END)) == body(TEXT)
        assert "end_image_url" not in body(replace(TEXT, end_frame=END, elements=(TRUCK,)))


class TestV3:
    def test_sound_is_always_said_since_v3_makes_it_by_itself(self) -> None:
        assert body(TEXT, V3)["generate_audio"] is False

    def test_its_image_to_video_says_start_image_url(self) -> None:
        assert body(replace(TEXT, start_frame=START), V3) == {
            ENDPOINT: "fal-ai/kling-video/v3/standard/image-to-video",
            **MULTI,
            "start_image_url": "own:clean/SEQ01.png",
        }

    def test_its_image_to_video_takes_elements_and_no_style(self) -> None:
        order = replace(TEXT, start_frame=START, end_frame=END, elements=(TRUCK,), style_images=(STYLE,))
        assert body(order, V3) == {
            ENDPOINT: "fal-ai/kling-video/v3/standard/image-to-video",
            **MULTI,
            "elements": [TRUCK_SENT],
            "start_image_url": "own:clean/SEQ01.png",
            "end_image_url": "own:end.png",
        }


class TestStyleWords:
    def test_a_shot_that_has_no_room_is_left_as_it_is(self) -> None:
        warn = O3.limits.shot_prompt_warn_chars
        assert warn is not None
        shots = (ShotOrder("SH01", "x" * warn, 4.0), ShotOrder("SH02", "x" * (warn - 26), 4.0))
        sent = body(replace(TEXT, shots=shots, style_images=(STYLE,)))["multi_prompt"]
        assert sent[0]["prompt"] == "x" * warn
        assert sent[1]["prompt"].endswith(" In the style of @Image1.")
        assert len(sent[1]["prompt"]) <= warn

    def test_a_shot_that_is_longer_anyway_has_room_to_the_hard_limit(self) -> None:
        most = O3.limits.prompt_max_chars
        shots = (ShotOrder("SH01", "x" * 600, 4.0), ShotOrder("SH02", "x" * most, 4.0))
        sent = body(replace(TEXT, shots=shots, style_images=(STYLE,)))["multi_prompt"]
        assert sent[0]["prompt"].endswith("@Image1.")
        assert sent[1]["prompt"] == "x" * most


def test_each_picture_is_named_by_where_it_stands_in_the_body() -> None:
    order = replace(TEXT, start_frame=START, end_frame=END, elements=(DANA, TRUCK), style_images=(STYLE,))
    assert kling_input(order, O3, place).media == (
        BodyMedia("/elements/0/frontal_image_url", Path("dana/front.png"), "sha-front.png"),
        BodyMedia("/elements/0/reference_image_urls/0", Path("dana/side.png"), "sha-side.png"),
        BodyMedia("/elements/0/reference_image_urls/1", Path("dana/back.png"), "sha-back.png"),
        BodyMedia("/elements/1/frontal_image_url", Path("truck.png"), "sha-truck.png"),
        BodyMedia("/elements/1/reference_image_urls/0", Path("truck.png"), "sha-truck.png"),
        BodyMedia("/image_urls/0", STYLE, "sha-style.png"),
        BodyMedia("/start_image_url", START, "sha-SEQ01.png"),
        BodyMedia("/end_image_url", END, "sha-end.png"),
    )


def test_a_model_of_the_family_with_other_names_is_data_only() -> None:
    fields = {**O3.fields, "reference": EndpointFields(start="first", end="last", elements="cast", style="looks")}
    endpoints = {**O3.endpoints, "reference": "kling/v5/pro/all-to-video"}
    entry = O3.model_copy(update={"fields": fields, "endpoints": endpoints})
    order = replace(TEXT, start_frame=START, end_frame=END, elements=(TRUCK,), style_images=(STYLE,))
    sent = body(order, entry)
    assert sent[ENDPOINT] == "kling/v5/pro/all-to-video"
    assert (sent["first"], sent["last"], sent["cast"], sent["looks"]) == (
        "own:clean/SEQ01.png",
        "own:end.png",
        [TRUCK_SENT],
        ["u:style.png"],
    )
    assert "aspect_ratio" not in sent


@pytest.mark.parametrize(
    ("images", "frontal", "references"),
    [
        (["a"], "a", ["a"]),
        (["a", "b"], "a", ["b"]),
        (["a", "b", "c", "d", "e"], "a", ["b", "c", "d"]),
    ],
)
def test_an_element_has_one_frontal_image_and_one_to_three_references(
    images: list[str], frontal: str, references: list[str]
) -> None:
    assert element_entry(images) == {"frontal_image_url": frontal, "reference_image_urls": references}


def test_an_element_without_images_is_a_fault() -> None:
    with pytest.raises(PlanError, match="the element rain has no image to send"):
        body(replace(TEXT, elements=(ElementOrder("rain", "place", "rain", None),)))


def test_half_seconds_are_a_fault() -> None:
    with pytest.raises(PlanError, match=r"SEQ01: 4\.5 s are asked for, and fal takes whole seconds"):
        body(replace(TEXT, shots=(ShotOrder("SH01", "x", 4.5), TWO[1])))


def test_a_model_of_another_provider_is_a_fault() -> None:
    with pytest.raises(PlanError, match="SEQ01: animatic-film is not made by fal"):
        body(TEXT, CATALOGUE.get("animatic-film"))


def test_what_is_sent_has_all_but_our_own_key() -> None:
    sent = sent_input(body(TEXT))
    assert ENDPOINT not in sent
    assert {ENDPOINT: o3("text-to-video"), **sent} == body(TEXT)


@pytest.mark.parametrize(
    "bad", [None, 7, "", "https://evil.example/x", "a/b", "fal-ai/../x/y", "fal-ai//x/y", "a/b/c?d"]
)
def test_an_endpoint_that_is_none_is_not_sent_to(bad: object) -> None:
    with pytest.raises(BadRequest) as caught:
        endpoint_of({ENDPOINT: bad})
    assert caught.value.code == "no-endpoint"
    assert caught.value.proven_not_sent


@pytest.mark.parametrize(
    ("sent", "stored", "same"),
    [
        ({"a": "5"}, {"a": "5", "seed": 1}, True),
        ({"a": "5"}, {"a": 5}, False),
        ({"a": 5}, {"a": "5"}, False),
        ({"a": 5}, {"a": 5.0}, True),
        ({"a": True}, {"a": 1}, False),
        ({"a": False}, {}, False),
        ({"a": None}, {"a": None}, True),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1, "weight": 2}]}, True),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1}, {"b": 1}]}, False),
        ({"a": [1, 2]}, {"a": [2, 1]}, False),
        ({"a": {"b": 1}}, {"a": [1]}, False),
        ({"a": "x"}, None, False),
    ],
)
def test_our_input_is_found_in_what_was_stored(sent: Any, stored: Any, same: bool) -> None:
    assert same_input(sent, stored) is same
