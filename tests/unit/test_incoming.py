"""Pictures from elsewhere: each comes out as it looks, or is refused; a child that dies is a refusal, too."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from starsend.errors import MediaError, SetupError
from starsend.media.incoming import Job, Taken, take_in
from starsend.media.incoming_child import take_in_child
from starsend.media.picture import load_rgb
from starsend.production.uploading import IN_LINE, fitted_upload

FRAME = (320, 180)
ORANGE = (220, 130, 40)


def job(tmp_path: Path, image: Image.Image | bytes, kind: str = "PNG", **options: object) -> Job:
    picture = tmp_path / "picture"
    if isinstance(image, bytes):
        picture.write_bytes(image)
    else:
        image.save(picture, kind, **options)
    return Job(picture, tmp_path / "frame.png", FRAME, max_pixels=1_000_000, min_side_px=64)


def pixels(done: Job) -> NDArray[np.uint8]:
    return load_rgb(done.destination)


def near(seen: NDArray[np.uint8], colour: tuple[int, int, int], off: int) -> bool:
    return bool(np.abs(seen.astype(int) - np.array(colour)).max() <= off)


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((640, 360), (180, 320)), ((640, 640), (180, 320)), ((200, 200), (180, 320)), ((320, 180), (180, 320))],
)
def test_a_picture_is_cut_to_the_ratio_and_brought_to_the_size(
    tmp_path: Path, size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    asked = job(tmp_path, Image.new("RGB", size, ORANGE))
    assert take_in(asked) == Taken(*size, cut_px=(200, 112) if size == (200, 200) else None)
    assert pixels(asked).shape[:2] == wanted
    assert near(pixels(asked), ORANGE, 0)


def test_what_is_scaled_down_keeps_its_middle(tmp_path: Path) -> None:
    image = Image.new("RGB", (640, 640), ORANGE)
    image.paste((0, 0, 255), (0, 0, 640, 140))  # above the part of 16:9 in the middle
    asked = job(tmp_path, image)
    take_in(asked)
    assert near(pixels(asked), ORANGE, 0)


def test_a_cmyk_jpeg_has_the_colours_of_its_inks(tmp_path: Path) -> None:
    asked = job(tmp_path, Image.new("CMYK", (640, 360), (0, 128, 255, 0)), "JPEG", quality=95)
    take_in(asked)
    assert near(pixels(asked), (255, 127, 0), 4)


@pytest.mark.parametrize("level", [0, 20_000, 65_535])
def test_a_grey_picture_of_16_bits_keeps_its_greys(tmp_path: Path, level: int) -> None:
    asked = job(tmp_path, Image.fromarray(np.full((360, 640), level, np.uint16)))
    take_in(asked)
    assert near(pixels(asked), (level >> 8,) * 3, 1)


def test_a_colour_picture_of_16_bits_keeps_its_colours(tmp_path: Path) -> None:
    import cv2

    deep = np.zeros((360, 640, 3), np.uint16)
    deep[:] = [c * 257 for c in reversed(ORANGE)]
    asked = job(tmp_path, cv2.imencode(".png", deep)[1].tobytes())
    take_in(asked)
    assert near(pixels(asked), ORANGE, 1)


def test_a_photo_that_a_phone_turned_stands_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (360, 640), (0, 0, 255))  # held upright, its sky to the left
    image.paste(ORANGE, (0, 0, 180, 640))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    asked = job(tmp_path, image, "JPEG", exif=exif, quality=95)
    assert take_in(asked) == Taken(640, 360)
    assert near(pixels(asked)[:80], ORANGE, 8)
    assert near(pixels(asked)[-80:], (0, 0, 255), 8)


def test_of_an_animation_the_first_picture_is_taken_and_that_is_said(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (640, 360), colour) for colour in (ORANGE, (0, 0, 255), (0, 255, 0))]
    asked = job(tmp_path, frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert take_in(asked) == Taken(640, 360, 3)
    assert near(pixels(asked), ORANGE, 2)
    _, note = fitted_upload(asked.picture, "loop.webp", FRAME)
    assert note == "uploaded: loop.webp, 640×360 px, the first of 3 pictures"


def test_two_jpegs_in_one_are_a_photo_and_no_animation(tmp_path: Path) -> None:
    shot = Image.new("RGB", (640, 360), ORANGE)
    asked = job(tmp_path, shot, "MPO", save_all=True, append_images=[shot])
    assert take_in(asked).pictures == 1


def test_what_is_transparent_lies_on_white(tmp_path: Path) -> None:
    palette = Image.new("RGBA", (640, 360), (0, 0, 0, 0)).quantize()
    for image in (Image.new("RGBA", (640, 360), (10, 20, 30, 0)), palette):
        asked = job(tmp_path, image)
        take_in(asked)
        assert near(pixels(asked), (255, 255, 255), 0)


def test_colours_of_a_profile_are_brought_to_srgb(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    same = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (same, lab, b"nonsense"):  # of these only sRGB is one for such a picture
        asked = job(tmp_path, Image.new("RGB", (640, 360), ORANGE), icc_profile=profile)
        take_in(asked)
        assert near(pixels(asked), ORANGE, 1)


def test_what_is_no_picture_is_refused_by_the_child_in_words(tmp_path: Path) -> None:
    bad = ((b"just words", "not-a-picture"), (b"", "not-a-picture"), (small(), "picture-too-small"))
    for content, code in bad:
        with pytest.raises(MediaError) as caught:
            take_in_child(job(tmp_path, content))
        assert caught.value.code == code
        assert caught.value.remedy


def small() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (63, 200)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("script", "limit_s", "why"),
    [
        ("raise MemoryError", 60.0, "decoding it took too much memory, or broke the decoder"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 60.0, "took too much memory, or broke the decoder"),
        ("import time; time.sleep(600)", 0.1, "decoding it took longer than 0.1 s"),
        ("print('{}')", 60.0, "the decoder said nothing"),
    ],
    ids=["memory", "killed", "clock", "mute"],
)
def test_a_child_that_ends_otherwise_is_a_clean_refusal(tmp_path: Path, script: str, limit_s: float, why: str) -> None:
    asked = job(tmp_path, Image.new("RGB", (640, 360)))
    with pytest.raises(MediaError) as caught:
        take_in_child(asked, command=(sys.executable, "-c", script), time_limit_s=limit_s)
    assert caught.value.code == "picture-crash"
    assert why in caught.value.message
    assert not asked.destination.exists()


def test_the_childs_libraries_start_no_threads_however_many_cores_there_are(tmp_path: Path) -> None:
    """Each maps 180 MB of the address space that the child may have."""
    names = ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"]
    script = f"""
