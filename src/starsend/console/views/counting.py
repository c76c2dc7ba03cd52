"""Frame numbers in words that were written down, as people count them."""

from __future__ import annotations

from starsend.model.timing import counted

__all__ = ["counted"]
