"""Which answer each route of the API gives, for its description: answers themselves are written as they are."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel

from starsend.console.shapes import money, overviews, slates, work
from starsend.model.record import Record

_P: Final = "/api/v1/projects/{project}"
_R: Final = f"{_P}/records/{{slate}}"

ANSWERS: Final[dict[tuple[str, str], tuple[str, type[BaseModel]]]] = {
    ("get", "/api/v1/projects"): ("listProjects", slates.Projects),
    ("get", f"{_P}/records"): ("listRecords", slates.RecordPage),
    ("get", _R): ("getRecord", Record),
    ("get", f"{_P}/dailies"): ("listDailies", slates.Rows),
    ("get", f"{_P}/dailies/{{slate}}"): ("getSlate", slates.SlateView),
    ("get", f"{_P}/closing"): ("getClosing", money.Closing),
    ("post", f"{_R}/approve"): ("approveTake", work.Approved),
    ("post", f"{_R}/reject"): ("rejectTake", Record),
    ("post", f"{_R}/reopen"): ("reopenSlate", Record),
    ("post", f"{_R}/undo"): ("undoVerdict", Record),
    ("post", f"{_R}/notes"): ("writeNote", work.Noted),
    ("post", f"{_R}/notes/{{note}}/done"): ("markNote", work.Noted),
    ("get", f"{_R}/overrides"): ("getPrompts", work.Prompts),
    ("post", f"{_R}/overrides"): ("overridePrompts", work.Prompts),
    ("get", f"{_R}/overrides/write-back"): ("showWriteBack", work.WriteBack),
    ("post", f"{_R}/overrides/write-back"): ("writeBack", work.WrittenBack),
    ("post", f"{_R}/estimate"): ("estimateTake", money.Estimate),
    ("post", f"{_R}/generate"): ("generateTake", work.Begun),
    ("post", f"{_R}/cancel"): ("cancelTakes", work.Cancelled),
    ("post", f"{_R}/reconcile"): ("reconcileTakes", work.Reconciled),
    ("get", f"{_P}/models"): ("listModels", work.Models),
    ("get", f"{_P}/jobs"): ("listJobs", work.Works),
    ("get", f"{_P}/jobs/due"): ("getDue", money.Due),
    ("post", f"{_P}/jobs/run"): ("runDue", work.Begun),
    ("post", f"{_P}/jobs/{{job}}/stop"): ("stopJob", work.Begun),
    ("post", f"{_P}/jobs/resume"): ("resumeTakes", work.Begun),
    ("post", f"{_R}/crop"): ("cropStartFrame", work.Frame),
    ("post", f"{_R}/frame"): ("uploadStartFrame", work.Frame),
    ("get", f"{_R}/finish"): ("priceFinish", work.FinishOffer),
    ("post", f"{_R}/finish"): ("finishCell", work.Finished),
    ("get", f"{_R}/start-frames"): ("listStartFrames", work.StartFrames),
    ("post", f"{_R}/start-frames"): ("keepStartFrame", work.StartFrame),
    ("get", f"{_R}/picking"): ("getPicking", work.Picking),
    ("get", f"{_P}/basket"): ("getBasket", money.Basket),
    ("post", f"{_P}/basket/items"): ("addToBasket", money.Basket),
    ("post", f"{_P}/basket/items/{{item}}"): ("changeInBasket", money.Basket),
    ("post", f"{_P}/basket/items/{{item}}/remove"): ("removeFromBasket", money.Basket),
    ("post", f"{_P}/basket/send"): ("sendBasket", work.Sent),
    ("get", f"{_P}/costs"): ("getCosts", money.Costs),
    ("post", f"{_P}/costs/billed"): ("askBilled", money.CostsBilled),
    ("get", f"{_P}/budgets"): ("getBudgets", money.Budgets),
    ("get", f"{_P}/estimate"): ("estimatePlan", money.PlanEstimate),
    ("get", f"{_P}/board"): ("getBoard", overviews.Board),
    ("get", f"{_P}/cut"): ("getCut", overviews.Cut),
    ("get", f"{_P}/elements"): ("listElements", overviews.Elements),
    ("get", f"{_P}/activity"): ("listActivity", overviews.Activity),
    ("get", "/healthz"): ("getHealth", work.Health),
}
"""Method and path → the operation's name, and the shape of its answer."""

OTHERS: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("get", f"{_P}/events"): ("listenToEvents", "text/event-stream"),
    ("get", "/metrics"): ("getMetrics", "text/plain"),
    ("get", "/media/{path}"): ("getMedia", "application/octet-stream"),
}
"""Those that answer no JSON: the operation's name, and what they answer."""

SUMMARIES: Final[dict[str, str]] = {
    "listProjects": "All projects of the workspace",
    "listRecords": "Records by id, a page at a time",
    "getRecord": "One record, as it lies on disk",
    "listDailies": "What waits for a look, or the slates that filters ask for",
    "getSlate": "One slate with all that is said of it",
    "listElements": "Elements, their pictures and uses",
    "listenToEvents": "What happens, as it happens",
    "getHealth": "Whether it answers and the workspace is there",
    "getMetrics": "Records by state and committed money",
    "getMedia": "A picture or a video, with ranges",
}
"""Where a route itself gives none."""
