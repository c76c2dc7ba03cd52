"""``/healthz`` and ``/metrics``."""

from __future__ import annotations

from fastapi import APIRouter, Response

from starsend import __version__
from starsend.console.hub import Hub
from starsend.store.execution_store import all_records


def health_router(hub: Hub) -> APIRouter:
    """Whether it is well, and a few numbers in Prometheus' text format."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    def healthz() -> dict[str, str]:
        """It answers, and the workspace is there."""
        return {"status": "ok" if hub.there else "the workspace is gone", "version": __version__}

    @router.get("/metrics", response_class=Response)
    def metrics() -> Response:
        """Records by state and committed money, a project each."""
        lines = ["# TYPE starsend_records gauge", "# TYPE starsend_committed_usd gauge"]
        for name in hub.studio.projects():
            records, _ = all_records(hub.project(name).store)
            states: dict[str, int] = {}
            for record in records.values():
                states[str(record.state)] = states.get(str(record.state), 0) + 1
            lines += [f'starsend_records{{project="{name}",state="{s}"}} {n}' for s, n in sorted(states.items())]
            committed = sum(record.committed_usd for record in records.values())
            lines.append(f'starsend_committed_usd{{project="{name}"}} {committed}')
        return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")

    return router
