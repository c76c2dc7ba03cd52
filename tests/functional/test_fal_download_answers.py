"""Downloads that no rehearsal gives: pieces, endless bodies, redirects, what is no video."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from starsend.errors import MediaError, ProviderError
from starsend.providers.download import notes_of
from starsend.providers.fal import FalProvider
from tests.fakes.fal_sayings import (
    CLIP,
    INTENT,
    JOB,
    Says,
    Server,
    complete,
    make,
    no_progress,
    receipt,
    serving,
)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def fal(server: Server, tmp_path: Path) -> Iterator[FalProvider]:
    provider = make(server, tmp_path)
    yield provider
    provider.close()


class TestDownload:
    @pytest.fixture
    def part(self, tmp_path: Path) -> Path:
        return tmp_path / "a.part"

    def offer(self, server: Server, *says: Says, **video: Any) -> None:
        complete(server)
        server.answers[JOB] = [Says(200, {"video": {"url": f"{server.url}/v.mp4", **video}})]
        server.answers["/v.mp4"] = list(says)

    def fetch(self, server: Server, fal: FalProvider, part: Path) -> None:
        fal.collect(INTENT, receipt(server), None, part, no_progress)

    def cut(self, server: Server, fal: FalProvider, part: Path, *then: Says, **headers: str) -> None:
        self.offer(server, Says(200, CLIP[:5000], length=len(CLIP), **headers), *then)
        with pytest.raises(MediaError, match=f"the download was cut after 5000 of {len(CLIP)} bytes"):
            self.fetch(server, fal, part)

    def test_it_goes_on_by_range_and_only_if_it_is_the_same(self, server: Server, fal: FalProvider, part: Path) -> None:
        rest = Says(206, CLIP[5000:], Content_Range=f"bytes 5000-{len(CLIP) - 1}/{len(CLIP)}", ETag='"a"')
        self.cut(server, fal, part, rest, ETag='"a"')
        self.fetch(server, fal, part)
        assert part.read_bytes() == CLIP
        first, second = server.headers_of("/v.mp4")
        assert "range" not in first
        assert (second["range"], second["if-range"]) == ("bytes=5000-", '"a"')
        assert "authorization" not in second
        assert not notes_of(part).exists()

    def test_a_server_that_ignores_ranges_begins_anew(self, server: Server, fal: FalProvider, part: Path) -> None:
        self.cut(server, fal, part, Says(200, CLIP), ETag='"a"')
        self.fetch(server, fal, part)
        assert part.read_bytes() == CLIP

    @pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"a"'}])
    def test_without_a_name_of_the_content_it_begins_anew(
        self, server: Server, fal: FalProvider, part: Path, headers: dict[str, str]
    ) -> None:
        self.cut(server, fal, part, Says(200, CLIP), **headers)
        self.fetch(server, fal, part)
        assert part.read_bytes() == CLIP
        assert "range" not in server.headers_of("/v.mp4")[1]

    @pytest.mark.parametrize(
        "wrong",
        [
            Says(206, CLIP[:10], Content_Range=f"bytes 0-9/{len(CLIP)}"),
            Says(206, CLIP[5000:], Content_Range=f"bytes 5000-{len(CLIP) - 1}/999999"),
            Says(206, CLIP[5000:]),
            Says(416, b"", Content_Range=f"bytes */{len(CLIP)}"),
        ],
    )
    def test_another_piece_is_not_joined(self, server: Server, fal: FalProvider, part: Path, wrong: Says) -> None:
        self.cut(server, fal, part, wrong, Says(200, CLIP), Last_Modified="Sun, 22 Nov 2026 10:00:00 GMT")
        with pytest.raises(MediaError):
            self.fetch(server, fal, part)
        assert not part.exists()
        self.fetch(server, fal, part)
        assert part.read_bytes() == CLIP

    def test_what_is_shorter_than_the_result_says_is_short(self, server: Server, fal: FalProvider, part: Path) -> None:
        self.offer(server, Says(200, CLIP), file_size=len(CLIP) + 1)
        with pytest.raises(MediaError, match="the download was cut after"):
            self.fetch(server, fal, part)

    def test_an_endless_body_is_stopped(self, server: Server, tmp_path: Path, part: Path) -> None:
        self.offer(server, Says(200, CLIP * 200, length=None))
        fal = make(server, tmp_path, largest_bytes=100_000)
        with pytest.raises(MediaError) as caught:
            self.fetch(server, fal, part)
        fal.close()
        assert caught.value.code == "too-large"
        assert not part.exists()
        assert not notes_of(part).exists()

    def test_a_result_that_is_too_large_is_not_asked_for(self, server: Server, fal: FalProvider, part: Path) -> None:
        self.offer(server, Says(200, CLIP), file_size=3_000_000_000)
        with pytest.raises(MediaError) as caught:
            self.fetch(server, fal, part)
        assert caught.value.message == "the video is too large: 3000 MB, and [download] largest_mb is 2000"
        assert caught.value.remedy == "if it is meant to be so large: starsend.toml, [download] largest_mb = 3001"
        assert server.headers_of("/v.mp4") == []

    @pytest.mark.parametrize("body", [b"<!doctype html><p>no", b'{"detail": "no"}', b"x", b""])
    def test_bytes_that_are_no_video_are_not_kept(
        self, server: Server, fal: FalProvider, part: Path, body: bytes
    ) -> None:
        self.offer(server, Says(200, body, Content_Type="application/octet-stream"))
        with pytest.raises(MediaError, match="what came is no MP4") as caught:
            self.fetch(server, fal, part)
        assert caught.value.code == "wrong-type"
        assert not part.exists()

    def test_a_body_that_was_packed_all_the_same_is_unpacked(
        self, server: Server, fal: FalProvider, part: Path
    ) -> None:
        import gzip

        self.offer(server, Says(200, gzip.compress(CLIP), Content_Encoding="gzip", ETag='"a"'))
        self.fetch(server, fal, part)
        assert part.read_bytes() == CLIP

    def test_redirects_end(self, server: Server, fal: FalProvider, part: Path) -> None:
        self.offer(server, Says(302, b"", Location="/v.mp4"))
        with pytest.raises(ProviderError, match="more than 5 redirects"):
            self.fetch(server, fal, part)
        assert len(server.headers_of("/v.mp4")) == 6

    @pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://localhost/x"])
    def test_a_redirect_out_of_the_web_is_not_followed(
        self, server: Server, fal: FalProvider, part: Path, to: str
    ) -> None:
        self.offer(server, Says(302, b"", Location=to))
        with pytest.raises(ProviderError, match="is not followed"):
            self.fetch(server, fal, part)
