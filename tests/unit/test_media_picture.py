from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from starsend.errors import MediaError, SetupError
from starsend.media.files import keep_backup, sha256_of, write_atomically
from starsend.media.picture import ReferenceLimits, inspect_picture, load_rgb, reference_faults, save_png


def picture(path: Path, width: int = 640, height: int = 360, **options: object) -> Path:
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path, **options)  # type: ignore[arg-type]
    return path


def bomb(path: Path, width: int, height: int) -> Path:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b""))
    return path


@pytest.mark.parametrize(("suffix", "name"), [("png", "PNG"), ("jpg", "JPEG"), ("webp", "WEBP"), ("bmp", "BMP")])
def test_inspecting_says_format_size_bytes_and_hash(tmp_path: Path, suffix: str, name: str) -> None:
    path = picture(tmp_path / f"a.{suffix}")
    info = inspect_picture(path)
    assert (info.format, info.width_px, info.height_px) == (name, 640, 360)
    assert (info.bytes, info.sha256) == (path.stat().st_size, sha256_of(path))


def test_the_format_is_what_the_bytes_are_whatever_the_name_says(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.jpg").rename(tmp_path / "a.png")
    assert inspect_picture(path).format == "JPEG"


def test_a_missing_picture_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        inspect_picture(tmp_path / "a.png")
    assert caught.value.code == "missing"
    assert caught.value.message == f"{tmp_path / 'a.png'} is not there."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", " (it is empty)"),
        (b"<!DOCTYPE html><html>", " (it is a web page)"),
        (b"\n <svg xmlns='http://www.w3.org/2000/svg'/>", " (it is an SVG drawing)"),
        (b'{"error": "expired"}', " (it is a JSON file)"),
        (b"\0\0\0\x18ftypmp42", " (it is a video)"),
        (b"\0\0\0\x18ftypheic", " (it is a HEIC photo)"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", ""),
        (b"just words", ""),
    ],
)
def test_what_is_no_picture_is_named_for_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(MediaError) as caught:
        inspect_picture(path)
    assert caught.value.message == f"{path} is not a picture{said}."
    assert caught.value.remedy == "Give a PNG or JPEG file."
    assert caught.value.code == "not-a-picture"


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_a_truncated_picture_is_damaged(tmp_path: Path, suffix: str) -> None:
    path = picture(tmp_path / f"a.{suffix}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(MediaError) as caught:
        inspect_picture(path)
    assert caught.value.code == "not-a-picture"


def test_a_flipped_byte_in_a_png_is_damage(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(MediaError, match="is a damaged picture"):
        inspect_picture(path)


@pytest.mark.parametrize("side", [11_000, 14_000, 60_000])
def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path, side: int) -> None:
    path = bomb(tmp_path / "a.png", side, side)
    with pytest.raises(MediaError) as caught:
        inspect_picture(path)
    assert caught.value.code == "picture-bomb"
    assert "too large to open safely" in caught.value.message


def test_the_pixel_limit_can_be_lowered(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        inspect_picture(picture(tmp_path / "a.png"), max_pixels=1000)
    assert caught.value.message == f"{tmp_path / 'a.png'} says that it holds 640×360 px: too large to open safely."


def test_a_photo_is_as_large_as_it_is_shown(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = picture(tmp_path / "a.jpg", exif=exif)
    info = inspect_picture(path)
    assert (info.width_px, info.height_px) == (360, 640)
    assert load_rgb(path).shape == (640, 360, 3)


def test_transparency_is_laid_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 8), (200, 0, 0, 0)).save(tmp_path / "a.png")
    assert (load_rgb(tmp_path / "a.png") == 255).all()


def test_sixteen_bit_grey_is_scaled_not_clipped(tmp_path: Path) -> None:
    Image.fromarray(np.full((8, 8), 128 << 8, np.uint16)).save(tmp_path / "a.png")
    assert (load_rgb(tmp_path / "a.png") == 128).all()


def test_saving_and_loading_a_png_keeps_every_pixel(tmp_path: Path) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (9, 16, 3), dtype=np.uint8)
    save_png(pixels, tmp_path / "new" / "a.png")
    assert np.array_equal(load_rgb(tmp_path / "new" / "a.png"), pixels)
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["a.png"]


def test_a_fit_reference_has_no_faults(tmp_path: Path) -> None:
    assert reference_faults(picture(tmp_path / "a.png")) == ()


def test_all_faults_of_a_reference_come_at_once(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.webp", 900, 200, lossless=True)
    assert reference_faults(path, ReferenceLimits(max_bytes=100_000)) == (
        "a.webp is WEBP; it must be PNG or JPEG.",
        "a.webp is 900×200 px; both sides must be at least 300 px.",
        "a.webp has a width of 4.50 times its height; it must be between 0.4 and 2.5.",
        f"a.webp has {path.stat().st_size / 1e6:.1f} MB; it may have at most 0.1 MB.",
    )


@pytest.mark.parametrize(("width", "height", "fit"), [(300, 300, True), (299, 400, False), (300, 751, False)])
def test_the_limits_of_a_reference_are_inclusive(tmp_path: Path, width: int, height: int, fit: bool) -> None:
    assert (reference_faults(picture(tmp_path / "a.png", width, height)) == ()) is fit


def test_an_unreadable_reference_is_a_fault_not_an_error(tmp_path: Path) -> None:
    assert reference_faults(tmp_path / "a.png") == (f"{tmp_path / 'a.png'} is not there.",)


def test_backups_take_the_next_free_number(tmp_path: Path) -> None:
    frame = tmp_path / "SEQ01.png"
    assert keep_backup(frame) is None
    frame.write_bytes(b"one")
    assert keep_backup(frame) == tmp_path / "SEQ01.1.png"
    write_atomically(frame, b"two")
    assert keep_backup(frame) == tmp_path / "SEQ01.2.png"
    write_atomically(frame, b"three")
    assert [p.read_bytes() for p in sorted(tmp_path.iterdir())] == [b"one", b"two", b"three"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(SetupError) as caught:
        write_atomically(tmp_path / "a.png", b"x")
    assert caught.value.code == "disk"
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_a_line_of_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    line = tmp_path / "line.png"
    Image.new("1", (1, 1_000_000)).save(line)
    with pytest.raises(MediaError) as refused:
        inspect_picture(line)
    assert refused.value.code == "picture-bomb"
    assert "1×1000000 px" in refused.value.message
