"""The ``starsend`` group: names and one-line helps stand here, so that nothing else is imported for ``--help``."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

from starsend import __version__
from starsend.errors import StarsendError

if TYPE_CHECKING:
    from starsend.studio import Parts

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "init": ("project_commands", "Begin a project: a folder and a first plan."),
    "demo": ("demo_command", "Make the sample project and run the whole job on it."),
    "plan": ("plan_commands", "Check, export and import the client's plan."),
    "estimate": ("money_commands", "Say what is due would cost."),
    "costs": ("money_commands", "Say what was committed, by day, sequence, model, outcome."),
    "generate": ("work_commands", "Make a grid, a multi-shot take or one shot of a sequence."),
    "run": ("work_commands", "Go on with what was begun, then do all that is due."),
    "crop": ("frame_commands", "Pick a cell or a box of a grid as a start frame."),
    "finish": ("frame_commands", "Render a picked cell again as one full-size frame."),
    "import": ("frame_commands", "Make a video from elsewhere a numbered take."),
    "status": ("look_commands", "List slates, states and takes."),
    "show": ("look_commands", "Show one slate: takes, findings, notes, history."),
    "approve": ("verdict_commands", "Approve a take."),
    "reject": ("verdict_commands", "Reject a take, with a reason."),
    "reopen": ("verdict_commands", "Take a verdict back."),
    "undo": ("verdict_commands", "Take back exactly the last choice."),
    "note": ("verdict_commands", "Write a note on a take."),
    "prompt": ("prompt_command", "Show or override prompts; write them back into the plan."),
    "basket": ("basket_command", "Put together what is to be made again, and send it once."),
    "reconcile": ("work_commands", "Look for lost jobs, or settle one by hand."),
    "cancel": ("work_commands", "Ask the provider to stop a slate's takes."),
    "doctor": ("doctor_command", "See whether everything is in place; buy a canary."),
    "rehearse": ("rehearse_command", "Run a copy of the project against a rehearsal server, in bad weather."),
    "console": ("console_command", "Serve the web page where takes are chosen: Dailies, board, costs."),
    "completion": ("project_commands", "Print what makes your shell complete commands and slates."),
}
"""command → the module of ``starsend.cli`` that has it, and what it does."""


class LazyGroup(click.Group):
    """Imports a command's module only when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All commands, in the order of the day's work."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Import and give one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"starsend.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="starsend")
def starsend() -> None:
    """From a client's JSON plan to an approved cut of an AI-generated film.

    A day's work: plan check; generate --mode grid; crop; generate --mode multi; generate --shot 3; approve.

    Exit codes: 0 done; 2 bad arguments or plan; 3 not now (illegal move, stale, busy); 4 money (over budget, not
    confirmed); 5 the provider failed or refused; 6 waits for a person; 7 set-up (key, disk, workspace); 130 stopped.
    """


def run(arguments: Sequence[str] | None = None, parts: Parts | None = None) -> int:
    """Run one command line and give its exit code; errors are rendered with their remedies.

    Args:
        arguments: Without the program's name; else those of the process.
        parts: Other parts than the real ones, for tests.
    """
    try:
        code = starsend.main(
            args=None if arguments is None else list(arguments),
            prog_name="starsend",
            standalone_mode=False,
            obj=parts,
        )
    except click.exceptions.Abort:
        return _say("interrupted: stopped at once", "everything that was begun can be resumed: starsend run", 130)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except StarsendError as error:
        from starsend.cli.render import show_error

        show_error(error)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        return _say(f"system: {error}", "look at the disk, the path and your permissions", 7)
    except Exception as error:  # noqa: BLE001 - nobody should have to read a traceback
        return _say(f"defect: {error!r}", "report this as a defect of Starsend; nothing that was on disk is lost", 1)
    return code if isinstance(code, int) else 0


def _say(what: str, remedy: str, code: int) -> int:
    """Write an error that none of ours describes."""
    try:
        sys.stderr.write(f"{what}\n  → {remedy}\n")
    except (OSError, ValueError):
        return code
    return code
