"""``init`` and ``completion``: beginning."""

from __future__ import annotations

import click

from starsend.cli.options import Where, studio_of, workspace_option

SHELLS = ("bash", "zsh", "fish")


@click.command("init")
@click.argument("project")
@workspace_option
def init_command(project: str, workspace: object) -> int:
    """Begin a project: a folder and a first plan."""
    from pathlib import Path

    from starsend.cli.render import say
    from starsend.production.sample import init_project

    place = workspace if isinstance(workspace, Path) else None
    with studio_of(Where(place, project)) as studio:
        for path in init_project(studio.settings.workspace, project):
            say(str(path))
    say(f"now: edit that plan, or put the client's in its place; then: starsend plan check --project {project}")
    return 0


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def completion_command(shell: str) -> int:
    """Print what makes your shell complete commands, projects and slates.

    For bash: starsend completion bash >> ~/.bashrc
    """
    from click.shell_completion import get_completion_class

    from starsend.cli.main import starsend

    maker = get_completion_class(shell)
    if maker is None:
        raise click.UsageError(f"{shell} can't be completed")
    click.echo(maker(starsend, {}, "starsend", "_STARSEND_COMPLETE").source())
    return 0
