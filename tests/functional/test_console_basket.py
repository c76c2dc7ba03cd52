"""The retake basket: put together for nothing, its sum shown against the budgets, sent once whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from starsend.model.slate import Slate
from starsend.providers.base import Intent
from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, served
from tests.fakes.crash_child import Quiet
from tests.fakes.worlds import plan


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    with served(tmp_path, inspector) as film:
        yield film


def add(film: Film, slate: str = "SEQ02", **fields: Any) -> dict[str, Any]:
    answer = film.post("/basket/items", slate=slate, **fields)
    assert answer.status_code == 200, answer.text
    basket: dict[str, Any] = answer.json()
    return basket


def send(film: Film, basket: dict[str, Any]) -> Any:
    return film.post("/basket/send", revision=basket["revision"], confirmed_usd=basket["total_usd"])


def test_items_are_added_changed_and_taken_out_for_nothing(film: Film) -> None:
    basket = add(film, takes=2, words="slower", notes=["t1n1"])
    item = basket["items"][0]
    assert (item["estimate_usd"], item["words"], item["by"], basket["total_usd"]) == ("0.68", "slower", "test", "0.68")
    basket = film.post(f"/basket/items/{item['id']}", revision=basket["revision"], takes=1).json()
    assert (basket["items"][0]["takes"], basket["items"][0]["words"], basket["total_usd"]) == (1, "slower", "0.34")
    basket = film.post(f"/basket/items/{item['id']}/remove", revision=basket["revision"]).json()
    assert (basket["items"], basket["total_usd"], basket["sendable"]) == ([], "0.00", False)
    assert film.told("basket")[-1] == {"revision": 3, "count": 0}
    assert film.desk.store.find("SEQ02") is None


def test_the_basket_is_sent_overrides_first(film: Film) -> None:
    basket = add(film, prompts={"SH01": "A kitchen at dawn."})
    basket = add(film, "SEQ02_SH02", model="kling-o3-standard")
    answer = send(film, basket)
    assert answer.status_code == 202, answer.text
    done = film.wait(answer.json()["work"]["id"], "done")
    assert done["slates"] == ["SEQ02", "SEQ02_SH02"]
    assert film.get("/basket")["items"] == []
    record = film.desk.store.load("SEQ02").record
    assert (record.prompt_overrides, record.takes[0].inputs.shots[0].prompt, record.takes[0].stale) == (
        {"SH01": "A kitchen at dawn."},
        "A kitchen at dawn.",
        (),
    )
    assert film.desk.store.load("SEQ02_SH02").record.takes[0].model == "kling-o3-standard"
    assert len(film.world.provider.accepted()) == 2


def test_two_items_of_one_slate_are_made_one_after_the_other(film: Film) -> None:
    add(film, prompts={"SH01": "A kitchen at dawn."})
    basket = add(film, prompts={"SH01": "A kitchen at noon."})
    film.wait(send(film, basket).json()["work"]["id"], "done")
    takes = film.desk.store.load("SEQ02").record.takes
    assert [take.inputs.shots[0].prompt for take in takes] == ["A kitchen at dawn.", "A kitchen at noon."]
    assert film.get("/basket")["items"] == []


def test_a_sum_that_differs_from_what_was_shown_is_refused(film: Film) -> None:
    basket = add(film)
    answer = film.post("/basket/send", revision=basket["revision"], confirmed_usd="0.30")
    assert (answer.status_code, answer.json()["code"], answer.json()["estimate_usd"]) == (402, "not-confirmed", "0.34")
    assert answer.json()["basket"]["items"][0]["sending"] is False
    assert film.world.provider.accepted() == []


def test_a_second_click_and_a_second_browser_send_nothing_twice(film: Film) -> None:
    go, asked = threading.Event(), threading.Event()

    def hold(_intent: Intent) -> None:
        asked.set()
        assert go.wait(30)

    film.world.provider.before_send = hold
    basket = add(film)
    first = send(film, basket)
    assert first.status_code == 202
    assert send(film, basket).json()["code"] in ("stale", "nothing-to-send")
    assert asked.wait(30)
    fresh = film.get("/basket")
    assert send(film, fresh).json()["code"] == "nothing-to-send"
    go.set()
    film.wait(first.json()["work"]["id"], "done")
    assert len(film.world.provider.accepted()) == 1


def test_many_clicks_at_once_buy_one_take(film: Film) -> None:
    basket = add(film)
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(send(film, basket))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    begun = [answer.json()["work"]["id"] for answer in answers if answer.status_code == 202]
    assert len(begun) == 1
    film.wait(begun[0], "done")
    assert len(film.world.provider.accepted()) == 1


def test_an_item_whose_take_was_opened_is_never_sent_again(film: Film) -> None:
    """As after a crash between the record's write and the basket's: the file still holds the item."""
    basket = add(film)
    before = film.desk.basket.path.read_bytes()
    film.wait(send(film, basket).json()["work"]["id"], "done")
    film.desk.basket.path.write_bytes(before)
    again = film.get("/basket")
    assert again["items"] == []
    assert send(film, basket).json()["code"] == "nothing-to-send"
    assert len(film.world.provider.accepted()) == 1


def test_an_item_that_was_not_opened_before_a_crash_waits_again(film: Film) -> None:
    basket = add(film)
    film.desk.basket.mark({basket["items"][0]["id"]}, "a server that died", basket["revision"])
    again = film.get("/basket")
    assert (again["items"][0]["sending"], again["total_usd"]) == (False, "0.34")
    film.wait(send(film, again).json()["work"]["id"], "done")


def test_an_item_that_cannot_be_made_says_why_and_stays(film: Film) -> None:
    add(film)
    basket = add(film, "SEQ01")
    assert basket["items"][1]["error"]["code"] == "frame-needed"
    assert (basket["total_usd"], basket["sendable"]) == ("0.34", True)
    film.wait(send(film, basket).json()["work"]["id"], "done")
    assert [item["slate"] for item in film.get("/basket")["items"]] == ["SEQ01"]


def test_the_sum_is_shown_against_the_budgets(tmp_path: Path, inspector: PooledInspector) -> None:
    with served(tmp_path, inspector, document=plan(budget={"project_usd": "0.50", "sequence_usd": "9"})) as film:
        basket = add(film, takes=2)
        assert [(b["kind"], b["name"], b["after_usd"], b["over"]) for b in basket["budgets"]] == [
            ("project", "film", "0.68", True),
            ("sequence", "SEQ02", "0.68", False),
        ]
        assert (basket["sendable"], basket["problems"]) == (False, ["the budget of the project film can't bear it"])
        answer = send(film, basket)
        assert (answer.status_code, answer.json()["code"]) == (402, "over-budget")
        assert film.world.provider.accepted() == []
        assert film.get("/basket")["items"][0]["sending"] is False


def test_a_stale_change_gets_the_fresh_basket(film: Film) -> None:
    basket = add(film)
    add(film, "SEQ02_SH01")
    item = basket["items"][0]["id"]
    answer = film.post(f"/basket/items/{item}/remove", revision=basket["revision"])
    assert (answer.status_code, len(answer.json()["basket"]["items"])) == (409, 2)
    assert film.post("/basket/items/nope/remove", revision=2).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"slate": "SEQ09"}, 404),
        ({"slate": "SEQ02", "takes": 21}, 422),
        ({"slate": "SEQ02", "start_frame": "/etc/passwd"}, 422),
        ({"slate": "../x"}, 422),
    ],
)
def test_what_can_never_be_made_is_not_put_in(film: Film, body: dict[str, Any], status: int) -> None:
    assert film.post("/basket/items", **body).status_code == status
    assert film.get("/basket")["items"] == []


def test_a_basket_broken_by_hand_is_said_and_left(film: Film) -> None:
    film.desk.paths.state.mkdir(parents=True, exist_ok=True)
    film.desk.basket.path.write_text("{", encoding="utf-8")
    answer = film.page.get("/api/v1/projects/film/basket")
    assert (answer.status_code, answer.json()["code"]) == (503, "basket-broken")
    assert film.post("/basket/items", slate="SEQ02").status_code == 503
    assert film.desk.basket.path.read_text(encoding="utf-8") == "{"


def test_an_item_whose_takes_go_to_the_shots_leaves_the_basket_when_all_are_opened(
    tmp_path: Path, inspector: PooledInspector
) -> None:
    document = plan()
    document["episodes"][0]["sequences"][1]["mode"] = "single"
    with served(tmp_path, inspector, document=document) as film:
        basket = add(film)
        shots = {job["slate"] for job in basket["items"][0]["jobs"]}
        assert shots == {"SEQ02_SH01", "SEQ02_SH02"}
        film.wait(send(film, basket).json()["work"]["id"], "done")
        assert film.get("/basket")["items"] == []
        assert len(film.world.provider.accepted()) == len(shots)


def test_of_an_item_that_was_opened_in_part_only_the_rest_is_sent(tmp_path: Path, inspector: PooledInspector) -> None:
    """As after a crash between two shots: what was opened is made, what was not waits with its own price."""
    document = plan()
    document["episodes"][0]["sequences"][1]["mode"] = "single"
    with served(tmp_path, inspector, document=document) as film:
        basket = add(film)
        item = film.desk.basket.read().items[0]
        first = next(job for job in film.desk.runner.prepare("SEQ02", item.wish) if job.slate.shot == "SH01")
        film.desk.engine.run([first], Quiet())
        rest = film.get("/basket")
        assert [job["slate"] for job in rest["items"][0]["jobs"]] == ["SEQ02_SH02"]
        assert float(rest["total_usd"]) < float(basket["total_usd"])
        film.wait(send(film, rest).json()["work"]["id"], "done")
        assert film.get("/basket")["items"] == []
        assert len(film.world.provider.accepted()) == 2


def test_an_override_that_stands_is_said_before_it_is_paid_for(film: Film) -> None:
    film.desk.overrides.write(Slate.parse("SEQ02_SH02"), {"SH02": "Close-up. She smiles."})
    for fields in ({"slate": "SEQ02_SH02"}, {"slate": "SEQ02"}, {"slate": "SEQ02", "shots": "1"}):
        add(film, **fields)
    add(film, "SEQ02_SH02", prompt="Its own.")
    basket = add(film, prompts={"SH02": "Newer words."})
    said = [[(each["shot"], each["words"]) for each in item["overridden"]] for item in basket["items"]]
    override = ("SH02", "Close-up. She smiles.")
    assert said == [[override], [override], [], [], []]
    pieces = basket["items"][0]["overridden"][0]["difference"]
    assert "".join(text for kind, text in pieces if kind != "-") == override[1]
    planned = film.desk.loaded.plan.find_sequence("SEQ02")[1].shot("SH02").prompt
    assert "".join(text for kind, text in pieces if kind != "+") == planned
    add(film, "SEQ02_SH02", mode="grid")
    basket = add(film, mode="grid")
    assert [len(item["overridden"]) for item in basket["items"][-2:]] == [1, 0]
