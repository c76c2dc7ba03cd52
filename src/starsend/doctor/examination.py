"""The whole examination: machine, workspace, providers, prices, projects. Asks and looks; buys and keeps nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from starsend.doctor.finding import Finding
from starsend.doctor.machine import look_at_clock, look_at_machine
from starsend.doctor.paid import look_at_prices, look_at_providers, secrets_of, wanted
from starsend.doctor.projects import held_locks, look_at_project
from starsend.doctor.workspace import look_at_workspace
from starsend.providers.base import Provider
from starsend.providers.surroundings import Surroundings
from starsend.providers.wire import Exchange
from starsend.settings import Settings
from starsend.store.paths import ProjectPaths
from starsend.studio import Parts, Studio


def examine(settings: Settings, parts: Parts, *, provider: str | None, project: str | None) -> tuple[Finding, ...]:
    """Look at everything.

    Args:
        settings: Of the workspace.
        parts: The studio's; its providers are listened to for the servers' clocks.
        provider: Only this one; None is all.
        project: Only this one; None is all.

    Raises:
        SetupError: ``unknown-provider``.
    """
    names, needed = wanted(provider, settings.provider)
    dates: list[tuple[str, datetime]] = []

    def tap(exchange: Exchange) -> None:
        if "date" in exchange.headers:
            dates.append((exchange.headers["date"], parts.desk.now()))

    def make(name: str, around: Surroundings, base_url: str | None) -> Provider:
        return parts.make_provider(name, replace(around, tap=tap), base_url)

    with Studio(settings, replace(parts, make_provider=make)) as studio:
        projects = studio.projects() if settings.workspace.is_dir() else []
        if project is not None:
            projects = [name for name in projects if name == project]
        paths = ProjectPaths(settings.workspace, projects[0] if projects else "doctor")
        providers = look_at_providers(studio, names, needed, paths)
        found = [
            *look_at_machine(),
            look_at_clock(dates),
            *look_at_workspace(settings),
            *providers,
            *look_at_prices(studio, settings, parts.desk.now().date()),
        ]
        for name in projects:
            found += look_at_project(studio, name, held_locks)
    secrets = secrets_of(settings.keys)
    return tuple(finding.without(secrets) for finding in found)
