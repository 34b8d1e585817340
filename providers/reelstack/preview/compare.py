"""Two sides make a plan. Pure, and the same for any order in which a side names its parts.

What makes a video anew is what the resources decide by: its hash, its triggers, and where it is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from reelstack import redact
from reelstack.preview import plain, strip, words
from reelstack.preview.plan import CLASSES, OPEN, UNTOLD, Bill, Fate, Plan, ProjectPlan, VideoPlan
from reelstack.preview.side import Cut, End, Film, Side
from reelstack.reconcile import diff, layout, timeline_diff, timeline_words
from reelstack.reconcile.timeline_change import Change, OtherChanged, Spot, TimelineDiff

MOST_WORDS = 60
RECUT = "it is made from another cut"
_TEXT = 4000
_NONE = Cut(name="", timeline=None)
_ORDER = {name: index for index, name in enumerate([*(name for _, name in CLASSES), OPEN])}


def compare(before: Side, after: Side, *, project: str, stack: str) -> Plan:
    """What it means to deploy `after` where `before` is, as far as campaign files tell when a side is what they say."""
    before, after = _alike(before, after)
    films = [_film(name, before, after) for name in sorted({*before.films, *after.films})]
    cuts = [_cut(name, before.cuts.get(name), after.cuts.get(name)) for name in sorted({*before.cuts, *after.cuts})]
    videos = tuple(film for film in films if film.fate is not Fate.SAME)
    projects = tuple(cut for cut in cuts if cut is not None)
    remarks = after.remarks if videos or projects else ()  # alone they are no change
    return Plan(
        project=plain.text(project),
        stack=plain.text(stack),
        service=plain.text(after.settings.get("service") or before.settings.get("service") or ""),
        before=plain.text(before.label),
        after=plain.text(after.label),
        videos=videos,
        projects=projects,
        bill=bill(videos),
        unchanged=len(films) - len(videos),
        warnings=(UNTOLD,) if _is_untold(before, after) else tuple(_warnings(before, after, remarks)),
    )


def apart(before: Side, after: Side) -> tuple[str, ...]:
    """What is left out of the comparison: what a program made by itself cannot be held against campaign files."""
    return tuple(sorted({*before.apart, *after.apart})) if before.declares != after.declares else ()


def _alike(before: Side, after: Side) -> tuple[Side, Side]:
    """Both sides with what both can know of; empty where campaign files say nothing at all."""
    if _is_untold(before, after):
        return replace(before, cuts={}, films={}), replace(after, cuts={}, films={})
    left_out = set(apart(before, after))
    return _without(before, left_out), _without(after, left_out)


def _without(side: Side, left_out: set[str]) -> Side:
    cuts = {name: cut for name, cut in side.cuts.items() if name not in left_out & side.apart}
    films = {name: film for name, film in side.films.items() if name not in left_out & side.apart}
    return replace(side, cuts=cuts, films=films)


def _is_untold(before: Side, after: Side) -> bool:
    """Whether no side is one of which campaign files tell anything, though one is asked for what they tell."""
    declared = [side for side in (before, after) if side.declares]
    return bool(declared) and all(side.is_empty for side in declared)


def _warnings(before: Side, after: Side, remarks: tuple[str, ...]) -> Iterator[str]:
    yield from _moves(before.settings, after.settings)
    yield from _waiting(before.waiting, after.waiting)
    yield from (plain.text(doubt, _TEXT) for doubt in (*after.doubts, *remarks))


def drift(deployed: Side, declared: Side) -> tuple[str, ...]:
    """What is deployed and not as declared, a line each."""
    plan = compare(deployed, declared, project="", stack="")
    told = dict.fromkeys((Fate.NEW, Fate.ADOPTED), "is not deployed")
    told |= dict.fromkeys((Fate.REMOVED, Fate.KEPT), "is deployed and not declared")
    lines = [f"video {one.name} {told.get(one.fate, 'differs: ' + ', '.join(one.why))}" for one in plan.videos]
    lines += [f"project {one.name} {told.get(one.fate, 'differs: ' + one.summary)}" for one in plan.projects]
    return tuple(plain.text(line, _TEXT) for line in lines)


def _film(name: str, before: Side, after: Side) -> VideoPlan:
    old, new = before.films.get(name), after.films.get(name)
    shown, side = (new, after) if new else (old, before)
    assert shown is not None
    cut = layout.read(side.cuts[shown.cut].timeline) if shown.cut in side.cuts else layout.read(None)
    fate, why = _fate(old, new, is_lost=name in before.lost)
    return VideoPlan(
        name=plain.text(name),
        fate=fate,
        project=plain.text(shown.cut),
        width=shown.width,
        height=shown.height,
        seconds=round(cut.seconds, 3),
        sure=cut.sure and bool(cut.tracks),
        why=why,
        old_seconds=_old_seconds(before.cuts.get(old.cut), cut) if old and new and old.cut == new.cut else None,
    )


def _old_seconds(old: Cut | None, new: layout.Layout) -> float | None:
    """How long a cut was, in seconds; None when it or what became of it is not sure, or when nothing was in it."""
    seconds = layout.known_seconds(old.timeline) if old and new.sure and new.tracks else None
    return round(seconds or 0, 3) or None


def _fate(old: Film | None, new: Film | None, *, is_lost: bool) -> tuple[Fate, tuple[str, ...]]:
    """What happens to a video and why. What was adopted and is gone is rendered, like any other."""
    if old is None:
        return (Fate.ADOPTED if new and new.end.adopted and not is_lost else Fate.NEW), ()
    if new is None:
        return (Fate.KEPT if old.end.keeps else Fate.REMOVED), ()
    why, ends = tuple(_why(old, new)), tuple(_ends(old.end, new.end))
    return (Fate.ANEW if why else Fate.CHANGED if ends else Fate.SAME), (*why, *ends)


def _ends(old: End, new: End) -> Iterator[str]:
    if old.on_delete != new.on_delete:
        was, now = (one.on_delete if one.on_delete in ("delete", "retain") else "none" for one in (old, new))
        yield f"on_delete {was} → {now}"


def _why(old: Film, new: Film) -> Iterator[str]:
    """What makes a video anew; nothing when it stays."""
    if old.spec != new.spec:
        reasons = list(_reasons(old, new))
        yield from reasons or ["what it is rendered from changes"]
    if old.triggers != new.triggers:
        yield "a trigger changes"
    if old.location != new.location:
        yield "it is written elsewhere"


def _reasons(old: Film, new: Film) -> Iterator[str]:
    if old.content != new.content:
        yield "the cut changes" if old.cut == new.cut else RECUT
    if (old.width, old.height) != (new.width, new.height):
        yield f"size {old.width}×{old.height} → {new.width}×{new.height}"
    others = [key for key in diff.fields(old.output, new.output) if key not in ("width", "height")]
    if others:
        yield f"output settings change: {', '.join(plain.text(key, 30) for key in others[:5])}"


def _cut(name: str, old: Cut | None, new: Cut | None) -> ProjectPlan | None:
    """What changes in one cut; None when nothing does."""
    was, now = old or _NONE, new or _NONE
    if was == now:
        return None
    before, after = layout.read(was.timeline), layout.read(now.timeline)
    found, places = timeline_diff.paired(before, after)
    told = tuple(_told(old, new))
    if old and new and not found and not told:
        return None
    strips = strip.pair(before, after, found, places)
    found = _harmless(found)
    cut = timeline_words.summary(found) if found else ""
    return ProjectPlan(
        name=plain.text(name),
        fate=Fate.NEW if old is None else Fate.REMOVED if new is None else Fate.CHANGED,
        summary=", ".join(
            part for part in (cut, *(f"{one.partition(' ')[0]} changed" for one in told if old and new)) if part
        ),
        words=_bounded((*told, *(plain.text(line, _TEXT) for line in _lines(found, whole=not (old and new))))),
        cut=found,
        before=strips[0],
        after=strips[1],
    )


def _lines(found: TimelineDiff, *, whole: bool) -> tuple[str, ...]:
    """Each change in words. Of a cut that is new, or goes, all seconds change: its length is what there is to say."""
    if not whole:
        return timeline_words.lines(found)
    length = words.seconds(max(found.old_seconds, found.new_seconds))
    return (*(timeline_words.line(change) for change in found.changes), f"length: {length}")


def _told(old: Cut | None, new: Cut | None) -> Iterator[str]:
    """What is to be said of a cut beside its timeline."""
    if old is None:
        if new and new.end.adopted:
            yield "a project that is there is taken over, and this written over it"
        return
    if new is None:
        if old.end.keeps:
            yield "the project itself stays in the cloud"
        return
    for key, was, now in (("title", old.title, new.title), ("description", old.description, new.description)):
        if (was or "") != (now or ""):
            yield f"{key} {_quoted(was)} → {_quoted(now)} (renders nothing)"
    yield from _ends(old.end, new.end)


def _quoted(value: str) -> str:
    return f"“{plain.text(value, timeline_words.LONGEST)}”" if value else "none"


def _bounded(lines: tuple[str, ...]) -> tuple[str, ...]:
    if len(lines) <= MOST_WORDS:
        return lines
    return (*lines[: MOST_WORDS - 1], f"… and {len(lines) - MOST_WORDS + 1} more")


def _harmless(found: TimelineDiff) -> TimelineDiff:
    return replace(found, changes=tuple(_masked(change) for change in found.changes))


def _masked(change: Change) -> Change:
    """A change whose texts can be shown; masked before anything shortens them, so that no half of a secret is left."""
    if isinstance(change, OtherChanged) and redact.is_secret(change.path.rsplit(".", 1)[-1]):
        return replace(change, path=plain.text(change.path), old=redact.MASK, new=redact.MASK)
    return replace(change, **{one.name: _value(getattr(change, one.name)) for one in fields(change)})


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return plain.text(value, _TEXT)
    if isinstance(value, Spot):
        return replace(value, path=plain.text(value.path, _TEXT), name=plain.text(value.name, _TEXT))
    if isinstance(value, Mapping):
        return {plain.text(key): _value(one) for key, one in redact.mapping(value).items()}
    if isinstance(value, list | tuple):
        return tuple(_value(one) for one in value)
    return value


def bill(videos: tuple[VideoPlan, ...]) -> Bill:
    """What these videos submit and take away."""
    rendered = [video for video in videos if video.fate in (Fate.NEW, Fate.ANEW)]
    seconds: Counter[str] = Counter()
    for video in rendered:
        seconds[video.resolution] += video.seconds  # type: ignore[assignment]
    fates = Counter(video.fate for video in videos)
    return Bill(
        renders=len(rendered),
        seconds=tuple((name, round(seconds[name], 3)) for name in sorted(seconds, key=_ORDER.__getitem__)),
        sure=all(video.sure for video in rendered),
        replaced=fates[Fate.ANEW],
        destroyed=fates[Fate.REMOVED],
    )


def _moves(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """Settings that say where everything lives: deploying refuses to move what is there."""
    for key in ("service", "region", "endpoint") if old and new else ():
        if old.get(key, "") != new.get(key, ""):
            change = f"{plain.text(old.get(key, '')) or 'none'} → {plain.text(new.get(key, '')) or 'none'}"
            yield f"setting reelstack:{key} {change}: what is deployed cannot be moved, `up` will refuse"


def _waiting(old: Mapping[str, int], new: Mapping[str, int]) -> Iterator[str]:
    """Cells that begin to wait for their pilot, or go on waiting in another number."""
    for name, count in sorted(new.items()):
        video = plain.text(name)
        cells = "1 cell" if count == 1 else f"{count} cells"
        if count and old.get(name) == 0:
            yield f"{cells} of {video} would wait again, and be deleted: `up` will refuse that"
        elif count and old.get(name) != count:
            yield f"{cells} of {video} will wait until the pilot is approved (setting reelstack:approved)"
