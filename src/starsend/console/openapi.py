"""The API's description: every answer by its shape, every error as problem details."""

from __future__ import annotations

from typing import Any, Final, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from starsend.console.described import ANSWERS, OTHERS, SUMMARIES
from starsend.console.shapes.base import Problem

_REF: Final = "#/components/schemas/"
_UNUSED: Final = ("HTTPValidationError", "ValidationError")  # the framework's own, which is never sent


def openapi(app: FastAPI) -> dict[str, Any]:
    """The description of an application, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> dict[str, Any]:
    told = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    shapes: set[type[BaseModel]] = {Problem, *(shape for _, shape in ANSWERS.values())}
    asked: list[tuple[type[BaseModel], Literal["validation"]]] = [
        (shape, "validation") for shape in sorted(shapes, key=lambda shape: shape.__name__)
    ]
    names, definitions = models_json_schema(asked, ref_template=f"{_REF}{{model}}")
    known = told.setdefault("components", {}).setdefault("schemas", {})
    for name in _UNUSED:
        known.pop(name, None)
    known.update(definitions["$defs"])
    refs = {shape: names[key] for key in names for shape in shapes if shape is key[0]}
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            _describe(operation, (method, path), refs)
    told["components"]["responses"] = {
        "Problem": {
            "description": "Refused, unknown, stale, over budget, or not possible here: see code and remedy",
            "content": {"application/problem+json": {"schema": refs[Problem]}},
        }
    }
    return told


def _describe(operation: dict[str, Any], key: tuple[str, str], refs: dict[type[BaseModel], dict[str, Any]]) -> None:
    """Say what an operation answers; one that isn't known keeps what the framework says of it."""
    responses = operation["responses"]
    responses.pop("422", None)
    good = next(responses[status] for status in responses)
    if key in ANSWERS:
        operation["operationId"], shape = ANSWERS[key]
        good["content"] = {"application/json": {"schema": refs[shape]}}
        good["description"] = (shape.__doc__ or "").split("\n")[0]
    elif key in OTHERS:
        operation["operationId"], kind = OTHERS[key]
        good["content"] = {kind: {"schema": {"type": "string"}}}
    operation["summary"] = SUMMARIES.get(operation["operationId"], operation.get("summary", ""))
    for status in ("4XX", "5XX"):
        responses[status] = {"$ref": "#/components/responses/Problem"}
