"""Give a cut what the campaign's brand says and the cut itself does not. Pure.

What comes out is a cut that says everything itself, so that its content is what is seen, wherever that was written.
`Origins` name where each part that was given is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from reelstack.models.brand import Brand
from reelstack.models.campaign import Campaign, Project
from reelstack.models.pieces import Caption, Clip, Inset, Music

Piece = TypeVar("Piece", bound=BaseModel)
Origins = dict[str, str]
"""Paths of parts, each with the path where it is written."""


def dressed(project: Project, brand: Brand) -> tuple[Project, Origins]:
    """A cut with all that the brand gives it, and where that is written: paths in the project and in the campaign."""
    if project.timeline is not None:
        return project, {}
    origins: Origins = {}
    clips = tuple(
        _clip(clip, brand, f"video[{at}]", origins) if at < len(project.video) - 1 else clip
        for at, clip in enumerate(project.video)
    )
    made = project.model_copy(
        update={
            "video": clips,
            "captions": tuple(_caption(one, brand) for one in project.captions),
            "music": _music(project, brand, origins),
            "logo": None,
        }
    )
    return _with_logo(made, brand, origins) if project.logo is None else made, origins


def faults(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """The styles that captions name and that there are not, each with its path."""
    styles = campaign.brand.styles
    there = ", ".join(styles) or "none"
    for path, captions in _all_captions(campaign):
        for at, caption in enumerate(captions):
            if caption.style is not None and caption.style not in styles:
                yield f"{path}.captions[{at}].style", f"the brand has no style {caption.style!r}; there are {there}"


def _all_captions(campaign: Campaign) -> Iterator[tuple[str, tuple[Caption, ...]]]:
    for name, project in campaign.projects.items():
        yield f"projects.{name}", project.captions
    for name, video in campaign.videos.items():
        yield from ((f"videos.{name}.cells.{key}", cell.captions or ()) for key, cell in video.cells.items())


def _clip(clip: Clip, brand: Brand, path: str, origins: Origins) -> Clip:
    if brand.transition is None:
        return clip
    if "transition" not in clip.model_fields_set:
        origins[f"{path}.transition"] = "brand.transition"
        return clip.model_copy(update={"transition": brand.transition})
    if clip.transition is None:
        return clip
    return clip.model_copy(update={"transition": _filled(clip.transition, _said(brand.transition))})


def _caption(caption: Caption, brand: Brand) -> Caption:
    style = brand.styles.get(caption.style or "")
    said = {**_said(brand.captions), **(_said(style) if style else {})}
    given = _filled(caption, said) if said else caption
    return given.model_copy(update={"style": None}) if given.style else given


def _music(project: Project, brand: Brand, origins: Origins) -> Music | None:
    said = _said(brand.music)
    if project.music is not None:
        return _filled(project.music, {key: value for key, value in said.items() if key != "clip"})
    if "music" in project.model_fields_set or brand.music.clip is None:
        return None
    origins["music"] = "brand.music"
    return Music.model_validate({"clip": brand.music.clip}).model_copy(update=said)


def _with_logo(project: Project, brand: Brand, origins: Origins) -> Project:
    logo = brand.logo
    if logo is None or not project.seconds > 0:
        return project
    origins[f"insets[{len(project.insets)}]"] = "brand.logo"
    values = {"clip": logo.clip, "at": 0, "length": project.seconds, "frame": logo.frame}
    inset = Inset.model_validate({**values, "opacity": logo.opacity, "fit": logo.fit})
    return project.model_copy(update={"insets": (*project.insets, inset)})


def _said(model: BaseModel) -> Mapping[str, Any]:
    """What is said in a brand, by field."""
    found = {name: getattr(model, name) for name in model.model_fields_set}
    return {name: value for name, value in found.items() if value is not None}


def _filled(piece: Piece, said: Mapping[str, Any]) -> Piece:
    """A piece with what is said elsewhere and not by itself."""
    return piece.model_copy(update={key: value for key, value in said.items() if key not in piece.model_fields_set})
