"""How things look on a terminal: tables, errors with remedies, progress bars. Colour only where it can be seen."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from starsend.errors import StarsendError

if TYPE_CHECKING:
    from rich.console import Console

STATE_STYLES: Final[dict[str, str]] = {
    "approved": "green",
    "video_complete": "cyan",
    "keyframe_complete": "cyan",
    "rejected": "red",
    "video_failed": "red",
    "keyframe_failed": "red",
    "video_submitted": "yellow",
    "video_processing": "yellow",
    "keyframe_generating": "yellow",
}


def console(*, err: bool = False) -> Console:
    """A console that uses colour only on a terminal (and honours NO_COLOR)."""
    from rich.console import Console

    stream = sys.stderr if err else sys.stdout
    return Console(file=stream, highlight=False, soft_wrap=not stream.isatty())


def show_error(error: StarsendError) -> None:
    """Write an error and its remedy to standard error."""
    _write(True, f"{error.code}: ", error.message, "bold red")
    _write(True, "  → ", error.remedy, "bold")


def say(*lines: str, style: str = "") -> None:
    """Write lines as they are: no markup, no wrapping."""
    for line in lines:
        _write(False, line, "", style)


def warn(*lines: str) -> None:
    """Write warnings to standard error."""
    for line in lines:
        _write(True, "! ", line, "bold yellow")


def _write(err: bool, styled: str, rest: str, style: str) -> None:
    """One line; rich is asked only where there is colour to show."""
    stream = sys.stderr if err else sys.stdout
    styled, rest = _printable(styled), _printable(rest)
    if not stream.isatty():
        stream.write(f"{styled}{rest}\n")
        return
    from rich.text import Text

    console(err=err).print(Text.assemble((styled, style), rest), soft_wrap=True)


def _printable(text: str) -> str:
    """Show control characters instead of sending them to the terminal; lines and tabs stay."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode("ascii") for c in text)


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: Sequence[int] = ()) -> None:
    """Write a table; a cell that is a state is coloured as one. Where nobody looks it is plain columns, never cut."""
    rows = [[_printable(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        _plain_table(headers, rows, numeric)
        return
    from rich.table import Table
    from rich.text import Text

    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for index, header in enumerate(headers):
        made.add_column(header, justify="right" if index in numeric else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(cell, style=STATE_STYLES.get(cell, "")) for cell in row))
    console().print(made)


def _plain_table(headers: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int]) -> None:
    widths = [max(len(line[index]) for line in (headers, *rows)) for index in range(len(headers))]
    for line in (headers, *rows):
        cells = [
            cell.rjust(width) if index in numeric else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def as_json(data: Any) -> None:
    """Write JSON for programs."""
    import orjson

    sys.stdout.write(orjson.dumps(data, option=orjson.OPT_INDENT_2, default=str).decode() + "\n")


class Bars:
    """Progress bars on a terminal; one line a take elsewhere. Told from any thread."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

        self._live = sys.stderr.isatty()
        self._guard = threading.Lock()
        self._tasks: dict[str, TaskID] = {}
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            console=console(err=True),
            disable=not self._live,
            transient=True,
        )

    def __enter__(self) -> Bars:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def update(self, name: str, part: float) -> None:
        """A take is so far, 0 to 1."""
        with self._guard:
            if name not in self._tasks:
                self._tasks[name] = self._bars.add_task(name, total=1.0)
            self._bars.update(self._tasks[name], completed=part)

    def finish(self, prefix: str) -> None:
        """Take away the bars whose names begin like this."""
        with self._guard:
            for name in [n for n in self._tasks if n.startswith(prefix)]:
                self._bars.remove_task(self._tasks.pop(name))

    def line(self, text: str) -> None:
        """Write a line above the bars."""
        from rich.text import Text

        self._bars.console.print(Text(_printable(text)))
