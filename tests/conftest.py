from __future__ import annotations

from collections.abc import Iterator

import pytest

from starsend.studio import PooledInspector


@pytest.fixture(scope="session")
def inspector() -> Iterator[PooledInspector]:
    """One warm pool of checking children for all tests of a worker."""
    pool = PooledInspector()
    yield pool
    pool.close()
