"""What changed since a take was asked for: prompts, durations, style, elements, format, pictures."""

from __future__ import annotations

from collections.abc import Callable, Collection
from fractions import Fraction
from pathlib import Path

from starsend.errors import StarsendError
from starsend.model.plan import Plan, Sequence, Shot
from starsend.model.plan_names import expand_snippets
from starsend.model.record import Record, log
from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.production.project import Project
from starsend.production.timekeeping import Desk
from starsend.production.words_now import sequence_of, words_now
from starsend.store.execution_store import Filter, all_records

_SHOWN = 60


class PictureHashes:
    """Content hashes of pictures, each read once."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._known: dict[str, str | None] = {}

    def of(self, path: str) -> str | None:
        """The sha256 of a picture below the workspace; None where it is gone."""
        if path not in self._known:
            from starsend.media.files import sha256_of

            try:
                self._known[path] = sha256_of(self._workspace / path)
            except StarsendError:
                self._known[path] = None
        return self._known[path]


def stale_reasons(
    project: Project, take: Take, overrides: dict[str, str], hashes: PictureHashes, *, whole: bool = False
) -> tuple[str, ...]:
    """Say what changed since the take was asked for; empty where nothing did. Imports have no inputs to compare.

    Args:
        project: Whose take.
        take: Which.
        overrides: Shot id → the words that stand in the sequence's record.
        hashes: Of pictures.
        whole: Quote long texts to their end.
    """
    if take.mode == "import" or not take.inputs.shots:
        return ()
    sequence = sequence_of(project.plan, take)
    if sequence is None:
        return ("it is gone from the plan",)
    quote = _whole if whole else _short
    try:
        return (
            *_words(project.plan, sequence, take, overrides, quote),
            *_elements(project.plan, take, quote),
            *_format(project.plan, take),
            *_pictures(project, sequence, take, hashes),
        )
    except (TypeError, ValueError, KeyError, AttributeError, IndexError) as error:  # an order mended by hand
        return (f"its order can't be read: {error}",)


def mark_stale(project: Project, record: Record, overrides: dict[str, str], hashes: PictureHashes) -> Record:
    """The record with each complete take's ``stale`` as it is now; the same object where nothing differs."""
    for take in record.takes:
        if take.outcome == "complete":
            reasons = stale_reasons(project, take, overrides, hashes)
            if reasons != take.stale:
                record = record.with_take(take.but(stale=reasons))
    return record


def mark_changed(project: Project, desk: Desk, sequences: Collection[str] | None = None) -> tuple[str, ...]:
    """Mark every take that another plan or picture made stale, unmark what fits again; gives the records.

    Args:
        project: Whose takes.
        desk: When, and who.
        sequences: Only these; None means all.
    """
    hashes = PictureHashes(project.paths.workspace)
    records = _records_of(project, sequences)
    changed = []
    for record in records.values():
        own = records.get(str(record.slate.parent))
        overrides = {} if own is None else own.prompt_overrides

        def edit(now: Record, overrides: dict[str, str] = overrides) -> Record:
            marked = mark_stale(project, now, overrides, hashes)
            return log(marked, at=desk.now(), by=desk.by, why="what its takes were made from has changed")

        if mark_stale(project, record, overrides, hashes) is not record:
            project.store.revise(record.id, edit)
            changed.append(record.id)
    return tuple(changed)


def _records_of(project: Project, sequences: Collection[str] | None) -> dict[str, Record]:
    """All records that can be read, by id; or only those of some sequences, without reading the others."""
    if sequences is None:
        return all_records(project.store)[0]
    pages = [project.store.list(Filter(sequence=name), limit=1000) for name in sorted(sequences)]
    return {version.record.id: version.record for page in pages for version in page.rows}


def mark_family(project: Project, desk: Desk, slate: Slate) -> None:
    """Mark what another start frame makes stale, in the sequence's record and its shots'."""
    hashes = PictureHashes(project.paths.workspace)
    own = project.record(slate.parent)
    overrides = {} if own is None else own.prompt_overrides

    def edit(record: Record) -> Record:
        marked = mark_stale(project, record, overrides, hashes)
        return log(marked, at=desk.now(), by=desk.by, why="what its takes were made from has changed")

    _, sequence, _ = project.planned(slate)
    for member in (slate.parent, *(slate.of_shot(shot.id) for shot in sequence.shots)):
        record = project.record(member)
        if record is not None and mark_stale(project, record, overrides, hashes) is not record:
            project.store.revise(str(member), edit)


def heard(plan: Plan, shot: Shot) -> tuple[str, ...]:
    """The lines that a take of a shot is asked to make heard; none where the plan wants no sound."""
    return tuple(f"{line.who}: {line.text}" for line in shot.dialogue) if plan.defaults.audio else ()


