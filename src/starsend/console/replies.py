"""JSON answers that are written as they are: nothing in them needs to be checked or copied."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import Response


def json_reply(data: Any, status_code: int = 200) -> Response:
    """Answer plain data; times become ISO 8601, sums of money text."""
    return Response(
        orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z),
        status_code,
        {"Cache-Control": "no-store"},
        "application/json",
    )
