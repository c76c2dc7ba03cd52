from __future__ import annotations

import pytest

from starsend.model.plan import Line
from starsend.model.plan_names import compose_prompt, element_names, expand_snippets, snippet_circles

KNOWN = {"dana", "truck", "phone", "the-car", "a--b"}


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("@dana's hand", ("dana",)),
        ("Wide. @truck.", ("truck",)),
        ("(@phone)", ("phone",)),
        ("@dana-like figure", ("dana",)),
        ("@the-car stops", ("the-car",)),
        ("@a--b and @dana--then", ("a--b", "dana")),
        ("write to dana@starsend.example", ()),
        ("@dana, @truck, @dana", ("dana", "truck")),
        ('"@dana"', ("dana",)),
        ("@dána", ("dána",)),
        ("@", ()),
        ("@nobody_-", ("nobody",)),
    ],
)
def test_names_are_found_as_people_write_them(prompt: str, names: tuple[str, ...]) -> None:
    assert element_names(prompt, KNOWN) == names


def test_snippets_are_replaced_also_inside_snippets() -> None:
    snippets = {"look": "35mm, $light", "light": "sodium"}
    assert expand_snippets("$look. It costs $5.", snippets) == "35mm, sodium. It costs $5."


def test_circles_stay_as_written() -> None:
    snippets = {"a": "1 $b", "b": "2 $a", "c": "3 $a"}
    assert snippet_circles(snippets) == ("a", "b")
    assert expand_snippets("$a $c $none", snippets) == "$a 3 $a $none"


def test_snippets_that_multiply_are_cut_in_time() -> None:
    snippets = {chr(97 + i): f"${chr(98 + i)} " * 1000 for i in range(9)} | {"j": "x" * 1000}
    assert len(expand_snippets("$a", snippets)) == 100_000


def test_prompt_dialogue_and_style_are_joined_as_sentences() -> None:
    line = Line(who="dana", text="Don't stop.")
    assert (
        compose_prompt("Wide. @dana waits", style="$look", snippets={"look": "35mm"}, dialogue=(line,))
        == 'Wide. @dana waits. dana says: "Don\'t stop." 35mm'
    )
    assert compose_prompt("Wide.") == "Wide."
