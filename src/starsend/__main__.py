"""``python -m starsend`` and the ``starsend`` command."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and exit with its code."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for them takes as long as a bare start
    from starsend.cli.main import run

    sys.exit(run())


if __name__ == "__main__":
    main()
