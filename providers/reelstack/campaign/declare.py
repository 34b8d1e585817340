"""Declare campaigns as resources of the running Pulumi program, and publish the stack's outputs.

The only module of this room that knows Pulumi.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import get_root_resource

from reelstack.campaign import distinct, expand
from reelstack.campaign.load import load_all
from reelstack.errors import ConfigError, ReelstackError
from reelstack.models import campaign as models
from reelstack.models import pilots
from reelstack.resources import settings
from reelstack.resources.approval import Approval
from reelstack.resources.delivery import Delivery, DeliveryArgs
from reelstack.resources.editing_project import EditingProject, EditingProjectArgs
from reelstack.resources.produce_job import ProduceJob, ProduceJobArgs
from reelstack.resources.vod_edit_task import VodEditTask, VodEditTaskArgs

TYPE = "reelstack:index:Campaign"


class Campaign(pulumi.ComponentResource):
    """A campaign file, declared: an `EditingProject` per project, a `ProduceJob` and a `Delivery` per video.

    Where the service has no projects, a `VodEditTask` stands in for project and production. `projects` maps names to
    project ids, `submitted` video names to the ids that are known at submission, `videos` video names to the facts of
    the finished assets.
    """

    def __init__(self, declared: expand.Declared, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TYPE, declared.name, None, opts)
        gates_of_pilots = [_approval(declared.name, one, pulumi.ResourceOptions(parent=self)) for one in declared.held]
        # What is refused there must stop whatever would be submitted.
        below = pulumi.ResourceOptions(parent=self, depends_on=list(gates_of_pilots))
        edits = {one.name: _project(declared.name, one, below) for one in declared.projects}
        jobs: dict[str, ProduceJob | VodEditTask] = {
            **{one.name: _job(declared.name, one, edits[one.project], below) for one in declared.videos},
            **{one.name: _task(declared.name, one, below) for one in declared.edits},
        }
        # A gate holds a slot of the engine while it waits, so all submissions go first.
        after = pulumi.ResourceOptions(parent=self, depends_on=list(jobs.values()))
        gates = {
            name: Delivery(f"{declared.name}/{name}", DeliveryArgs({name: job}), after) for name, job in jobs.items()
        }
        self.projects = {name: edit.project_id for name, edit in edits.items()}
        self.submitted = {name: _submitted(job) for name, job in jobs.items()}
        self.videos = {name: gate.video(name) for name, gate in gates.items()}
        self.register_outputs({"projects": self.projects, "submitted": self.submitted})


def campaigns(directory: str | Path | None = None) -> list[Campaign]:
    """Declare every campaign file (`*.yaml`, `*.yml`) of a directory and export `videos`, `submitted`, `projects`.

    Without a directory it is the one that `reelstack:campaigns` names, else `campaigns`. A fault in a file ends the
    program with one message that lists all faults; nothing is declared then.
    """
    try:
        folder = Path(settings.read().campaigns if directory is None else directory)
        files = sorted(file for pattern in ("*.yaml", "*.yml") for file in folder.glob(pattern))
        if not files:
            # An empty program would delete every video of the stack: that is what `destroy` is for.
            raise ConfigError(
                f"there are no campaign files (*.yaml) in {folder.resolve()}. Nothing was changed.",
                hint="Bring them back, or delete what is deployed with `reelstack destroy`.",
            )
        return declare(files)
    except ReelstackError as error:
        raise pulumi.RunError(str(error)) from error


def declare(files: Sequence[Path]) -> list[Campaign]:
    """Declare these campaign files and export their outputs; raises ConfigError before anything is declared."""
    service = settings.read().service

    def refused(campaign: models.Campaign) -> list[tuple[str, str]]:
        return expand.refusals(campaign, service)

    def called(file: Path) -> str:
        return str(shown(file))

    loaded, faults = load_all(files, called, refused)
    if faults:
        raise ConfigError.of(faults)
    distinct.require_distinct(loaded, called)
    approved = settings.read().approved
    doubts = pilots.strangers(approved, expand.matrices(campaign for _, campaign in loaded))
    for said in (*doubts, *(remark for _, campaign in loaded for remark in campaign.remarks)):
        pulumi.warn(said)
    declared = [Campaign(expand.expand(campaign, service, approved)) for _, campaign in loaded]
    export(declared)
    return declared


def shown(file: Path) -> Path:
    """A file's path from the project's root, where people stand, and not from the program's directory."""
    absolute = file.resolve()
    root = next((place for place in absolute.parents if (place / "Pulumi.yaml").is_file()), None)
    return absolute.relative_to(root) if root else file