def _words(
    plan: Plan, sequence: Sequence, take: Take, overrides: dict[str, str], quote: Callable[[str], str]
) -> list[str]:
    reasons: list[str] = []
    inputs = take.inputs
    now = {shot.id: shot for shot in sequence.shots}
    words = words_now(plan, take, overrides)
    for then in inputs.shots:
        shot = now.get(then.id)
        if shot is None:
            reasons.append(f"{then.id} is gone from the plan")
            continue
        if not inputs.given_prompt and words[then.id] != then.prompt:
            reasons.append(f"{then.id}'s prompt was {quote(then.prompt)}, is {quote(words[then.id])}")
        if not inputs.grid and float(shot.duration_s) != then.duration_s:
            reasons.append(f"{then.id} was {then.duration_s:g} s, is {float(shot.duration_s):g} s")
        if not inputs.grid and heard(plan, shot) != then.dialogue:
            reasons.append(f"what is heard in {then.id} changed")
    style = expand_snippets(sequence.style, plan.snippets)
    if style != inputs.style:
        reasons.append(f"the style was {quote(inputs.style)}, is {quote(style)}")
    if tuple(sequence.elements) != inputs.elements:
        reasons.append(f"the elements were {_names(inputs.elements)}, are {_names(sequence.elements)}")
    return reasons


def _elements(plan: Plan, take: Take, quote: Callable[[str], str]) -> list[str]:
    """What changed of the elements that were sent; one that is gone from the plan is gone from the sequence too."""
    now = {element.id: element for element in plan.elements}
    reasons = []
    for sent in take.order.get("elements", ()):
        element = now.get(sent["id"])
        if element is not None and element.description != sent.get("description", ""):
            then = quote(sent.get("description", ""))
            reasons.append(f"{element.id}'s description was {then}, is {quote(element.description)}")
    return reasons


def _format(plan: Plan, take: Take) -> list[str]:
    order = take.order
    if "aspect" not in order or "fps" not in order:
        return []
    model = plan.defaults.image_model if take.inputs.grid else plan.defaults.video_model
    if not take.inputs.given_model and order.get("model", model) != model:
        return [f"the model was {order['model']}, is {model}"]
    if not take.inputs.grid and order.get("audio", plan.defaults.audio) != plan.defaults.audio:
        return [f"audio was {'off' if plan.defaults.audio else 'on'}, is {'on' if plan.defaults.audio else 'off'}"]
    then = (tuple(order["aspect"]), Fraction(str(order["fps"])))
    now = (plan.aspect, plan.rate)
    if then[0] == now[0] and (take.inputs.grid or then[1] == now[1]):
        return []
    was, is_ = (f"{wide}:{high} at {rate}" for (wide, high), rate in (then, now))
    return [f"the format was {was}, is {is_} frames a second"]


def _pictures(project: Project, sequence: Sequence, take: Take, hashes: PictureHashes) -> list[str]:
    inputs = take.inputs
    reasons = []
    for what, frame in (("start frame", inputs.start_frame), ("end frame", inputs.end_frame)):
        if frame is not None and hashes.of(frame.path) not in (frame.sha256, None):
            reasons.append(f"its {what} {Path(frame.path).name} was replaced")
    for path, sha256 in inputs.images.items():
        now = hashes.of(path)
        if now != sha256:
            reasons.append(f"{path} {'is gone' if now is None else 'was replaced'}")
    return [*reasons, *_other_pictures(project, sequence, take)]


def _other_pictures(project: Project, sequence: Sequence, take: Take) -> list[str]:
    """Pictures that the plan names now and that the take wasn't made from, or the other way round."""
    if not take.order:
        return []
    root = Path("projects") / project.paths.project
    sent = {element["id"] for element in take.order.get("elements", ())}
    named = [path for e in project.plan.elements if e.id in sent for path in e.images]
    wanted = {(root / path).as_posix() for path in (*named, *sequence.style_images, *project.plan.style_images)}
    used = set(take.inputs.images)
    reasons = [f"{path} is new in the plan" for path in sorted(wanted - used)]
    reasons += [f"{path} is no longer in the plan" for path in sorted(used - wanted)]
    end, last = take.inputs.end_frame, next((s for s in sequence.shots if s.id == take.inputs.shots[-1].id), None)
    if take.medium == "video" and last is not None and (end is None or end.choice.endswith(", as planned")):
        then = None if end is None else Path(end.path).relative_to(root).as_posix()
        if then != last.end_frame:
            reasons.append(f"{last.id}'s end frame was {then or 'none'}, is {last.end_frame or 'none'}")
    return reasons


def _short(text: str) -> str:
    return f"“{text[:_SHOWN].rstrip()}…”" if len(text) > _SHOWN else _whole(text)


def _whole(text: str) -> str:
    return f"“{text}”"


def _names(ids: tuple[str, ...]) -> str:
    return ", ".join(ids) or "none"
