"""Settings: what a file may say, what only the environment may, and that a key is never shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from starsend.errors import SetupError
from starsend.settings import Settings, read_settings

KEYS = {"FAL_KEY": " marked-fal ", "GEMINI_API_KEY": "marked-gemini\n"}


def read(folder: Path, text: str = "", environ: dict[str, str] | None = None, **given: Any) -> Settings:
    (folder / "starsend.toml").write_text(text, encoding="utf-8")
    return read_settings(folder, environ=environ if environ is not None else {}, **given)


def test_keys_and_addresses_come_from_the_environment(tmp_path: Path) -> None:
    environ = {**KEYS, "STARSEND_FAL_URL": "http://127.0.0.1:9000/", "GOOGLE_GEMINI_BASE_URL": "https://other.test"}
    keys = read(tmp_path, environ=environ).keys
    assert (keys.fal, keys.gemini) == ("marked-fal", "marked-gemini")
    assert (keys.fal_url, keys.gemini_url) == ("http://127.0.0.1:9000", "https://other.test")


def test_googles_own_variable_wins_as_in_its_sdk(tmp_path: Path) -> None:
    assert read(tmp_path, environ={**KEYS, "GOOGLE_API_KEY": "first"}).keys.gemini == "first"


def test_no_key_is_shown_or_dumped(tmp_path: Path) -> None:
    settings = read(tmp_path, environ=KEYS)
    for shown in (repr(settings), str(settings.keys), settings.model_dump_json()):
        assert "marked" not in shown


@pytest.mark.parametrize("text", ['[keys]\nfal = "secret-1"\n', 'keys = "secret-1"\n', 'fal_key = "secret-1"\n'])
def test_a_file_with_keys_in_it_is_refused_without_repeating_them(text: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError) as refused:
        read(tmp_path, text)
    assert refused.value.code == "bad-settings"
    assert "secret-1" not in refused.value.message + refused.value.remedy


@pytest.mark.parametrize("variable", ["STARSEND_FAL_URL", "GOOGLE_GEMINI_BASE_URL"])
def test_an_address_that_is_none_is_named_with_its_variable(variable: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError) as refused:
        read(tmp_path, environ={variable: "localhost:9000"})
    assert refused.value.message == f"{variable} is 'localhost:9000', which is no address"
    assert refused.value.remedy == f"write it whole: {variable}=http://127.0.0.1:9000"


@pytest.mark.parametrize("url", ["http://who:marked@127.0.0.1:9000", "https://marked@other.test"])
@pytest.mark.parametrize("variable", ["STARSEND_FAL_URL", "GOOGLE_GEMINI_BASE_URL"])
def test_an_address_with_a_password_is_refused_and_not_repeated(variable: str, url: str, tmp_path: Path) -> None:
    """It would stand in records and on screens."""
    with pytest.raises(SetupError) as refused:
        read(tmp_path, environ={variable: url})
    assert refused.value.code == "bad-settings"
    assert variable in refused.value.message
    assert "marked" not in refused.value.message + refused.value.remedy


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000?a=b", "http://127.0.0.1:9000/#a"])
def test_an_address_goes_no_further_than_its_path(url: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no address"):
        read(tmp_path, environ={"STARSEND_FAL_URL": url})


def test_the_command_line_chooses_the_queue_over_the_file(tmp_path: Path) -> None:
    text = '[fal]\npriority = "low"\n'
    assert read(tmp_path, text).fal.priority == "low"
    assert read(tmp_path, text, priority="normal").fal.priority == "normal"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "ftp://example.com",
        "example.com",
        "https://",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com/hook",
        "http://localhost@example.com",
        "http://[::1",
    ],
)
def test_news_go_to_https_or_this_machine_only(url: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError) as refused:
        read(tmp_path, f'[notify]\nurl = "{url}"\n')
    assert "notify.url" in refused.value.message


def test_news_may_go_to_this_machine(tmp_path: Path) -> None:
    assert read(tmp_path, '[notify]\nurl = "http://127.0.0.1:9/x"\n').notify.url == "http://127.0.0.1:9/x"


@pytest.mark.parametrize(
    ("text", "unknown", "remedy"),
    [
        ('[budget]\nprojct_usd = "5"\n', "unknown key budget.projct_usd", "did you mean budget.project_usd?"),
        ("[pol]\nfirst_s = 1\n", "unknown key pol", "did you mean poll?"),
        ("[budget]\nzzz = 1\n", "unknown key budget.zzz", "docs/settings.md lists all keys"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_known_one(
    text: str, unknown: str, remedy: str, tmp_path: Path
) -> None:
    with pytest.raises(SetupError) as refused:
        read(tmp_path, text)
    assert unknown in refused.value.message
    assert "Extra inputs" not in refused.value.message
    assert remedy in refused.value.remedy
