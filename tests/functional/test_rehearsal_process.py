"""The rehearsal server as a process: its one line, its books over HTTP, killed and started again, drawn media."""

from __future__ import annotations

import base64
import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
from PIL import Image

from starsend.errors import SetupError
from starsend.rehearsal.books import Books
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import Weather
from tests.functional.rehearsal_client import REFERENCE, Fal, png, shots


@contextmanager
def process(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process and its URL; killed at the end, if it still runs."""
    command = [sys.executable, "-m", "starsend.rehearsal", "--folder", str(folder), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            yield child, json.loads(child.stdout.readline())["url"]
        finally:
            child.kill()


def books(client: httpx.Client, url: str) -> Books:
    return Books.from_json(client.get(f"{url}/rehearsal/books").json())


def test_a_killed_server_goes_on_with_its_jobs(tmp_path: Path) -> None:
    with httpx.Client(headers={"Authorization": "Key k"}, timeout=20, verify=False) as client:
        with process(tmp_path, "--switch", "run_s=60") as (child, url):
            port = url.rpartition(":")[2]
            first = client.post(f"{url}/{REFERENCE}", json=shots(3)).json()
            assert client.post(f"{url}/rehearsal/weather", json={"drop_reply_first": 1}).status_code == 200
            assert client.post(f"{url}/rehearsal/weather", json={"nonsense": 1}).status_code == 422
            with pytest.raises(httpx.TransportError):
                client.post(f"{url}/{REFERENCE}", json=shots(4))
            child.kill()
            child.wait()
        with (tmp_path / "books.jsonl").open("ab") as cut:
            cut.write(b'{"event":"chan')  # as a kill in the middle of a write leaves it
        with process(tmp_path, "--port", port, "--switch", "run_s=0") as (child, again):
            assert again == url
            for _ in range(2000):
                kept = books(client, url)
                if all(job.outcome == "ok" for job in kept.jobs):
                    break
                time.sleep(0.02)
            assert [(job.request_id == first["request_id"], job.outcome) for job in kept.jobs] == [
                (True, "ok"),
                (False, "ok"),
            ]
            assert [job.reply_lost for job in kept.jobs] == [False, True]
            assert kept.requests[0].method == "POST"
            video = client.get(first["response_url"]).json()["video"]
            assert len(client.get(video["url"]).content) == video["file_size"]
            child.send_signal(signal.SIGTERM)
            assert child.wait(timeout=60) == 0


def test_a_taken_port_is_an_error_to_read(tmp_path: Path) -> None:
    with RehearsalServer(tmp_path / "a") as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(SetupError, match="can't listen on"):
            RehearsalServer(tmp_path / "b", port=port)
    wrong = subprocess.run(
        [sys.executable, "-m", "starsend.rehearsal", "--folder", str(tmp_path), "--switch", "drop=1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (wrong.returncode, "The rehearsal has no switch drop." in wrong.stderr) == (7, True)


def test_drawn_media(tmp_path: Path) -> None:
    with RehearsalServer(tmp_path, weather=Weather(run_s=0), clips="drawn") as server, Fal(server) as fal:
        body = {**shots(1, 2), "start_image_url": fal.upload(png((640, 360)))}
        film = fal.plain.get(fal.run(REFERENCE, body)["video"]["url"]).content
        words = {"contents": [{"parts": [{"text": "A contact sheet of 2 columns and 1 row. A truck at night."}]}]}
        url = f"{server.url}/v1/models/gemini-3-pro-image:generateContent"
        answer = fal.plain.post(url, json=words, headers={"x-goog-api-key": "k"}).json()
        frame = {"inlineData": {"data": base64.b64encode(png((400, 400))).decode(), "mimeType": "image/png"}}
        again = {"contents": [{"parts": [{"text": "Render exactly this frame."}, frame]}]}
        finished = fal.plain.post(url, json=again, headers={"x-goog-api-key": "k"}).json()
    with av.open(io.BytesIO(film), "r") as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert (len(frames), frames[0].shape) == (72, (360, 640, 3))
    middle = frames[0][100:200, 200:400].reshape(-1, 3).mean(axis=0)
    assert middle[0] > 200 > 60 > middle[1]  # the red start frame
    assert picture_of(answer).size == (1024, 1024)
    assert picture_of(finished).getpixel((500, 500)) == (255, 0, 0)


def picture_of(answer: dict[str, Any]) -> Image.Image:
    part = answer["candidates"][0]["content"]["parts"][-1]["inlineData"]
    with Image.open(io.BytesIO(base64.b64decode(part["data"]))) as picture:
        return picture.convert("RGB")


def test_the_server_is_an_independent_witness() -> None:
    """It shares no code with the adapters, so that it can't make their mistakes."""
    code = "import sys, starsend.rehearsal.server; print(*(name for name in sys.modules if 'starsend' in name))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "starsend.rehearsal.server" in loaded
    rooms = {name.split(".")[1] for name in loaded if "." in name}
    assert rooms <= {"animatic", "errors", "media", "model", "rehearsal"}
