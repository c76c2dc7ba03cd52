"""Every error that Starsend raises on purpose, by who can mend it.

::

    StarsendError
    ├── PlanError            the author: the plan, a prompt, an argument, a reference image      exit 2
    │   └── UnknownName      a slate, project, episode, shot or take that is not there           exit 2
    ├── MoveError            the operator: not now, not from here                                exit 3
    │   ├── StaleWrite       the record changed since it was read                                exit 3
    │   └── Busy             another process, or an unsettled take, has it                       exit 3
    ├── BudgetError          the producer: over a cap, over --max-cost, not confirmed            exit 4
    ├── ProviderError        the provider                                                        exit 5
    │   ├── RateLimited      a clean 429: not accepted, may be tried again
    │   ├── Refused          the content filter said no
    │   ├── BadRequest       the provider did not understand what we sent
    │   ├── Unreachable      the connection was refused: proven not sent
    │   ├── WrongKey         the provider doesn't take our key: proven not bought                exit 7
    │   └── OutcomeUnknown   sent, no answer: never sent again by itself                         exit 6
    ├── PersonNeeded         waits for a person: a frame to pick, an outcome to settle           exit 6
    ├── SetupError           the installer: key, disk, settings, workspace                       exit 7
    │   └── RecordBroken     a record on disk that can't be read; never overwritten              exit 7
    ├── MediaError           a picture or video that is not what it should be                    exit 2
    └── Interrupted          Ctrl-C; everything can be resumed                                   exit 130

Each has a kebab-case ``code``, a message with the slate in it where there is one, and a ``remedy`` that can be pasted.
The library raises; ``cli/`` renders.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar


class StarsendError(Exception):
    """The root: a message for people, a code for programs, a remedy to paste.

    Args:
        message: What happened, with the slate or file in it.
        remedy: What to do next; a command where there is one.
        code: A kebab-case name for this very case; each class has a default.
    """

    code: str = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, remedy: str, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return self.message


class PlanError(StarsendError):
    """The plan, an argument or a reference image is at fault; nothing was sent."""

    code = "bad-plan"
    exit_code = 2


class UnknownName(PlanError):
    """A project, slate, shot, take or element that is not there."""

    code = "unknown-name"


class MoveError(StarsendError):
    """Not a legal move from the state that the record is in."""

    code = "illegal-move"
    exit_code = 3


class StaleWrite(MoveError):
    """The record changed since it was read; nothing was written."""

    code = "stale"


class Busy(MoveError):
    """Another process, or a take that is not settled yet, has this slate or this request."""

    code = "busy"


class BudgetError(StarsendError):
    """Over a budget or ``--max-cost``, or a sum that nobody confirmed; nothing was sent."""

    code = "over-budget"
    exit_code = 4


class ProviderError(StarsendError):
    """The provider failed; what it said is in the message.

    Attributes:
        proven_not_sent: Nothing can have been bought; such a take holds no money.
        cost_usd: What it cost all the same, where the provider said so; None where that is not known.
    """

    code = "provider-failed"
    exit_code = 5
    proven_not_sent: bool = False
    cost_usd: Decimal | None = None


class RateLimited(ProviderError):
    """A clean 429 before acceptance: nothing was bought.

    Attributes:
        retry_after_s: Seconds that the provider asked us to wait, where it said so.
    """

    code = "rate-limited"
    proven_not_sent = True

    def __init__(
        self, message: str, *, remedy: str, code: str | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message, remedy=remedy, code=code)
        self.retry_after_s = retry_after_s


class Refused(ProviderError):
    """The provider's content filter refused; its own words are in the message."""

    code = "refused"


class BadRequest(ProviderError):
    """The provider rejected the request as malformed or not allowed."""

    code = "bad-request"


class Unreachable(ProviderError):
    """The connection was refused before anything was sent: a proven non-send."""

    code = "unreachable"
    proven_not_sent = True


class WrongKey(ProviderError):
    """The provider doesn't take our key: nothing was bought."""

    code = "wrong-key"
    exit_code = 7
    proven_not_sent = True


class OutcomeUnknown(ProviderError):
    """Sent, and no answer came: it may have been bought. Never sent again by itself."""

    code = "outcome-unknown"
    exit_code = 6


class PersonNeeded(StarsendError):
    """Only a person can go on: pick a frame, settle an outcome."""

    code = "person-needed"
    exit_code = 6


class SetupError(StarsendError):
    """The machine or the workspace: a key, the disk, a setting."""

    code = "set-up"
    exit_code = 7


class RecordBroken(SetupError):
    """A record on disk can't be read. It is left as it is; the others go on."""

    code = "record-broken"


class MediaError(StarsendError):
    """A picture or a video is not what it should be."""

    code = "bad-media"
    exit_code = 2


class Interrupted(StarsendError):
    """Stopped by Ctrl-C; everything that was begun can be resumed."""

    code = "interrupted"
    exit_code = 130
