"""What is compared: a directory's campaigns, those of a git revision, what the state says is deployed, or what the
cloud has of that, as a `Side`.

Between the rooms: campaigns and states come in, the preview's values go out. No program runs, and no cloud is asked but
for `live`.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from reelstack import engine
from reelstack.campaign import distinct, expand
from reelstack.cli import authoring, held_side, live_side, revision
from reelstack.cli import project as projects
from reelstack.clock import SystemClock
from reelstack.errors import ConfigError
from reelstack.models import pilots
from reelstack.models.campaign import Whole
from reelstack.preview.side import Cut, End, Film, Side
from reelstack.resources import edit_inputs, produce_job
from reelstack.resources import settings as stack_settings

TREE, STATE, LIVE = "tree", "state", "live"


def of(asked: str, project: Path, stack: str | None, service: str | None) -> Side:
    """The side that a word means: `tree`, `state`, `live`, or a git revision.

    Raises ConfigError or EngineError, and for `live` CloudError, or NoCredentials where there are no keys.
    """
    if asked in (STATE, LIVE):
        if stack is None:
            raise ConfigError("whose state is meant?", hint="Name the stack with -s.")
        with contextlib.chdir(project):  # where the state and the local cloud are looked for
            held = engine.resources(project, stack)
            if asked == STATE:
                return held_side.deployed(held, f"deployed in {stack}")
            return live_side.of(held, f"cloud, of {stack}", SystemClock())
    if asked == TREE:
        return declared(project, "working tree", stack, service)
    found = revision.find(project, asked)
    with tempfile.TemporaryDirectory(prefix="reelstack-diff-") as scratch:
        root = Path(scratch).resolve()
        revision.extract(project, found, root)
        return declared(root, found.label, stack, service, prefix=f"{asked}:")


def declared(project: Path, label: str, stack: str | None, service: str | None, *, prefix: str = "") -> Side:
    """What the campaign files of a project declare for a stack; nothing where there is no project yet.

    Raises ConfigError with every fault of every file. `service` goes before the stack's own.
    """
    files = [project / name for name in projects.FILES if (project / name).is_file()]
    if not files:
        return Side(label, declares=True)
    for file in files:
        _require_inside(project, file)
    given = _settings(project, stack)
    meant = service or given.get("service") or authoring.DEFAULT
    location = given.get("output", "").rstrip("/") if meant == "ims" else ""
    region = given.get("region") or stack_settings.REGIONS.get(meant, "")
    place = {"service": meant, "region": region, "endpoint": given.get("endpoint", "")}
    cuts: dict[str, Cut] = {}
    films: dict[str, Film] = {}
    waiting: dict[str, int] = {}
    approved = pilots.approved(given.get("approved", ""))
    campaigns = _campaigns(project, given.get("campaigns") or authoring.FOLDER, meant, prefix)
    doubts = tuple(pilots.strangers(approved, expand.matrices(campaigns))) if campaigns else ()
    for campaign in campaigns:
        one = expand.expand(campaign, meant, approved)
        waiting |= {f"{one.name}/{held.name}": held.waiting for held in one.held}
        cuts |= {cut.name: cut for cut in _cuts(one)}
        films |= {film.name: film for film in _films(one, location)}
    remarks = tuple(remark for campaign in campaigns for remark in campaign.remarks)
    return Side(label, cuts, films, place, waiting, declares=True, doubts=doubts, remarks=remarks)


def _settings(project: Path, stack: str | None) -> dict[str, str]:
    if stack is None:
        return {}
    _require_inside(project, engine.settings_file(project, stack))
    found = engine.plain_settings(project, stack)
    return {key.removeprefix("reelstack:"): value for key, value in found.items() if key.startswith("reelstack:")}


def _campaigns(project: Path, name: str, service: str, prefix: str) -> list[Whole]:
    folder = engine.load_project(project).directory / name
    _require_inside(project, folder)
    files = sorted(file for pattern in ("*.yaml", "*.yml") for file in folder.glob(pattern))
    for file in files:
        _require_inside(project, file)

    def shown(file: Path) -> str:
        return f"{prefix}{file.relative_to(project)}"

    loaded, faults = authoring.load_all(files, service, shown)
    if faults:
        raise ConfigError.of(faults)
    distinct.require_distinct(loaded, shown)
    return [campaign for _, campaign in loaded]


def _require_inside(project: Path, place: Path) -> None:
    """A stranger's link must not make us read, and quote, a file of this machine."""
    if not place.resolve().is_relative_to(project.resolve()):
        raise ConfigError(f"{place.name} lies outside of the project.", hint="Keep campaigns and settings inside it.")


def _cuts(one: expand.Declared) -> Iterator[Cut]:
    for project in one.projects:
        name = f"{one.name}/{project.name}"
        texts = {"title": project.title, "description": project.description or ""}
        yield Cut(name, project.timeline, **texts, end=_end(project))
    for edit in one.edits:
        yield Cut(f"{one.name}/{edit.name}", [piece.model_dump(mode="json") for piece in edit.cut.inputs])


def _films(one: expand.Declared, location: str) -> Iterator[Film]:
    contents = {project.name: project.content for project in one.projects}
    for video in one.videos:
        output = video.output.model_dump(mode="json", exclude_none=True)
        name, content = f"{one.name}/{video.name}", contents[video.project]
        spec = produce_job.spec_hash({"content": content, "output": output})
        cut = f"{one.name}/{video.project}"
        yield Film(name, cut, spec, content, output, video.triggers, location, *held_side.size(output), _end(video))
    for edit in one.edits:
        name = f"{one.name}/{edit.name}"
        inputs = [piece.model_dump() for piece in edit.cut.inputs]
        settings = edit.cut.settings.model_dump(mode="json", exclude_none=True)
        spec = edit_inputs.spec_hash({"inputs": inputs, "settings": settings})
        yield Film(name, name, spec, spec, settings, edit.triggers, "", *held_side.size(settings), _end(edit))


def _end(one: expand.DeclaredProject | expand.DeclaredVideo | expand.DeclaredEdit) -> End:
    return End(one.adopt_id is not None, one.on_delete or "")
