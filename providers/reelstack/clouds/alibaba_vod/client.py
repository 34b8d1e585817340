"""The service's operations, one short method each. Says what may be repeated; decides nothing else.

Every method raises `CloudError`. Batches are cut to what the service takes at a time, lists are walked page by page
as they are consumed. An answer of success can hide refusals: they are looked for and raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reelstack.clouds.alibaba_vod import requests, shapes
from reelstack.clouds.alibaba_vod.production import NewProduction
from reelstack.clouds.rpc import BATCH, RpcClient, turned
from reelstack.errors import ConfigError, Denied, NotFound
from reelstack.wire.answers import chunks
from reelstack.wire.parameters import text
from reelstack.wire.transport import Transport

CLOUD = "alibaba-vod"
VERSION = "2017-03-21"


class VodClient(RpcClient):
    """Speaks to the service of one region through a transport that knows its address and signs."""

    cloud = CLOUD
    version = VERSION

    def __init__(self, transport: Transport, region: str) -> None:
        super().__init__(transport)
        self._region = region

    # Editing projects

    def add_editing_project(self, new: requests.NewProject) -> shapes.Project:
        """Create a project. Never repeated by itself: after `OutcomeUnknown` search for it before trying anew."""
        action = "AddEditingProject"
        payload = self._call(action, new, idempotent=False)
        return self._part(shapes.Project, action, payload, "Project", idempotent=False)

    def get_editing_project(self, project_id: str) -> shapes.Project:
        """Read a project; raises `NotFound`."""
        action = "GetEditingProject"
        return self._part(shapes.Project, action, self._call(action, {"ProjectId": project_id}), "Project")

    def update_editing_project(self, project_id: str, change: requests.ProjectChange) -> None:
        """Overwrite the given fields of a project; the others stay as they are."""
        self._call("UpdateEditingProject", {"ProjectId": project_id, **change.query()}, form=change.form())

    def delete_editing_project(self, project_ids: Iterable[str]) -> None:
        """Delete projects. Those that are gone already are a success; their videos stay."""
        self._delete_projects("DeleteEditingProject", project_ids)

    def search_editing_project(self, search: requests.ProjectSearch | None = None) -> Iterator[shapes.Project]:
        """Projects without their timelines. One that moves between pages meanwhile may be missing, never twice."""
        action, search = "SearchEditingProject", search or requests.ProjectSearch()

        def page_of(number: int) -> tuple[shapes.Project, ...]:
            payload = self._call(action, {**search.query(), "PageNo": str(number)})
            return self._read(shapes.ProjectPage, action, payload).items

        yield from turned(page_of, lambda project: project.project_id, search.page_size)

    def set_editing_project_materials(self, project_id: str, material_ids: Iterable[str]) -> None:
        """Make these the materials of a project, instead of those that it has."""
        ids = tuple(dict.fromkeys(material_ids))
        self._call("SetEditingProjectMaterials", {"ProjectId": project_id, "MaterialIds": text(ids)})

    def get_editing_project_materials(
        self, project_id: str, material_type: str | None = None
    ) -> tuple[shapes.Material, ...]:
        """The materials of a project, all or those of a type: video, audio, image."""
        action = "GetEditingProjectMaterials"
        kind = {"MaterialType": material_type} if material_type else {}
        return self._read(shapes.Materials, action, self._call(action, {"ProjectId": project_id, **kind})).materials

    # Productions

    def produce_editing_project_video(self, new: NewProduction) -> shapes.Produced:
        """Submit a billable production; raises ConfigError for one that the service would refuse.

        Never repeated by itself: after `OutcomeUnknown` look at the project, or search for the video.
        """
        if faults := new.faults(self._region):
            raise ConfigError.of(faults)
        action = "ProduceEditingProjectVideo"
        return self._read(shapes.Produced, action, self._call(action, new, idempotent=False), idempotent=False)

    # Videos

    def get_video_info(self, look: requests.VideoLook) -> shapes.Video:
        """Read a video; raises `NotFound`."""
        action = "GetVideoInfo"
        return self._part(shapes.Video, action, self._call(action, look), "Video")

    def get_video_infos(self, ids: Iterable[str], *, references: bool = False) -> shapes.VideoBatch:
        """Read several videos by their ids, or by the user's own `references`; what is missing is told."""
        found = [batch for some in chunks(ids, BATCH) for batch in self._video_infos(some, references=references)]
        return shapes.VideoBatch(
            videos=tuple(video for batch in found for video in batch.videos),
            missing=tuple(one for batch in found for one in batch.missing),
            missing_references=tuple(one for batch in found for one in batch.missing_references),
        )

    def delete_video(self, ids: Iterable[str], *, references: bool = False) -> tuple[str, ...]:
        """Delete videos with all their files, for ever, and return the ids that were gone already.

        Raises `Denied` that names what may not be deleted, after all the others were.
        """
        found = [done for some in chunks(ids, BATCH) for done in self._delete_videos(some, references=references)]
        if forbidden := [deleted for deleted in found if deleted.forbidden]:
            raise _forbidden(forbidden)
        return tuple(one for deleted in found for one in (*deleted.missing, *deleted.missing_references))

    def search_media(self, search: requests.MediaSearch | None = None) -> Iterator[shapes.FoundMedia]:
        """Media, newest first. The index lags behind: not found is no proof that there is none."""
        action, search = "SearchMedia", search or requests.MediaSearch()
        query = search.query()

        def page_of(number: int) -> tuple[shapes.FoundMedia, ...]:
            page = self._read(shapes.MediaPage, action, self._call(action, {**query, "PageNo": str(number)}))
            if page.scroll_token:
                query["ScrollToken"] = page.scroll_token
            return page.items

        yield from turned(page_of, lambda media: media.media_id, search.page_size)

    # Below: how a call is made and read

    def _video_infos(self, ids: tuple[str, ...], *, references: bool) -> Iterator[shapes.VideoBatch]:
        action = "GetVideoInfos"
        try:
            yield self._read(shapes.VideoBatch, action, self._call(action, _named(ids, references=references)))
        except NotFound:
            # The answer does not say which: of a single one it can only be that.
            if len(ids) == 1:
                yield shapes.VideoBatch(missing_references=ids) if references else shapes.VideoBatch(missing=ids)
            else:
                for one in ids:
                    yield from self._video_infos((one,), references=references)

    def _delete_videos(self, ids: tuple[str, ...], *, references: bool) -> Iterator[shapes.Deleted]:
        action = "DeleteVideo"
        try:
            yield self._read(shapes.Deleted, action, self._call(action, _named(ids, references=references)))
        except NotFound:
            if len(ids) == 1:
                yield shapes.Deleted(missing=ids)
            else:
                for one in ids:
                    yield from self._delete_videos((one,), references=references)


def _named(ids: tuple[str, ...], *, references: bool) -> dict[str, str]:
    return {"ReferenceIds" if references else "VideoIds": text(ids)}


def _forbidden(refusals: list[shapes.Deleted]) -> Denied:
    ids = [one for deleted in refusals for one in deleted.forbidden]
    return Denied(
        cloud=CLOUD,
        action="DeleteVideo",
        code="ForbiddenVideoIds",
        message=f"no permission to delete {', '.join(ids)}",
        request_id=refusals[0].request_id,
        status=200,
        hint="Allow vod:DeleteVideo on these videos.",
    )
