"""What a rejection must say: kinds of fault, so that they can be counted and mended, words, or both."""

from __future__ import annotations

from collections.abc import Sequence

from starsend.errors import PlanError
from starsend.model.reasons import REASONS
from starsend.model.slate import Slate


def rejection(slate: Slate, reason: str, reasons: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The words and the kinds of a rejection; where there are no words, the kinds are said.

    Raises:
        PlanError: ``reason-needed`` where neither is given, ``unknown-reason``.
    """
    kinds = tuple(dict.fromkeys(reasons))
    for kind in kinds:
        if kind not in REASONS:
            raise PlanError(
                f"{slate}: {kind} is no kind of fault",
                remedy=f"choose of: {', '.join(REASONS)}; or say it in words",
                code="unknown-reason",
            )
    said = reason.strip() or ", ".join(REASONS[kind] for kind in kinds)
    if not said:
        raise PlanError(f"{slate}: a rejection needs a reason", remedy="say it: --reason TEXT", code="reason-needed")
    return said, kinds