import json, os
told = {{"width_px": sum(int(os.environ[name]) for name in {names}), "height_px": len(os.environ)}}
print(json.dumps({{"taken": told}}))
"""
    asked = job(tmp_path, Image.new("RGB", (640, 360)))
    told = take_in_child(asked, environ={"PATH": ""}, command=(sys.executable, "-c", script))
    assert told.width_px == 3
    assert told.height_px < 10, "and of our own environment only what is given"


def test_a_frame_that_cant_be_written_is_not_the_pictures_fault(tmp_path: Path) -> None:
    asked = job(tmp_path, Image.new("RGB", (640, 360)))
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SetupError) as caught:
        take_in_child(replace(asked, destination=tmp_path / "file" / "frame.png"))
    assert "frame.png" in caught.value.message


def test_a_child_that_cant_be_started_is_not_the_pictures_fault(tmp_path: Path) -> None:
    asked = job(tmp_path, Image.new("RGB", (640, 360)))
    with pytest.raises(SetupError) as caught:
        take_in_child(asked, command=(str(tmp_path / "nobody"),))
    assert caught.value.code == "no-process"


def test_those_who_come_when_several_wait_are_turned_away(tmp_path: Path) -> None:
    asked = job(tmp_path, Image.new("RGB", (640, 360)))
    for _ in range(4):
        IN_LINE.acquire()
    try:
        with pytest.raises(MediaError, match="other pictures are being taken in") as caught:
            fitted_upload(asked.picture, "frame.png", FRAME)
        assert caught.value.code == "uploads-busy"
    finally:
        IN_LINE.release(4)
    made, _ = fitted_upload(asked.picture, "frame.png", FRAME)
    assert load_rgb(made).shape == (180, 320, 3)
