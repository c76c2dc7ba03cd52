"""The child process that draws: ``python -m starsend.rehearsal.drawing film|grid DESTINATION``, the order on stdin."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import TypeAdapter

from starsend.animatic.board import draw_grid
from starsend.animatic.film import render_film
from starsend.animatic.orders import FilmOrder, GridOrder


def main(kind: str, destination: Path, order: bytes) -> None:
    """Draw one order to a file."""
    if kind == "film":
        render_film(TypeAdapter(FilmOrder).validate_json(order), destination, lambda _: None)
        return
    board = destination.with_suffix(".board")
    draw_grid(TypeAdapter(GridOrder).validate_json(order), destination, board, lambda _: None)
    board.unlink()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.stdin.buffer.read())
