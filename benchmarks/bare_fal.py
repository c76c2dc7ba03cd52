"""The other side of the comparison: a bare script of ``fal_client`` that submits, polls, downloads, and keeps no books.

``python -m benchmarks.bare_fal URL FOLDER SLATES AT_ONCE POLL_S`` prints its wall and CPU seconds as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fal_client
import fal_client.client
import httpx

from benchmarks.live_worlds import ENDPOINT, KEY, SECONDS, prompt_of


def main() -> None:
    """Do it and print what it took."""
    url, folder, slates, at_once, poll_s = sys.argv[1], Path(sys.argv[2]), *map(float, sys.argv[3:6])
    fal_client.client.QUEUE_URL_FORMAT = f"{url}/"
    folder.mkdir(parents=True)
    client = fal_client.SyncClient(key=KEY)
    files = httpx.Client(timeout=60)

    def one(number: int) -> None:
        body: dict[str, Any] = {"prompt": prompt_of(number), "duration": str(SECONDS), "generate_audio": False}
        handle = client.submit(ENDPOINT, body)
        while not isinstance(handle.status(), fal_client.Completed):
            time.sleep(poll_s)
        place = handle.get()["video"]["url"]
        with files.stream("GET", place) as answer, (folder / f"{number}.mp4").open("wb") as file:
            for chunk in answer.iter_bytes():
                file.write(chunk)

    begun, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(int(at_once)) as pool:
        list(pool.map(one, range(1, int(slates) + 1)))
    print(json.dumps({"wall_s": time.perf_counter() - begun, "cpu_s": time.process_time() - cpu}))


if __name__ == "__main__":
    main()
