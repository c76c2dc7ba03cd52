"""The states of a take on its way, weather, and running a slate to its end."""

from __future__ import annotations

from starsend.errors import ProviderError
from starsend.model.record import Record
from starsend.production.wish import Wish
from tests.fakes.bench import Bench, slate

MADE = ["video_pending", "video_submitted", "video_processing", "video_complete"]
WEATHER = ProviderError("502 Bad Gateway", remedy="ask again")
GRID = Wish(mode="grid")


def run_out(films: Bench, name: str = "SEQ01") -> Record:
    return films.world.open().steps.run_out(slate(name))
