"""The Console's real app, built once and lent with another hub each time: to build it takes longer than most tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from fastapi import FastAPI

from starsend.console.app import create_app
from starsend.console.hub import Hub


class Place:
    """Stands where an app has its hub; the app asks it anew in each request."""

    hub: Hub

    def __getattr__(self, name: str) -> Any:
        return getattr(self.hub, name)


@dataclass
class Stock:
    """Apps of this process: those that lie by, and those that a test has."""

    free: list[FastAPI] = field(default_factory=list)
    lent: list[FastAPI] = field(default_factory=list)

    def take(self, hub: Hub) -> FastAPI:
        """An app of one's own until it is given back."""
        if self.free:
            app = self.free.pop()
            app.state.place.hub = hub
        else:
            place = Place()
            place.hub = hub
            app = create_app(cast("Hub", place))
            app.state.place = place
        app.state.workspace = hub.workspace
        return app

    def give_back(self, app: FastAPI) -> None:
        """Another may have it."""
        self.free.append(app)


_stock = Stock()
take, give_back = _stock.take, _stock.give_back


def app_of(hub: Hub) -> FastAPI:
    """An app until the end of the test."""
    app = take(hub)
    _stock.lent.append(app)
    return app


def end_of_test() -> None:
    """All that the test had are given back."""
    while _stock.lent:
        give_back(_stock.lent.pop())
