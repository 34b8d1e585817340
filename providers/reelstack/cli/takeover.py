"""What is taken over for chosen ids: the projects and videos to be declared so that a run adopts what is there.

Read by id, few of them: whoever chose them pays attention to each. `takeover_text` writes it down.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reelstack.clouds.base import Cloud, Inventory, Jobs, Projects, Site, job_or_none
from reelstack.errors import ConfigError, NotFound
from reelstack.models import marks
from reelstack.models.production import Job, Media
from reelstack.models.project import Project
from reelstack.reconcile import normalize
from reelstack.reconcile.outcome import failure

LONGEST_NAME = 40
NO_PROJECT = (
    "The cloud does not say which project it is of: this one is made for it. "
    "(`reelstack adopt PROJECT/VIDEO` takes the project over as well.)"
)
_UNFIT = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True)
class Cut:
    """One project to be declared. Without `adopt_id` it is made anew, which costs nothing; `remarks` say why.

    `asset` stands for the cut where the cloud does not tell what a video was made of: the finished video itself, so
    many seconds of it.
    """

    name: str
    title: str
    description: str = ""
    timeline: Mapping[str, Any] | None = None
    template: Mapping[str, Any] | None = None
    asset: tuple[str, float] | None = None
    adopt_id: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Film:
    """One video to be declared, of a cut; `size` is None where the cloud does not tell it."""

    name: str
    cut: str
    title: str
    adopt_id: str
    size: tuple[int, int] | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taken:
    """All that is taken over from a site."""

    site: Site
    cuts: tuple[Cut, ...]
    films: tuple[Film, ...]


@dataclass
class Taking:
    """The work of one command: ids in, declarations out. `holder` says by an id which stack has it; `names` are used.

    `cloud` is None for a service without projects.
    """

    site: Site
    inventory: Inventory
    cloud: Cloud | None
    holder: Mapping[str, str]
    names: Collection[str] = ()
    cuts: dict[str, Cut] = field(default_factory=dict)
    films: list[Film] = field(default_factory=list)
    _used: set[tuple[str, str]] = field(default_factory=set)

    def take(self, ids: Iterable[str]) -> Taken:
        """What these ids name; raises ConfigError for one that is held, failed, gone or unknown."""
        for id_ in dict.fromkeys(ids):
            self._require_free(id_)
            project = None if self.cloud is None or "/" in id_ else _project_or_none(self.cloud, id_)
            if project is not None:
                self._adopted(project)
                continue
            job = job_or_none(self.inventory, id_)
            if job is None:
                raise ConfigError(
                    f"at {self.site} there is neither a project nor a video {id_}.",
                    hint="`reelstack adopt` lists what there is; a video is named by its job's id.",
                )
            self._film(id_, job)
        return Taken(self.site, tuple(self.cuts.values()), tuple(self.films))

    def _require_free(self, id_: str) -> None:
        held = next((one for one in (id_, id_.rpartition("/")[2]) if one in self.holder), None)  # VOD: PROJECT/VIDEO
        if held is not None:
            raise ConfigError(
                f"{id_} is held already, by {self.holder[held]}.", hint="What a stack holds is not taken."
            )

    def _film(self, id_: str, job: Job) -> None:
        media = _media(self.inventory, id_, job)
        title = (media.title if media else "") or id_
        cut = self._cut(id_, job, media, title)
        size = (media.width, media.height) if media and media.width and media.height else None
        remarks = () if size else ("The cloud does not tell its size: set it right, a later change renders it anew.",)
        self.films.append(Film(self._name("video", cut.name, id_, size), cut.name, title, id_, size, remarks))

    def _cut(self, id_: str, job: Job, media: Media | None, title: str) -> Cut:
        """The project that a video is of: its own, if that is there and free, else one made of what the job tells."""
        project = _project_or_none(self.cloud, job.project_id) if self.cloud and job.project_id else None
        if project is not None and job.project_id not in self.holder:
            return self._adopted(project, job)
        if project is not None:
            why = f"Its project {job.project_id} is held by {self.holder[job.project_id]}: this one is made for it."
        elif job.project_id:
            why = f"Its project {job.project_id} is gone: this one is made for it."
        else:
            why = NO_PROJECT
        timeline = job.timeline or (project.timeline if project else None)
        if self.cloud is None:
            why = ""
        if timeline is None:
            seconds = round(media.duration, 3) if media and media.duration else 1.0
            told = "The cloud does not tell what it was cut from: here it is a cut of itself. Write its clips instead."
            cut = self._keep(id_, title, asset=(job.media_id, seconds), remarks=tuple(filter(None, (why, told))))
        else:
            cut = self._keep(id_, title, timeline=timeline, remarks=(why,))
        return cut

    def _adopted(self, project: Project, job: Job | None = None) -> Cut:
        """A project that is taken over as it is."""
        if project.project_id in self.cuts:
            return self.cuts[project.project_id]
        template = None
        if project.template_id:
            template = {
                "template_id": project.template_id,
                "template_type": project.template_type or "Timeline",
                "clips_param": project.clips_param or {},
            }
        return self._keep(
            project.project_id,
            project.title or project.project_id,
            description=marks.unmarked(project.description),
            timeline=None if template else project.timeline or {},
            template=template,
            adopt_id=project.project_id,
            remarks=_edited_since(project, job),
        )

    def _keep(self, id_: str, title: str, **facts: Any) -> Cut:
        called = "" if title in (id_, (facts.get("asset") or ("",))[0]) else title  # an id is no name
        return self.cuts.setdefault(id_, Cut(self._name("project", called, id_), title, **facts))

    def _name(self, kind: str, wanted: str, otherwise: str, size: tuple[int, int] | None = None) -> str:
        """A name that nothing else of its kind has, made of a title."""
        plain = unicodedata.normalize("NFKD", wanted).encode("ascii", "ignore").decode()
        name = _UNFIT.sub("-", plain).strip("-").lower()[:LONGEST_NAME].strip("-")
        name = name or f"{kind}-{_UNFIT.sub('-', otherwise).strip('-')[:8]}"
        name = f"{name}-{size[0]}x{size[1]}" if size else name
        free, number = name, 1
        while (kind, free) in self._used or free in self.names:
            number += 1
            free = f"{name}-{number}"
        self._used.add((kind, free))
        return free


def _edited_since(project: Project, job: Job | None) -> tuple[str, ...]:
    """A word of caution where the video shows another cut than the project holds now."""
    if job is None or job.timeline is None or not project.timeline:
        return ()
    if normalize.timeline(job.timeline) == normalize.timeline(project.timeline):
        return ()
    return ("The project was edited after its video was rendered: the video shows the cut of then.",)


def _media(cloud: Jobs, id_: str, job: Job) -> Media | None:
    """The asset of a production that is of use; raises ConfigError for one that is not."""
    if job.status.failed:
        raise ConfigError(f"video {id_} {failure(job)}.", hint="Only what succeeded or runs can be adopted.")
    media = cloud.get_media([job.media_id]).get(job.media_id) if job.media_id else None
    if job.status.succeeded and job.media_id and media is None:
        raise ConfigError(f"asset {job.media_id} of video {id_} is gone.", hint="There is nothing left to adopt.")
    return media


def _project_or_none(cloud: Projects, project_id: str) -> Project | None:
    try:
        return cloud.get_project(project_id)
    except NotFound:
        return None
