"""Where the shots lie in a take, in frames of its file."""

from __future__ import annotations

from starsend.production.segments import segments_of, span_of

__all__ = ["segments_of", "span_of"]
