"""Has a picture from elsewhere brought to the shape of a frame by a child process, which is gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import ValidationError

from starsend.errors import MediaError, SetupError
from starsend.media.incoming import ANSWERS, JOBS, Job, Taken

# -P: a folder named starsend in the current one must not be run instead of us.
COMMAND: Final = (sys.executable, "-P", "-m", "starsend.media.incoming")
_ALONE: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Each thread of a linear algebra library maps 180 MB of the child's address space, which is limited; it needs none."""
TIME_LIMIT_S: Final = 90.0
"""100 megapixels took 6 s of a quiet core, 2026-11-22; a child that takes longer than this is ended."""


def take_in_child(
    job: Job,
    *,
    environ: Mapping[str, str] | None = None,
    command: Sequence[str] = COMMAND,
    time_limit_s: float = TIME_LIMIT_S,
) -> Taken:
    """Run `take_in` in a process of its own.

    Args:
        job: What to do.
        environ: The environment of the child; None is ours.
        command: The child to start; another one than ours in tests.
        time_limit_s: After this it is ended.

    Raises:
        MediaError: As `take_in`; ``picture-crash``: the child was ended by the clock, by the system, or by the picture.
        SetupError: ``disk``: the frame can't be written; ``no-process``: the system starts no child.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            command,
            input=JOBS.dump_json(job),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**(os.environ if environ is None else environ), **_ALONE},
            timeout=time_limit_s,
            check=False,
        )
        answer = ANSWERS.validate_json(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise _crash(job, f"decoding it took longer than {time_limit_s:g} s") from error
    except OSError as error:
        raise SetupError(
            f"no process can be started to decode {job.picture}: {error}",
            remedy="free some memory, then do it again",
            code="no-process",
        ) from error
    except ValidationError as error:
        raise _crash(job, "decoding it took too much memory, or broke the decoder") from error
    if answer.fault is not None:
        kind = SetupError if answer.fault.setup else MediaError
        raise kind(answer.fault.message, remedy=answer.fault.remedy, code=answer.fault.code)
    if answer.taken is None:
        raise _crash(job, "the decoder said nothing")
    return answer.taken


def _crash(job: Job, why: str) -> MediaError:
    return MediaError(
        f"{job.picture} can't be opened: {why}",
        remedy="scale it down, or save it again as PNG or JPEG",
        code="picture-crash",
    )