def export(declared: Sequence[Campaign]) -> None:
    """Publish the outputs of these campaigns as the stack's.

    What is known at submission is published at once as well: when a video fails, the run ends before the last
    registration of the stack's outputs, and the ids of what was submitted must be there all the same.
    """
    merged = {output: _merged(declared, output) for output in ("submitted", "projects", "videos")}
    early = _publish_now({"submitted": merged["submitted"], "projects": merged["projects"]})

    async def after_early(videos: dict[str, Any]) -> dict[str, Any]:
        # Of two registrations the engine keeps the one that arrives last: that must be the whole one.
        if early:
            await asyncio.wait(early)
        return videos

    for output in ("submitted", "projects"):
        pulumi.export(output, merged[output])
    pulumi.export("videos", pulumi.Output.from_input(merged["videos"]).apply(after_early))


def _publish_now(outputs: dict[str, Any]) -> set[asyncio.Task[Any]]:
    """Register stack outputs before the program's end; the task that does so, none outside a deployment."""
    root = get_root_resource()
    if not isinstance(root, pulumi.ComponentResource):
        return set()
    before = asyncio.all_tasks()
    root.register_outputs(outputs)
    return asyncio.all_tasks() - before


def _merged(declared: Sequence[Campaign], output: str) -> dict[str, Any]:
    return {name: value for campaign in declared for name, value in getattr(campaign, output).items()}


def _approval(campaign: str, one: expand.Held, opts: pulumi.ResourceOptions) -> Approval:
    name = f"{campaign}/{one.name}"
    if one.waiting:
        cells = "1 cell" if one.waiting == 1 else f"{one.waiting} cells"
        pulumi.info(
            f"{cells} of {name} will wait until {one.pilot} is approved: then add {name} to reelstack:approved."
        )
    return Approval(name, pilot=one.pilot, waiting=one.waiting, opts=opts)


def _project(campaign: str, one: expand.DeclaredProject, opts: pulumi.ResourceOptions) -> EditingProject:
    args = EditingProjectArgs(
        title=one.title,
        description=one.description,
        timeline=one.timeline,
        content=one.content,
        adopt_id=one.adopt_id,
        on_delete=one.on_delete,
    )
    return EditingProject(f"{campaign}/{one.name}", args, opts)


def _job(campaign: str, one: expand.DeclaredVideo, project: EditingProject, opts: pulumi.ResourceOptions) -> ProduceJob:
    args = ProduceJobArgs(
        project=project,
        output=one.output,
        title=one.title,
        description=one.description,
        triggers=one.triggers,
        adopt_id=one.adopt_id,
        on_delete=one.on_delete,
    )
    # The job follows the whole project, not only its id: it renders what the project holds when it is submitted.
    return ProduceJob(f"{campaign}/{one.name}", args, pulumi.ResourceOptions.merge(opts, _after(project)))


def _task(campaign: str, one: expand.DeclaredEdit, opts: pulumi.ResourceOptions) -> VodEditTask:
    args = VodEditTaskArgs(
        inputs=[piece.model_dump() for piece in one.cut.inputs],
        settings=one.cut.settings,
        triggers=one.triggers,
        adopt_id=one.adopt_id,
        on_delete=one.on_delete,
    )
    return VodEditTask(f"{campaign}/{one.name}", args, opts)


def _after(project: EditingProject) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(depends_on=[project])


def _submitted(job: ProduceJob | VodEditTask) -> pulumi.Output[dict[str, str]]:
    """The ids of a submission, without those that this service does not give."""
    return pulumi.Output.all(**job.production).apply(_present)


def _present(ids: dict[str, str]) -> dict[str, str]:
    wanted = ("service", "project_id", "job_id", "media_id", "vod_media_id", "spec_hash")
    return {key: ids[key] for key in wanted if ids.get(key)}
