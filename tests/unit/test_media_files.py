from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from starsend.media.files import keep_by_content


def test_a_file_is_kept_by_its_content_also_by_many_at_once(tmp_path: Path) -> None:
    source = tmp_path / "dana.PNG"
    source.write_bytes(b"a picture" * 1000)
    with ThreadPoolExecutor(8) as pool:
        kept = set(pool.map(lambda _: keep_by_content(source, tmp_path / "uploads"), range(64)))
    [(sha256, copy)] = kept
    assert copy == tmp_path / "uploads" / f"{sha256}.png"
    assert copy.read_bytes() == source.read_bytes()
    assert list(copy.parent.iterdir()) == [copy]
