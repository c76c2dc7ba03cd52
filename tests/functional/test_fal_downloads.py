"""Downloads from fal: cut, slow, wrong, too large, elsewhere; the key never goes along."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from starsend.errors import (
    MediaError,
    ProviderError,
)
from starsend.model.take import JsonObject
from starsend.providers.base import Intent
from starsend.rehearsal.weather import CALM, Weather
from tests.fakes.fal_desk import Desk, no_progress


class TestDownloads:
    @pytest.fixture
    def job(self, desk: Desk) -> tuple[Intent, JsonObject]:
        intent, receipt = desk.sent()
        assert desk.ended(intent, receipt).state == "complete"
        return intent, receipt

    def whole(self, desk: Desk, job: tuple[Intent, JsonObject]) -> bytes:
        part = desk.workspace / "whole.part"
        desk.provider().collect(*job, None, part, no_progress)
        return part.read_bytes()

    def test_a_cut_download_goes_on_where_it_was_cut(self, desk: Desk, job: tuple[Intent, JsonObject]) -> None:
        whole, part, told = self.whole(desk, job), desk.workspace / "a.part", list[float]()
        desk.server.set(Weather(download_cut_first=1))
        with pytest.raises(MediaError, match="the download was cut after") as caught:
            desk.provider().collect(*job, None, part, told.append)
        assert caught.value.code == "short"
        there = part.stat().st_size
        assert 0 < there < len(whole)
        desk.provider().collect(*job, None, part, told.append)
        assert part.read_bytes() == whole
        assert told == sorted(told)

    def test_what_was_lost_of_a_part_is_fetched_again(self, desk: Desk, job: tuple[Intent, JsonObject]) -> None:
        whole, part = self.whole(desk, job), desk.workspace / "a.part"
        desk.server.set(Weather(download_cut_first=1))
        with pytest.raises(MediaError):
            desk.provider().collect(*job, None, part, no_progress)
        os.truncate(part, 5)
        desk.provider().collect(*job, None, part, no_progress)
        assert part.read_bytes() == whole

    def test_a_part_that_grew_unsynced_is_cut_back(self, desk: Desk, job: tuple[Intent, JsonObject]) -> None:
        whole, part = self.whole(desk, job), desk.workspace / "a.part"
        desk.server.set(Weather(download_cut_first=1))
        with pytest.raises(MediaError):
            desk.provider().collect(*job, None, part, no_progress)
        with part.open("ab") as file:
            file.write(bytes(100))
        desk.provider().collect(*job, None, part, no_progress)
        assert part.read_bytes() == whole

    def test_who_tells_progress_may_stop_it_and_it_goes_on_later(
        self, desk: Desk, job: tuple[Intent, JsonObject]
    ) -> None:
        whole, part = self.whole(desk, job), desk.workspace / "a.part"
        desk.server.set(Weather(download_slow_bytes_s=20_000))

        def stop(_: float) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            desk.provider().collect(*job, None, part, stop)
        desk.server.set(CALM)
        desk.provider().collect(*job, None, part, no_progress)
        assert part.read_bytes() == whole

    @pytest.mark.parametrize(
        ("weather", "code", "says"),
        [
            (Weather(download_wrong_type_first=1), "wrong-type", "text/html came instead of a video"),
            (Weather(download_short_no_length_first=1), "short", "the download was cut after"),
            (
                Weather(download_huge_first=1),
                "too-large",
                r"the video is too large: 3000 MB, and \[download\] largest_mb is 2000",
            ),
        ],
    )
    def test_what_is_no_whole_video_is_not_taken(
        self, desk: Desk, job: tuple[Intent, JsonObject], weather: Weather, code: str, says: str
    ) -> None:
        part = desk.workspace / "a.part"
        desk.server.set(weather)
        with pytest.raises(MediaError, match=says) as caught:
            desk.provider().collect(*job, None, part, no_progress)
        assert caught.value.code == code
        desk.provider().collect(*job, None, part, no_progress)
        assert part.read_bytes() == self.whole(desk, job)

    def test_a_limit_is_named_with_its_setting(self, desk: Desk, job: tuple[Intent, JsonObject]) -> None:
        part = desk.workspace / "a.part"
        count = len(desk.seen)
        with pytest.raises(MediaError) as caught:
            desk.provider(largest_bytes=1000).collect(*job, None, part, no_progress)
        assert caught.value.code == "too-large"
        assert "[download] largest_mb = " in caught.value.remedy
        assert not part.exists()
        assert [seen.path for seen in desk.seen[count:] if seen.path.startswith("/files")] == []

    def test_a_5xx_is_weather(self, desk: Desk, job: tuple[Intent, JsonObject]) -> None:
        desk.server.set(Weather(download_5xx_first=1))
        with pytest.raises(ProviderError, match="fal, downloading: HTTP 503") as caught:
            desk.provider().collect(*job, None, desk.workspace / "a.part", no_progress)
        assert type(caught.value) is ProviderError

    def test_a_redirect_is_followed_without_the_key(self, desk: Desk, job: tuple[Intent, JsonObject]) -> None:
        desk.server.set(Weather(download_redirect_first=1))
        part = desk.workspace / "a.part"
        desk.provider().collect(*job, None, part, no_progress)
        assert part.read_bytes()[4:8] == b"ftyp"
        assert [seen for seen in desk.seen if seen.host.startswith("localhost")]

    def test_a_full_disk_stays_an_error_of_the_system(self, desk: Desk, job: tuple[Intent, JsonObject]) -> None:
        with pytest.raises(OSError, match="No space left"):
            desk.provider().collect(*job, None, Path("/dev/full"), no_progress)
