"""One thing that was looked at: how it is, and what to do where it isn't good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from starsend.errors import StarsendError
from starsend.providers.base import Probe

State = Literal["good", "warning", "bad"]


@dataclass(frozen=True)
class Finding:
    """One row of the doctor's table.

    Attributes:
        area: ``machine``, ``workspace``, ``providers``, ``prices`` or a project's id.
        what: What was looked at.
        said: What was found, in words; never a key.
        remedy: What to do where it is not ``good``.
    """

    area: str
    what: str
    state: State
    said: str
    remedy: str = ""

    @classmethod
    def of(cls, area: str, probe: Probe) -> Finding:
        """What a provider said of itself."""
        return cls(area, probe.what, probe.state, probe.said, probe.remedy)

    def without(self, secrets: Iterable[str]) -> Finding:
        """The same with secrets taken out, should a server have echoed one."""
        said, remedy = self.said, self.remedy
        for secret in secrets:
            if secret:
                said, remedy = said.replace(secret, "(key)"), remedy.replace(secret, "(key)")
        return Finding(self.area, self.what, self.state, said, remedy)


class Notebook:
    """Collects findings of one area; a look that fails is a finding too."""

    def __init__(self, area: str) -> None:
        self._area = area
        self._found: list[Finding] = []

    def good(self, what: str, said: str) -> None:
        """All is well."""
        self._found.append(Finding(self._area, what, "good", said))

    def warn(self, what: str, said: str, remedy: str) -> None:
        """It works, and somebody should look."""
        self._found.append(Finding(self._area, what, "warning", said, remedy))

    def bad(self, what: str, said: str, remedy: str) -> None:
        """It doesn't work."""
        self._found.append(Finding(self._area, what, "bad", said, remedy))

    def take(self, probes: Iterable[Probe]) -> None:
        """What a provider said of itself."""
        self._found += [Finding.of(self._area, probe) for probe in probes]

    @contextmanager
    def looking(self, what: str) -> Iterator[None]:
        """Turn what goes wrong with a look into a finding, so that the others go on."""
        try:
            yield
        except StarsendError as error:
            self.bad(what, error.message, error.remedy)

    def findings(self) -> tuple[Finding, ...]:
        """All of them, in order."""
        return tuple(self._found)
