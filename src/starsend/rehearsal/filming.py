"""What fal's jobs show: the words and pictures of a job, turned into an order for the studio."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from concurrent.futures import Executor
from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image

from starsend.animatic.orders import ElementSketch, FilmOrder, FilmShot
from starsend.model.take import JsonObject
from starsend.rehearsal.books import Job
from starsend.rehearsal.films import FPS, Clips, Shape, Studio
from starsend.rehearsal.kling import endpoint_of, prompts_of, seconds_of
from starsend.rehearsal.site import Site, sha256_hex

_SIZES = {"canned": 128, "drawn": 640}  # the longer side in pixels
_MAX_OFF_FRAMES = 4  # by how much real models miss a cut


class Filming:
    """Films jobs.

    Args:
        site: The server's shared state.
        studio: Makes the videos.
        clips: Which kind.
    """

    def __init__(self, site: Site, studio: Studio, clips: Clips) -> None:
        self._site, self._studio, self._clips = site, studio, clips

    @property
    def hands(self) -> Executor:
        """Where films are made."""
        return self._studio.hands

    def film(self, job: Job) -> bytes:
        """The video of a job, as bytes of an MP4; on any thread.

        Raises:
            MediaError: It can't be drawn or encoded.
        """
        endpoint = endpoint_of(job.endpoint, self._site.weather)
        if endpoint is None:
            raise AssertionError(job.endpoint)
        lengths = [seconds * FPS for seconds in seconds_of(job.input)]
        audio = bool(job.input.get("generate_audio", endpoint.audio_default))
        start = job.input.get(endpoint.start_field) if endpoint.start_field else None
        size = self._size(job.input, self._site.fetch(start))
        if self._clips == "canned":
            shots = with_missed_cuts(lengths, random.Random(str(lengths)))
            return self._studio.canned(Shape(size, shots, audio), job.request_id)
        shots = with_missed_cuts(lengths, random.Random(job.request_id))
        prompts = zip(prompts_of(job.input), shots, strict=True)
        order = FilmOrder(
            slate=job.request_id[:8].upper(),  # decides every accident of the drawing
            take=1,
            title="Rehearsal",
            shots=tuple(FilmShot(f"SH{n:02d}", prompt, frames) for n, (prompt, frames) in enumerate(prompts, 1)),
            style="",
            elements=tuple(self._sketches(job.input)),
            width_px=size[0],
            height_px=size[1],
            fps=Fraction(FPS),
            start_frame=self._on_disk(start),
            end_frame=self._on_disk(job.input.get("end_image_url")),
            audio=audio,
            profile="fast",
        )
        return self._studio.drawn(order)

    def _sketches(self, body: JsonObject) -> Iterator[ElementSketch]:
        """The elements as prompts call them, those of which it is known what their pictures show."""
        for number, element in enumerate(body.get("elements") or (), 1):
            url = element.get("frontal_image_url") or next(iter(element.get("reference_image_urls") or ()), None)
            known = self._site.shown.get(sha256_hex(self._site.fetch(url) or b""))
            if known is not None:
                yield ElementSketch(f"Element{number}", *known, self._on_disk(url))

    def _on_disk(self, url: Any) -> Path | None:
        file = self._site.find(url) if isinstance(url, str) else None
        return None if file is None else (self._site.folder / file.disk).resolve()

    def _size(self, body: JsonObject, start: bytes | None) -> tuple[int, int]:
        """Small, of the start frame's shape where there is one, else of the asked ratio."""
        if start is None:
            wide, tall = (int(part) for part in body.get("aspect_ratio", "16:9").split(":"))
        else:
            with Image.open(io.BytesIO(start)) as picture:
                wide, tall = picture.size
        scale = Fraction(_SIZES[self._clips], max(wide, tall))
        width, height = (max(32, round(side * scale / 2) * 2) for side in (wide, tall))
        return width, height


def with_missed_cuts(lengths: list[int], chance: random.Random) -> tuple[int, ...]:
    """Move each cut one to four frames off, as real models do; the whole stays as long."""
    shots = list(lengths)
    for index in range(len(shots) - 1):
        off = chance.choice((-1, 1)) * chance.randint(1, _MAX_OFF_FRAMES)
        shots[index] += off
        shots[index + 1] -= off
    return tuple(shots)
