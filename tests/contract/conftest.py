"""A store of each kind for every test of the contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.kept_stores import STORES, Kept


@pytest.fixture(params=STORES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    return STORES[request.param](tmp_path)
