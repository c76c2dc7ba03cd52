"""``make bench``: measures what the speed table promises and prints it beside the promise."""

from __future__ import annotations

import os
import platform

from benchmarks import cli_speed, film_speed, store_speed


def main() -> None:
    """Measure everything, one after the other, and print the table."""
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores; ratios of one run")
    ratio = film_speed.plain_move_ratio()
    fast, full = film_speed.film_ratio("fast"), film_speed.film_ratio("full")
    memory = film_speed.render_memory_mb()
    move, write, size = store_speed.move_overhead_ms()
    page, seen = store_speed.list_p95_ms()
    bare, shown = cli_speed.bare_python_ms(), cli_speed.help_ms()
    status, heavy = cli_speed.status_ms()
    rows = [
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
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
