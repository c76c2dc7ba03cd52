"""``console``: serves the web page where a person chooses."""

from __future__ import annotations

import click

from starsend.cli.options import Where, located, studio_of


@click.command("console")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where it listens; anything else is open to others."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8484, show_default=True, help="0 takes a free one.")
@located
def console_command(where: Where, host: str, port: int) -> int:
    """Serve the Console: Dailies, the Sequence Board, costs and activity, and the JSON API."""
    from starsend.cli.render import say, warn
    from starsend.console.names import acting
    from starsend.console.serve import serve

    with studio_of(where, acting) as studio:
        if host not in ("127.0.0.1", "localhost", "::1"):
            warn(f"whoever reaches {host} can spend your money: there are no users and passwords yet")
        serve(studio, host, port, lambda url: say(f"the Console is at {url}; Ctrl-C ends it"))
    return 0
