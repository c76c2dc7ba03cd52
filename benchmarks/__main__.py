"""``make bench``: measures what the speed tables promise and prints it beside the promise.

``python -m benchmarks work``, ``live`` or ``console`` measures one table alone.
"""

from __future__ import annotations

import os
import platform
import sys

from benchmarks import cli_speed, console_browser, console_speed, film_speed, live_speed, store_speed

Row = tuple[str, str, str, str]
"""What, against what, measured, promised."""


def main() -> None:
    """Measure everything, one after the other, and print the table."""
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores; ratios of one run")
    tables = {"work": work_rows, "live": live_rows, "console": console_rows}
    asked = sys.argv[1:] or list(tables)
    rows = [row for name in asked for row in tables[name]()]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def live_rows() -> list[Row]:
    """Paid work, at the rehearsal server."""
    ours, bare, ratio = live_speed.wall_against_bare()
    flight = live_speed.in_flight()
    books = live_speed.bookkeeping_ms()
    return [
        (
            f"{live_speed.SLATES} slates, answered in {live_speed.ANSWER_S:g} s, {live_speed.AT_ONCE} at once",
            f"bare fal_client script, {bare:.1f} s",
            f"{ours:.1f} s ({ratio:.2f}x)",
            "<= 1.15x",
        ),
        (
            f"{live_speed.IN_FLIGHT} takes in flight, polled every {live_speed.INTERVAL_S:g} s",
            f"{flight.looks} looks in {live_speed.WATCHED_S:g} s",
            f"{flight.memory_mb:.0f} MB, {flight.core:.0%} of a core, latest {flight.latest:.2f}x",
            "<= 250 MB, <= 15 %, <= 2x",
        ),
        ("bookkeeping a take, all fsyncs", "a provider that costs nothing", f"{books:.1f} ms CPU", "<= 25 ms"),
    ]


def console_rows() -> list[Row]:
    """The Console's server, asked over HTTP, and its page in a real browser; p95 of what a client sees."""
    with console_speed.served(console_speed.MANY) as address:
        page, zipped = console_speed.first_hundred(address)
        found = console_speed.search(address)
        slate = console_speed.one_slate(address)
        approved, seen = console_speed.approve(address)
    with console_speed.served(console_speed.FEW) as address:
        at_once = console_speed.five_at_once(address)
    with console_browser.shown() as (browser, dailies):
        usable = console_browser.usable_ms(browser, dailies)
        step = console_browser.step_ms(browser, dailies)
        plays = console_browser.next_plays_ms(browser, dailies)
    return [
        (
            "first 100 of 10,000 records, p95",
            "elsewhere 5,900 ms",
            f"{page:.0f} ms, {zipped:.0f} kB",
            "<= 120 ms, <= 80 kB",
        ),
        ("search text over 10,000 records, p95", "", f"{found:.0f} ms", "<= 120 ms"),
        ("a dailies of 50 takes, p95", "elsewhere 62 ms", f"{slate:.0f} ms", "<= 40 ms"),
        ("approve, p95", "elsewhere 170 ms", f"{approved:.0f} ms", "<= 30 ms"),
        ("… until a second page hears of it, p95", "elsewhere 130 ms", f"{seen:.0f} ms", "<= 60 ms"),
        ("five people open 1,000 records, p95", "elsewhere 2,250 ms", f"{at_once:.0f} ms", "<= 150 ms"),
        ("Dailies usable in Chromium, cold, 100 rows, p95", "", f"{usable:.0f} ms", "<= 1000 ms"),
        ("approve, until the next take plays, p95", "", f"{plays:.0f} ms", "<= 150 ms"),
        ("frame step, two 720p films, p95", "elsewhere 150 ms", f"{step:.0f} ms", "<= 120 ms"),
    ]


def work_rows() -> list[Row]:
    """The embedded provider, the records and the commands."""
    ratio = film_speed.plain_move_ratio()
    fast, full = film_speed.film_ratio("fast"), film_speed.film_ratio("full")
    memory = film_speed.render_memory_mb()
    move, write, size = store_speed.move_overhead_ms()
    page, seen = store_speed.list_p95_ms()
    bare, shown = cli_speed.bare_python_ms(), cli_speed.help_ms()
    status, heavy = cli_speed.status_ms()
    return [
        ("plain camera move, 720p, slate and timecode", "x264 veryfast, same frames", f"{ratio:.2f}", ">= 0.65"),
        ("10 s, 4-shot parallax film, --fast", "its own length, one core", f"{fast:.2f}x", "<= 1.5x"),
        ("10 s, 4-shot parallax film, full", "its own length, one core", f"{full:.2f}x", "<= 4x"),
        (
            f"one move, fsynced, {size / 1000:.1f} kB",
            "bare atomic write, same bytes",
            f"+{move - write:.2f} ms CPU ({move:.2f} / {write:.2f} = {move / write:.1f}x)",
            "<= +1 ms",
        ),
        ("list 100 of 10,000, warm, p95", f"hand edits seen: {seen}", f"{page:.0f} ms", "<= 80 ms"),
        ("starsend --help", f"bare python {bare:.0f} ms", f"{shown:.0f} ms ({shown / bare:.1f}x)", "<= 150 ms"),
        ("starsend status, 100 records", f"heavy imports: {heavy or 'none'}", f"{status:.0f} ms", "<= 450 ms"),
        ("memory of a 15 s render", "", f"{memory:.0f} MB", "<= 400 MB"),
    ]


if __name__ == "__main__":
    main()
