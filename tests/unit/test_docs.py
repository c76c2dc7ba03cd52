"""Nothing forgotten: every command, state, setting and exit code stands in the docs."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from starsend.cli.driving import WORST_FIRST
from starsend.cli.main import COMMANDS
from starsend.model.status import Status
from starsend.settings import Settings

ROOT = Path(__file__).parents[2]
WORKFLOW = (ROOT / "docs" / "workflow.md").read_text("utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text("utf-8")


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_is_described(command: str) -> None:
    section = WORKFLOW.partition("## Commands")[2]
    assert f"`{command}" in section


@pytest.mark.parametrize("state", list(Status))
def test_every_state_is_described(state: Status) -> None:
    assert f"| `{state}` |" in WORKFLOW


@pytest.mark.parametrize("code", WORST_FIRST)
def test_every_exit_code_is_described(code: int) -> None:
    assert f"| {code} |" in WORKFLOW


def test_every_setting_is_described() -> None:
    for name, field in Settings.model_fields.items():
        if name in ("workspace", "keys"):  # not of the file
            continue
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            section = SETTINGS.partition(f"[{name}]")[2].partition("\n[")[0]
            assert all(f"{key} = " in section for key in kind.model_fields), name
        else:
            assert f"{name} = " in SETTINGS or f"[{name}." in SETTINGS, name


@pytest.mark.parametrize(
    "variable",
    ["FAL_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "STARSEND_FAL_URL", "GOOGLE_GEMINI_BASE_URL", "STARSEND_WORKSPACE"],
)
def test_every_variable_of_the_environment_is_described(variable: str) -> None:
    assert f"`{variable}`" in SETTINGS
    sources = (ROOT / "src" / "starsend" / "settings").glob("*.py")
    assert any(f'"{variable}"' in source.read_text("utf-8") for source in sources)


def test_the_docs_link_only_to_what_is_there() -> None:
    import re

    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"
