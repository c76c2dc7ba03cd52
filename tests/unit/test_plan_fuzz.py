from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from starsend.catalogue.loader import load_catalogue
from starsend.production.plan_check import check_plan
from starsend.production.plan_file import Fault, LoadedPlan, PlanFaults, parse_plan
from starsend.production.sample_plans import sample_plan

PATH = Path("nowhere/driver-beware/plan.json")
CATALOGUE = load_catalogue()


def nodes(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [at, *(node for key, each in value.items() for node in nodes(each, (*at, key)))]
    if isinstance(value, list):
        return [at, *(node for i, each in enumerate(value) for node in nodes(each, (*at, i)))]
    return [at]


SAMPLE = sample_plan()
NODES = [node for node in nodes(SAMPLE) if node]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(["@x", "$x", "../x", ""])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "shots", "prompt", "duration_s", "x", "sequences"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(NODES), VALUES, st.booleans()), min_size=1, max_size=4))
def test_whatever_is_broken_gets_faults_with_line_and_remedy(edits: list[tuple[tuple[Any, ...], Any, bool]]) -> None:
    document = copy.deepcopy(SAMPLE)
    for node, value, leave_out in edits:
        try:
            parent: Any = document
            for part in node[:-1]:
                parent = parent[part]
            if leave_out:
                del parent[node[-1]]
            else:
                parent[node[-1]] = value
        except (LookupError, TypeError):
            continue
    text = json.dumps(document, indent=1)
    faults, sound = read(text)
    for fault in faults:
        assert 1 <= fault.line <= text.count("\n") + 1
        assert fault.message
        assert fault.remedy
        assert "stand-in" not in str(fault)
    assert sound is not None
    check_plan(sound, PATH.parent, CATALOGUE)


def read(text: str) -> tuple[tuple[Fault, ...], LoadedPlan | None]:
    try:
        return (), parse_plan(text.encode(), PATH, project_from_folder="driver-beware")
    except PlanFaults as error:
        return error.faults, error.salvaged
