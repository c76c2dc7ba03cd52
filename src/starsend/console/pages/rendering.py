"""Templates and what all of them are given."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from starsend.console.assets import assets
from starsend.console.names import acting
from starsend.model.money import show_price, show_usd
from starsend.model.timing import counted

TEMPLATES: Final = Path(__file__).parent.parent / "templates"
TABS: Final = (
    ("dailies", "Dailies"),
    ("board", "Sequence Board"),
    ("cut", "Cut"),
    ("elements", "Elements"),
    ("costs", "Costs"),
    ("activity", "Activity"),
)
"""path → what the tab says."""


@cache
def environment() -> Environment:
    """The templates; everything is escaped."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["usd"] = show_usd
    env.filters["money"] = money
    env.filters["price"] = price
    env.filters["take_price"] = take_price
    env.filters["island"] = island
    env.filters["clock"] = clock
    env.filters["counted"] = counted
    env.globals.update(assets=assets().root, tabs=TABS, script=assets().script, style=assets().style)
    return env


def clock(seconds: float) -> str:
    """``1:05.5``: minutes, seconds and tenths."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"


def money(text: str) -> str:
    """A sum as the API writes it, as people read it: ``$1.57``."""
    return show_usd(Decimal(text))


def price(text: str) -> str:
    """What something costs, as people read it: ``$1.57`` or ``free``."""
    return show_price(Decimal(text))


def take_price(take: Mapping[str, Any], estimated: str) -> str:
    """What a take cost, else its estimate and the word for that; what was never made isn't called free."""
    text = take["estimate_usd"] if take["cost_usd"] is None else take["cost_usd"]
    if not Decimal(text):
        return "free" if take["outcome"] in ("complete", "pending") else money(text)
    return money(text) + (estimated if take["cost_usd"] is None else "")


def island(data: Any) -> Markup:
    """JSON for ``<script type="application/json">``; no word in it can end the element."""
    text = orjson.dumps(data, default=str).decode()
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped


def render(request: Request, template: str, status_code: int = 200, **given: Any) -> HTMLResponse:
    """Render a whole page or a part of one."""
    html = (
        environment()
        .get_template(template)
        .render(
            path=request.url.path,
            query=dict(request.query_params),
            you=acting(),
            money_of=request.app.state.money,
            **given,
        )
    )
    return HTMLResponse(html, status_code=status_code, headers={"Cache-Control": "no-store"})
