"""Options that many commands share, and how a command gets at its project."""

from __future__ import annotations

import functools
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from starsend.production.timekeeping import Desk
    from starsend.studio import OpenProject, Studio

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Where:
    """Which workspace and project a command is about, and how it answers."""

    workspace: Path | None
    project: str | None
    json: bool = False
    provider: str | None = None
    fast: bool = False
    priority: str | None = None


def workspace_option(command: F) -> F:
    """``--workspace``."""
    option = click.option(
        "--workspace",
        "-w",
        type=click.Path(path_type=Path),
        help="The folder with projects/ and state/; else STARSEND_WORKSPACE, else the current folder.",
    )
    return option(command)


def project_option(command: F) -> F:
    """``--project``, which may be left out where the workspace has one."""
    option = click.option(
        "--project", "-p", help="The project; may be left out where there is one.", shell_complete=complete_project
    )
    return option(command)


def json_option(command: F) -> F:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")(command)


def located(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn ``--workspace``, ``--project`` and, where they are there, the other common options into a Where."""

    @functools.wraps(command)
    def call(
        *args: Any,
        workspace: Path | None,
        project: str | None = None,
        as_json: bool = False,
        provider: str | None = None,
        fast: bool = False,
        priority: str | None = None,
        **kwargs: Any,
    ) -> Any:
        for text in (workspace, project, provider, *kwargs.values()):
            _check_text(text)
        return command(Where(workspace, project, as_json, provider, fast, priority), *args, **kwargs)

    return workspace_option(project_option(call))


def _check_text(value: object) -> None:
    """Refuse bytes that are no text, before they can get into a record."""
    try:
        str(value if isinstance(value, str | Path) else "").encode()
    except UnicodeEncodeError as error:
        from starsend.errors import PlanError

        raise PlanError(
            f"an argument is not UTF-8 text: {value!r}", remedy="type it again, in UTF-8", code="bad-text"
        ) from error


@contextmanager
def opened(where: Where, *, sound: bool = True) -> Iterator[OpenProject]:
    """Open the project that a command is about; ends what it started. Ctrl-C sets the desk's stop.

    With ``sound`` False a plan with faults doesn't stop the command: the last one that was used stands in.
    """
    with studio_of(where) as studio, stopping_on_interrupt(studio.desk):
        desk = studio.open(where.project, sound=sound)
        if desk.plan_fault is not None:
            from starsend.cli.render import warn

            warn(
                "the plan has faults, so the last one that was used stands in: "
                f"starsend plan check --project {desk.paths.project}"
            )
        yield desk


def studio_of(where: Where, acting: Callable[[], str] = lambda: "cli") -> Studio:
    """The studio that a command is about; ``acting`` names who acts, as it is written into histories."""
    from starsend.settings import read_settings
    from starsend.studio import Parts, Studio, real_desk

    settings = read_settings(where.workspace, provider=where.provider, fast=where.fast, priority=where.priority)
    return Studio(settings, current_parts() or Parts(real_desk(acting)))


def current_parts() -> Any:
    """What a test put in the place of real parts: the context's ``obj``; None in everyday use."""
    context = click.get_current_context(silent=True)
    return None if context is None else context.find_root().obj


@contextmanager
def stopping_on_interrupt(desk: Desk) -> Iterator[None]:
    """The first Ctrl-C waits for the POSTs in flight and what is being written; the second one ends at once."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if desk.stop.is_set():
            raise KeyboardInterrupt
        desk.stop.set()
        sys.stderr.write("\nstopping after what is in flight; press Ctrl-C again to stop at once\n")

    try:
        before = signal.signal(signal.SIGINT, stop)
    except ValueError:  # not in the main thread: whoever runs us there has the signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def complete_project(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Projects of the workspace, for the shell."""
    with _quiet():
        return [name for name in studio_of(_where(context)).projects() if name.startswith(begun)]
    return []


def complete_slate(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Slates of the project, for the shell."""
    with _quiet():
        where = _where(context)
        slates = studio_of(where).open(where.project).project.slates()
        return [str(slate) for slate in slates if str(slate).startswith(begun)]
    return []


def complete_sequence(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Sequences of the project, for the shell."""
    with _quiet():
        where = _where(context)
        plan = studio_of(where).open(where.project).loaded.plan
        return [sequence.id for _, sequence in plan.sequences() if sequence.id.startswith(begun)]
    return []


@contextmanager
def _quiet() -> Iterator[None]:
    from starsend.errors import StarsendError

    try:
        yield
    except StarsendError:
        return


def _where(context: click.Context) -> Where:
    return Where(context.params.get("workspace"), context.params.get("project"))
