"""Producing jobs: submit, read, list. There is no cancel and no delete in this API."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from reelstack.emulator import timeline
from reelstack.emulator.errors import invalid
from reelstack.emulator.ims import answers, extras, live, projects, submission, supply, templates
from reelstack.emulator.ims.errors import resource_not_found, token_mismatch
from reelstack.emulator.ims.paging import newest_first, page, select
from reelstack.emulator.ims.state import Answered, Desk, Job, Project, cover_of
from reelstack.emulator.ledger import Order
from reelstack.emulator.lifecycle import Production
from reelstack.emulator.params import Params

Shape = dict[str, Any]

ROOM = "ims"
TOKEN_LIFE = timedelta(hours=24)
RECORD_LIFE = timedelta(days=365)
LIST_SPAN = timedelta(days=30)
_CONTENT = ("ProjectId", "Timeline", "TemplateId")
_NOT_HERE = "[local cloud] {} can be declared here, but not produced: nothing was rendered."


def submit(desk: Desk, params: Params) -> Shape:
    """SubmitMediaProducingJob. With a client token the same request is answered the same, for 24 hours."""
    token = params.text("ClientToken")
    if len(token) > 64 or not token.isascii():
        raise invalid("ClientToken", "it is longer than 64 characters, or not ASCII")
    digest = _digest(params)
    before = desk.tokens.get(token) if token else None
    if before and desk.clock.now() - datetime.fromisoformat(before.created) < TOKEN_LIFE:
        if before.digest != digest:
            raise token_mismatch()
        return dict(before.answer)
    answer = _submit(desk, params)
    if token:
        desk.tokens.put(token, Answered(digest, desk.now(), answer))
    return dict(answer)


def _digest(params: Params) -> str:
    content = {name: value for name, value in params.values.items() if name != "ClientToken"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Content:
    """What is to be produced: the project that holds it, and its timeline. `doom` says why nothing can be made of it
    here, as (code, message); the timeline is empty then.
    """

    project: Project
    timeline: dict[str, Any]
    doom: tuple[str, ...] = ()


def _submit(desk: Desk, params: Params) -> dict[str, str]:
    params.required("OutputMediaConfig")
    config = submission.output(params.json_object("OutputMediaConfig"))
    target = submission.target(desk, params, config)
    metadata = extras.media_metadata(params)
    asked = extras.produce_config(params)
    extras.user_data(params)
    params.text("Source")  # the documents themselves spell it in two ways: nothing to check it against
    content = _content(desk, params)
    uses = [] if content.doom else timeline.check(content.timeline)
    supply.check_addresses(desk, content.timeline)
    found = supply.materials(desk, uses)
    cover_url = asked.cover_url or str(metadata.get("CoverURL") or "")
    job = replace(_job(desk, params, content, target), media_metadata=metadata, cover_url=cover_url)
    desk.jobs.put(job.id, job, tag=job.media_id)
    desk.put_project(replace(content.project, status="Producing", error_code="", error_message=""))
    length = timeline.length(content.timeline, found.durations, desk.settings.source_seconds)
    desk.lifecycle.submit(
        Production(
            id=job.id,
            room=ROOM,
            pace=desk.settings.pace,
            object=job.object,
            timeline=content.timeline,
            output=submission.rendered_settings(config),
            materials=found.objects,
            expected=submission.expected(config, length),
            created=job.created,
            doom=_asked_doom(desk) or content.doom or found.doom,
            notes=(*target.notes, *asked.notes),
            cover="" if job.cover_url else str(cover_of(job.media_id)),
            cover_at=asked.cover_at,
        ),
        Order(job.project_id, params.text("ClientToken"), job.user_data),
    )
    answer = {"ProjectId": job.project_id, "JobId": job.id, "MediaId": job.media_id}
    return answer | ({"VodMediaId": job.vod_media_id} if job.vod_media_id else {})


def _job(desk: Desk, params: Params, content: Content, target: submission.Target) -> Job:
    project = content.project
    return Job(
        id=desk.ids.hex32(),
        project_id=project.id,
        media_id=desk.ids.hex32(),
        vod_media_id=target.vod_media_id,
        media_url=target.url,
        object=str(target.name),
        created=desk.now(),
        # A template's job shows the timeline that was made of it.
        timeline=json.dumps(content.timeline, ensure_ascii=False) if project.template_id else project.timeline,
        template_id=project.template_id,
        template_type=project.template_type,
        clips_param=project.clips_param,
        project_type=project.project_type,
        user_data=params.text("UserData"),
    )


def _content(desk: Desk, params: Params) -> Content:
    given = [name for name in _CONTENT if params.text(name)]
    if len(given) != 1:
        raise invalid(given[1] if given else "ProjectId", "exactly one of ProjectId, Timeline and TemplateId is needed")
    project = projects.find(desk, params) if given == ["ProjectId"] else projects.implicit(desk, params)
    if project.project_type == live.LIVE:
        return Content(project, {}, ("InvalidParameter", _NOT_HERE.format("a live stream editing project")))
    if project.template_type == templates.ADVANCED:
        return Content(project, {}, ("InvalidParameter", _NOT_HERE.format("an advanced template (VETemplate)")))
    if project.template_id:
        template = templates.find(desk, project.template_id)
        return Content(project, templates.timeline_of(template, project.clips_param))
    return Content(project, Params({"Timeline": project.timeline}).json_object("Timeline"))


def _asked_doom(desk: Desk) -> tuple[str, ...]:
    asked = desk.faults.take("fail_job", "SubmitMediaProducingJob")
    if asked is None:
        return ()
    code = asked.code or "InvalidParameter.ResourceContentBad"
    return (code, asked.message or "The job was made to fail by the control room.")


def read(desk: Desk, params: Params) -> Shape:
    """GetMediaProducingJob. A record is kept for a year."""
    key = params.required("JobId")
    job = desk.jobs.get(key)
    production = desk.lifecycle.look(key) if job and not _expired(desk, job) else None
    if job is None or production is None:
        raise resource_not_found("job", key)
    return {"MediaProducingJob": answers.job_read(job, production)}


def _expired(desk: Desk, job: Job) -> bool:
    return job.expired or desk.clock.now() - datetime.fromisoformat(job.created) > RECORD_LIFE


def list_all(desk: Desk, params: Params) -> Shape:
    """ListMediaProducingJobs: by token. Each job in the answer has been looked at."""
    size = params.integer("MaxResults", 10, 1, 100)
    status = params.choice("Status", ("Init", "Queuing", "Processing", "Success", "Failed"))
    job_type = params.choice("JobType", ("EditingJob", "LiveEditingJob", "VETemplateJob"))
    keyword, project_id, master = params.text("Keyword"), params.text("ProjectId"), params.text("MasterJobId")
    start, end = params.moment("StartTime"), params.moment("EndTime")
    if start and (end or desk.clock.now()) - start > LIST_SPAN:
        raise invalid("StartTime", "the range of time is longer than 30 days")

    def wanted(job: Job) -> bool:
        production = desk.lifecycle.get(job.id)
        return (
            production is not None
            and not _expired(desk, job)
            and not master  # nothing here is part of a batch
            and status in ("", production.status)
            and job_type in ("", _type(job))
            and keyword in ("", job.id)
            and project_id in ("", job.project_id)
        )

    found, token = page(select(desk, params, desk.jobs, wanted, descending=newest_first(params)), size)
    shown = [(job, desk.lifecycle.look(job.id)) for job in found]
    return {
        "MaxResults": str(size),
        "NextToken": token,
        "MediaProducingJobList": [answers.job_in_list(job, production) for job, production in shown if production],
    }


def _type(job: Job) -> str:
    if job.project_type == live.LIVE:
        return "LiveEditingJob"
    return "VETemplateJob" if job.template_type == templates.ADVANCED else "EditingJob"


def expire(desk: Desk, key: str) -> None:
    """Forget a job's record, as the cloud does after a year. Raises the service's error when there is no such job."""
    job = desk.jobs.get(key)
    if job is None:
        raise resource_not_found("job", key)
    desk.jobs.put(job.id, replace(job, expired=True), tag=job.media_id)
