"""What a format dropped without a word: the written file is read back and held against the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from reelstack.errors import ConfigError
from reelstack.exchange import library, read
from reelstack.exchange.media import Table
from reelstack.exchange.report import Loss
from reelstack.models.campaign import Project, Source

# What may be dropped: the word for one, and for several.
COUNTED = {
    "transition": "transitions",
    "changed speed": "changed speeds",
    "inset": "insets",
    "caption": "captions",
    "music": "pieces of music",
}


def losses(project: Project, sources: Mapping[str, Source], file: Path, rate: Fraction, table: Table) -> list[Loss]:
    """What of a project is not in the file that was written of it."""
    try:
        cut = read.read(library.read(file, float(rate)), table)
    except ConfigError as error:
        return [Loss(f"the file cannot be read back, so what is in it is not known: {error.message}")]
    there = Project.model_validate(next(iter(cut.projects.values())))
    media = {name: source["media"] for name, source in cut.sources.items()}
    found = list(_dropped(_counts(project), _counts(there)))
    named = {name: table.file_of(source.media) or source.media for name, source in sources.items()}
    wanted = [{sources[clip.clip].media, named[clip.clip]} for clip in project.video]
    if not all(media[clip.clip] in names for clip, names in zip(there.video, wanted, strict=False)):
        found.append(Loss("the clips come back as cut from other materials"))
    elif not any("transition" in loss.what for loss in found):
        found += _moved(project, there, rate)
    return found


def _counts(project: Project) -> dict[str, int]:
    return {
        "transition": sum(clip.transition is not None for clip in project.video[:-1]),
        "changed speed": sum(clip.speed != 1 for clip in (*project.video, *project.insets)),
        "inset": len(project.insets),
        "caption": len(project.captions),
        "music": int(project.music is not None),
    }


def _dropped(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[Loss]:
    for what, several in COUNTED.items():
        gone = before[what] - after[what]
        if gone > 0:
            yield Loss(f"{f'the {what}' if before[what] == 1 else f'{gone} {several}'} cannot be said in this format")


def _moved(project: Project, there: Project, rate: Fraction) -> Iterator[Loss]:
    """Clips that come back more than a frame longer, shorter or elsewhere in their material."""
    if len(there.video) != len(project.video):
        yield Loss(f"its {len(project.video)} clips come back as {len(there.video)}")
    for clip, back in zip(project.video, there.video, strict=False):
        ends = ((clip.end, back.end), (clip.in_, back.in_), (clip.seconds, back.seconds))
        if clip.transition and back.transition and clip.transition.type != back.transition.type:
            yield Loss(
                f"its transition {clip.transition.type!r} comes back as {back.transition.type!r}", "V1", clip.clip
            )
        if any(abs(one - other) > 1.01 / rate for one, other in ends):
            yield Loss(f"comes back as {back.in_:g} to {back.end:g} s of its material", "V1", clip.clip)
