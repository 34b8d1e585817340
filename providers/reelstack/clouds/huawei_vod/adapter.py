"""Huawei Cloud VOD as `Edits`: our words in, our words out; the service's spelling stays behind the client."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit

from reelstack.clouds.base import job_or_none
from reelstack.clouds.huawei_vod import requests, shapes
from reelstack.clouds.huawei_vod.client import CLOUD, PAGE, HuaweiVodClient
from reelstack.errors import ConfigError, Fault, NotFound, Rejected, Unavailable
from reelstack.models.cut import Cut
from reelstack.models.production import Job, Listed, Media, Submitted
from reelstack.models.status import AssetStatus, EditTaskStatus, JobStatus, MediaStatus

# The two clocks may differ by so much, beyond it requests are refused.
SKEW = timedelta(minutes=15)

# A list that only hints is not walked further than this.
MOST_PAGES = 5

CODECS = {"h264": requests.H264, "h265": requests.H265}
OUR_WORDS = {"editing_settings": "settings", "timeline_start": "start", "timeline_end": "end", "video_codec": "codec"}

JOB_STATUS = {
    EditTaskStatus.WAITING: JobStatus.QUEUING,
    EditTaskStatus.PROCESSING: JobStatus.PROCESSING,
    EditTaskStatus.SUCCEED: JobStatus.SUCCESS,
    EditTaskStatus.FAILED: JobStatus.FAILED,
    EditTaskStatus.CANCEL: JobStatus.FAILED,
    EditTaskStatus.UNKNOWN: JobStatus.UNKNOWN,
}
# Of the words that say neither that it is ready nor that it failed. An asset that is to be transcoded is stored.
MEDIA_STATUS = {
    AssetStatus.CREATING: MediaStatus.UPLOADING,
    AssetStatus.OBS_CREATING: MediaStatus.UPLOADING,
    AssetStatus.WAITING_TRANSCODE: MediaStatus.PREPARING,
    AssetStatus.TRANSCODING: MediaStatus.PREPARING,
    AssetStatus.UPLOAD_FAILED: MediaStatus.UPLOAD_FAIL,
}
CANCELLED = "CANCEL"


class HuaweiCloud:
    """Editing tasks and their assets on Huawei Cloud VOD. Every method raises `CloudError`."""

    def __init__(self, client: HuaweiVodClient) -> None:
        self._client = client

    def submit_cut(self, cut: Cut) -> Submitted:
        """Submit one task; an unknown outcome is raised as `OutcomeUnknown` and never repeated."""
        new = new_task(cut)
        if found := new.faults(self._pictures(cut)):
            raise ConfigError.of([_ours(fault) for fault in found])
        answer = self._client.create_asset_edit_task(new)
        return Submitted(job_id=answer.task_id, media_id=answer.asset_id, request_id=answer.request_id)

    def _pictures(self, cut: Cut) -> Collection[str]:
        """The assets that have a picture, where that matters: a sound format is no place for one."""
        if cut.settings.format not in requests.AUDIO_FORMATS:
            return ()
        found = self.get_media({piece.asset_id for piece in cut.inputs})
        return [media_id for media_id, media in found.items() if media.width]

    def tasks_since(self, moment: datetime) -> Sequence[Job]:
        """Every task that was created since then, or that does not say when. Walks all pages: no order is promised."""
        tasks = self._client.list_asset_edit_tasks()
        return [_job(task) for task in tasks if task.create_time is None or task.create_time >= moment]

    def get_job(self, job_id: str) -> Job:
        """Look at a task by id; raises `NotFound`."""
        return _job(self._client.get_asset_edit_task(job_id))

    def recent_jobs(self, job_ids: Collection[str], since: datetime) -> Mapping[str, Job]:
        """Look for tasks in the list, a hundred a call, and stop when all are found or older ones follow."""
        missing = set(job_ids)
        found: dict[str, Job] = {}
        for task in self._newest(since - SKEW):
            if task.task_id in missing:
                found[task.task_id] = _job(task)
                missing.discard(task.task_id)
            if not missing:
                break
        return found

    def _newest(self, since: datetime) -> Iterator[shapes.EditTask]:
        """The first pages of the list, as far as a list that has the newest first would be of interest."""
        newer = False
        for task in islice(self._client.list_asset_edit_tasks(), MOST_PAGES * PAGE):
            older = task.create_time is not None and task.create_time < since
            if older and newer:
                return
            newer = newer or not older
            yield task

    def listed(self, since: datetime, _until: datetime) -> Iterator[Listed]:
        """The tasks since then, newest first. Walks all pages: no order is promised. They carry no mark."""
        oldest = datetime.min.replace(tzinfo=UTC)
        jobs = sorted(self.tasks_since(since), key=lambda job: job.created or oldest, reverse=True)
        return (Listed(job=job) for job in jobs)

    def get_media(self, media_ids: Collection[str]) -> Mapping[str, Media]:
        """Read assets by id; those that do not exist are absent."""
        infos = {info.asset_id: info for info in self._client.show_asset_meta(media_ids)}
        for media_id in set(media_ids) - set(infos):
            self._require_gone(media_id)
        return {media_id: _media(info) for media_id, info in infos.items() if not info.status.absent}

    def _require_gone(self, media_id: str) -> None:
        """An asset of which nothing was said is asked for by itself: taking it for gone would render it anew."""
        try:
            self._client.show_asset_detail(media_id, ["base_info"])
        except NotFound:
            return
        raise Unavailable(
            cloud=CLOUD,
            action="ShowAssetMeta",
            code="IncompleteAnswer",
            message=f"nothing was said of {media_id}",
            hint="Run again.",
        )

    def delete_media(self, media_ids: Collection[str]) -> None:
        """Delete assets with their files; raises `Rejected` that names those that cannot be deleted now."""
        self._client.delete_assets(media_ids)

    def cancel_job(self, job_id: str) -> bool:
        """Cancel a task that still waits; false for one in any other state."""
        try:
            self._client.delete_asset_edit_task(job_id)
        except NotFound:
            return False
        except Rejected:
            # Either it runs, or it was a repetition that was refused because the first one had worked.
            job = job_or_none(self, job_id)
            return job is not None and job.code == CANCELLED
        return True


def faults(cut: Cut) -> list[Fault]:
    """All that the service would refuse, found without asking it; paths are those of `Cut`."""
    return [_ours(fault) for fault in new_task(cut).faults()]


def new_task(cut: Cut) -> requests.NewEditTask:
    """The service's request for a cut."""
    given = cut.settings
    settings = requests.EditingSettings(
        resolution_adaptation=given.resolution_adaptation,
        resolution_upsample=given.resolution_upsample,
        format=given.format,
        width=given.width,
        height=given.height,
        reference=given.reference,
        video_codec=CODECS[given.codec] if given.codec else None,
    )
    pieces = tuple(
        requests.EditInput(asset_id=piece.asset_id, timeline_start=piece.start, timeline_end=piece.end)
        for piece in cut.inputs
    )
    return requests.NewEditTask(inputs=pieces, editing_settings=settings)


