"""Wait until one production is ready and say what came out: the facts that stack outputs are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any

from reelstack.errors import ProductionFailed
from reelstack.models.base import Model
from reelstack.models.fields import ours
from reelstack.models.production import Job, Media
from reelstack.reconcile.outcome import cause, failure
from reelstack.reconcile.poll import Board
from reelstack.reconcile.wait import Watch, once_seen, until_seen, until_settled

# By so many seconds, or so much of its length, a video may be shorter than its cut: frames and sound have their grid.
SLACK, WHOLE_SLACK, RELATIVE_SLACK = 0.5, 1.0, 0.01


class WaitFor(StrEnum):
    """How far a production must have come: its job succeeded; its file is stored; its asset is analysed."""

    PRODUCED = "produced"
    UPLOADED = "uploaded"
    READY = "ready"


class ProductionIds(Model):
    """What is known of a production at its submission."""

    service: str
    region: str
    endpoint: str = ""
    account: str = ""
    job_id: str
    project_id: str = ""
    media_id: str = ""
    vod_media_id: str = ""
    spec_hash: str = ""
    expected_seconds: Annotated[float | None, ours("how long its cut is; a shorter video is told", unit="s")] = None


class Production(ProductionIds):
    """What a gate knows of a production when it begins to wait: its name, and the ids fixed at submission."""

    name: str


def deliver(
    board: Board,
    production: Production,
    wait_for: WaitFor,
    watch: Watch,
    *,
    remark: Callable[[str], None],
) -> dict[str, Any]:
    """Wait for one production and return its facts; what is not known is absent.

    What the cloud remarks on a job that succeeded is handed to `remark`.

    `duration` is in seconds, `width` and `height` in pixels, `size` in bytes. Raises `ProductionFailed` with the
    cloud's code, message and request id, or `TimedOut`.
    """
    label = f"{production.name} ({production.service})"
    job = until_settled(board, production.job_id, label, watch)
    if job is None and not (production.media_id and once_seen(board, production.media_id, label, watch)):
        # It was submitted: what is not to be seen yet may only be new.
        job = until_settled(board, production.job_id, label, watch, grace=board.pace.grace)
    if job is not None and job.status.failed:
        raise ProductionFailed(
            f"{production.name}: job {job.job_id} {failure(job)}.",
            hint=cause(job.code).value,
        )
    if job is not None and job.media_id and not production.media_id:
        production = production.model_copy(update={"media_id": job.media_id})
    media = _media(board, production, job, wait_for, watch)
    if job is None and media is None:
        raise ProductionFailed(
            f"{production.name}: the cloud knows neither job {production.job_id} nor "
            f"{f'asset {production.media_id}' if production.media_id else 'an asset of it'}.",
            hint="Run again: when it is gone, it is rendered anew.",
        )
    if job is not None and job.message:
        remark(f"{production.name}: {job.message}")
    found = facts(production, job, media)
    if short := shortfall(production, found.get("duration")):
        remark(short)
    return found


def shortfall(production: Production, delivered: float | None) -> str:
    """What to say of a video that is shorter than its cut; nothing when it is not, or when that is not known.

    A service ends a clip with its material, and the video with it, without a word.
    """
    expected = production.expected_seconds
    if expected is None or delivered is None:
        return ""
    # Whole seconds may have been rounded down by the service.
    slack = WHOLE_SLACK if float(delivered).is_integer() else SLACK
    if expected - delivered <= max(slack, expected * RELATIVE_SLACK):
        return ""
    return (
        f"{production.name}: it is {delivered:.2f} s long, and its cut {expected:.2f} s. "
        "Does a clip go on beyond the end of its material?"
    )


def _media(board: Board, production: Production, job: Job | None, wait_for: WaitFor, watch: Watch) -> Media | None:
    if not production.media_id:
        return None
    if job is None or wait_for is WaitFor.PRODUCED:
        media = once_seen(board, production.media_id, production.name, watch)
    else:
        media = until_seen(board, production.media_id, STAGES[wait_for], production.name, watch)
        if media is None:
            raise ProductionFailed(
                f"{production.name}: job {production.job_id} succeeded, but asset {production.media_id} is not there.",
                hint="Run again: it is then rendered anew.",
            )
    if media is not None and media.status.failed:
        raise ProductionFailed(
            f"{production.name}: asset {media.media_id} was produced, but the cloud could not analyse it.",
            hint="Change a trigger of the production to render it anew.",
        )
    return media


STAGES: Mapping[WaitFor, Callable[[Media], bool]] = {
    WaitFor.UPLOADED: lambda media: media.stored,
    WaitFor.READY: lambda media: media.analysed,
}


def facts(production: Production, job: Job | None, media: Media | None) -> dict[str, Any]:
    """The facts of a ready production, from its submission, its job and its asset, in this order of trust."""
    known = {
        "service": production.service,
        "project_id": production.project_id or (job.project_id if job else ""),
        "job_id": production.job_id,
        "media_id": production.media_id,
        "asset_id": production.media_id,
        "vod_media_id": production.vod_media_id or (job.vod_media_id if job else ""),
        "url": (media.url if media else "") or (job.url if job else ""),
        "duration": media.duration if media and media.duration is not None else (job.duration if job else None),
        "width": media.width if media else None,
        "height": media.height if media else None,
        "size": media.size if media else None,
        "spec_hash": production.spec_hash,
    }
    return {key: value for key, value in known.items() if value not in (None, "")}
