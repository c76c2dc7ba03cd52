"""The day-to-day command: the same as ``starsend generate``, with the same arguments.

python tools/client_generate.py --project driver-beware --seq SEQ01 --mode grid
python tools/client_generate.py --project driver-beware --seq SEQ01 --mode multi
python tools/client_generate.py --project driver-beware --seq SEQ01 --shot 3 --mode single
"""

from __future__ import annotations

import sys

from starsend.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["generate", *sys.argv[1:]]))
