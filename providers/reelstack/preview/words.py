"""Counts and sums in words, the same in every format."""

from __future__ import annotations

from reelstack.preview.plan import Bill, Fate, Plan, VideoPlan

_RENDER_NOTHING = (Fate.ADOPTED, Fate.KEPT, Fate.CHANGED)
NOT_A_PRICE = "Seconds are what services bill by; prices are the service's own."


def headline(plan: Plan) -> str:
    """What happens to videos and projects, in one line without user text."""
    if plan.is_untold:
        return "it cannot be told what changes"
    parts = [_many(count, "new video")] if (count := len(plan.of(Fate.NEW))) else []
    counts = [(len(plan.of(fate)), fate.value) for fate in (Fate.ANEW, Fate.REMOVED, *_RENDER_NOTHING)]
    parts += [f"{_many(count, 'video')} {word}" for count, word in counts if count]
    if not parts and plan.projects:
        return f"{_many(len(plan.projects), 'project')} edited, nothing to render"
    return ", ".join(parts) or ("settings change, nothing to render" if plan else "no changes")


def bill(found: Bill) -> str:
    """What it costs and what is lost: `2 renders, 13.6 s of output (720p 13.6 s), 2 files replaced`."""
    parts = [_many(found.renders, "render")]
    if found.renders:
        classes = ", ".join(f"{name} {seconds(total)}" for name, total in found.seconds)
        parts.append(f"{'' if found.sure else 'about '}{seconds(found.total)} of output ({classes})")
    parts += [f"{_many(found.replaced, 'file')} replaced"] if found.replaced else []
    parts += [f"{_many(found.destroyed, 'file')} destroyed"] if found.destroyed else []
    return ", ".join(parts)


def size(video: VideoPlan) -> str:
    """`1280×720`, or that the material decides."""
    return f"{video.width}×{video.height}" if video.width and video.height else video.resolution


def length(video: VideoPlan) -> str:
    """How long it is, after how long it was where that changes; `about` where only the service knows."""
    now = ("" if video.sure else "about ") + seconds(video.seconds)
    was = now if video.old_seconds is None else seconds(video.old_seconds)
    return now if was == now else f"{was} → {now}"


def why(video: VideoPlan) -> str:
    """What is told beside a video."""
    told = {
        Fate.NEW: "not there before",
        Fate.REMOVED: "no longer declared: its file is deleted",
        Fate.ADOPTED: "a job that is there is taken for it: nothing is rendered",
        Fate.KEPT: "no longer declared: its file is kept",
    }
    return told.get(video.fate) or ", ".join(video.why)


def seconds(value: float) -> str:
    """Seconds to a tenth, from a minute on as `1:02.5`."""
    value = round(value, 1)
    if value < 60:
        return f"{value:g} s"
    minutes, rest = divmod(value, 60)
    return f"{minutes:.0f}:{rest:04.1f} min"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
