"""``python -m starsend.rehearsal``: the server as a process; prints its address and runs until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from starsend.errors import StarsendError
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import WEATHERS, changed


def main(arguments: list[str] | None = None) -> int:
    """Run the server; the answer is the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m starsend.rehearsal", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="books and files; an old folder is gone on with")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--weather", choices=sorted(WEATHERS), default="calm")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clips", choices=("canned", "drawn"), default="canned")
    parser.add_argument("--switch", action="append", default=[], metavar="NAME=VALUE", help="one switch of the weather")
    given = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        weather = changed(WEATHERS[given.weather], dict(switch.partition("=")[::2] for switch in given.switch))
        server = RehearsalServer(given.folder, weather=weather, seed=given.seed, clips=given.clips, port=given.port)
    except StarsendError as error:
        print(f"{error.message} {error.remedy}", file=sys.stderr)  # noqa: T201 - this is its terminal
        return error.exit_code
    with server:
        print(json.dumps({"url": server.url}), flush=True)  # noqa: T201 - whoever started it reads its address here
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
