from __future__ import annotations

import inspect
import re

import pytest

import starsend.errors as errors
from starsend.errors import StarsendError

CLASSES = sorted(
    (kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, StarsendError)),
    key=lambda kind: kind.__name__,
)
EXIT_CODES = {
    "PlanError": 2,
    "UnknownName": 2,
    "MediaError": 2,
    "MoveError": 3,
    "StaleWrite": 3,
    "Busy": 3,
    "BudgetError": 4,
    "ProviderError": 5,
    "RateLimited": 5,
    "Refused": 5,
    "BadRequest": 5,
    "Unreachable": 5,
    "WrongKey": 7,
    "OutcomeUnknown": 6,
    "PersonNeeded": 6,
    "SetupError": 7,
    "RecordBroken": 7,
    "Interrupted": 130,
    "StarsendError": 1,
}


def drawn_tree() -> dict[str, tuple[str | None, int | None]]:
    """name → (the class above it, the exit code written beside it), read off the drawing in the docstring."""
    above: list[str] = []
    tree: dict[str, tuple[str | None, int | None]] = {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^    ((?:[│ ]   )*)(?:[├└]── )?([A-Z]\w+)\b(.*)$", line)
        if match is None:
            continue
        depth = len(match[1]) // 4 + (1 if "── " in line else 0)
        exit_code = re.search(r"exit (\d+)$", match[3])
        tree[match[2]] = (above[depth - 1] if depth else None, int(exit_code[1]) if exit_code else None)
        above = [*above[:depth], match[2]]
    return tree


def test_the_drawing_names_every_class_below_its_parent_and_no_other() -> None:
    drawn = {name: parent for name, (parent, _) in drawn_tree().items()}
    assert drawn == {
        kind.__name__: (kind.__base__.__name__ if kind is not StarsendError and kind.__base__ else None)
        for kind in CLASSES
    }


def test_the_exit_codes_in_the_drawing_are_the_true_ones() -> None:
    for name, (parent, exit_code) in drawn_tree().items():
        kind = getattr(errors, name)
        if exit_code is not None:
            assert kind.exit_code == exit_code, name
        elif parent is not None:
            assert kind.exit_code == getattr(errors, parent).exit_code, name


def test_every_class_has_the_exit_code_of_the_contract() -> None:
    assert {kind.__name__: kind.exit_code for kind in CLASSES} == EXIT_CODES


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_class_has_a_kebab_case_code_of_its_own_and_a_docstring(kind: type[StarsendError]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.code)
    assert "code" in vars(kind), "a class without a code of its own would answer with its parent's"
    assert kind.__doc__
    assert [other for other in CLASSES if other.code == kind.code] == [kind]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_says_its_message_and_needs_a_remedy(kind: type[StarsendError]) -> None:
    error = kind("SEQ01 is gone", remedy="look: starsend status", code="quite-gone")
    assert (str(error), error.message, error.remedy, error.code) == (
        "SEQ01 is gone",
        "SEQ01 is gone",
        "look: starsend status",
        "quite-gone",
    )
    assert kind("x", remedy="y").code == kind.code
    with pytest.raises(TypeError):
        kind("no remedy")  # type: ignore[call-arg]


def test_only_a_refused_connection_and_a_clean_429_prove_that_nothing_was_sent() -> None:
    proven = {kind.__name__ for kind in CLASSES if issubclass(kind, errors.ProviderError) and kind.proven_not_sent}
    assert proven == {"Unreachable", "RateLimited", "WrongKey"}