def _ours(fault: Fault) -> Fault:
    return Fault(fault.message, path=".".join(OUR_WORDS.get(part, part) for part in fault.path.split(".")))


def _job(task: shapes.EditTask) -> Job:
    cancelled = task.status is EditTaskStatus.CANCEL
    return Job(
        job_id=task.task_id,
        status=JOB_STATUS[task.status],
        media_id=task.asset_id,
        progress=task.progress,
        code=CANCELLED if cancelled else "",
        message="the task was cancelled" if cancelled else "",
        created=task.create_time,
        completed=task.end_time,
    )


def _media(info: shapes.AssetInfo) -> Media:
    facts = _facts(info)
    url = info.base_info.video_url or next((play.url for play in info.plays if play.url), "")
    return Media(
        media_id=info.asset_id,
        status=_media_status(info.status),
        title=info.base_info.title,
        url=_unsigned(url),
        duration=facts.seconds,
        width=facts.width,
        height=facts.height,
        size=facts.video_size,
    )


def _facts(info: shapes.AssetInfo) -> shapes.MetaData:
    """The file's facts; those of its first playable form where the asset itself has none."""
    told = (info.base_info.meta_data, *(play.meta_data for play in info.plays))
    return next((one for one in told if one.seconds is not None), info.base_info.meta_data)


def _media_status(status: AssetStatus) -> MediaStatus:
    if status.succeeded:
        return MediaStatus.NORMAL
    return MEDIA_STATUS.get(status, MediaStatus.PREPARE_FAIL if status.failed else MediaStatus.UNKNOWN)


def _unsigned(url: str) -> str:
    """A file's address without its signature, which expires."""
    return urlsplit(url)._replace(query="", fragment="").geturl()
