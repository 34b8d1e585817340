"""The official SDK of Alibaba VOD against the local cloud, over loopback, with both kinds of signature.

Every operation that the local cloud serves is called at least once; `test_every_operation_is_called` counts them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException, ThrottlingException
from alibabacloud_tea_openapi.utils_models import Config
from alibabacloud_vod20170321 import models
from alibabacloud_vod20170321.client import Client

from contract.sdk.serve import Served
from reelstack.emulator import remote
from reelstack.emulator.cloud import PERMANENT, TEMPORARY
from reelstack.emulator.render.synthesise import synthesise
from reelstack.emulator.vod import routes

CUT = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "clip0000000000000001", "In": 0, "Out": 4}]}]}
TIMELINE = json.dumps(CUT)
UNKNOWN = "fb2101bf24b4cb318787dc0000000001"


def client_of(local: Served, **config: str) -> Client:
    keys = {"access_key_id": PERMANENT.access_key_id, "access_key_secret": PERMANENT.access_key_secret}
    return Client(
        Config(**{"endpoint": local.endpoint, "protocol": "http", "region_id": "cn-shanghai", **keys, **config})
    )


@pytest.fixture(params=["ACS3-HMAC-SHA256", "v2"])
def client(local: Served, request: pytest.FixtureRequest) -> Client:
    """The SDK's client; `v2` is its name for the older signature."""
    return client_of(local, signature_algorithm=request.param)


def refused(call: Any, request: Any) -> tuple[int, str]:
    with pytest.raises(ClientException) as caught:
        call(request)
    return caught.value.status_code, caught.value.code


def added(client: Client, title: str = "Spring – 春", **more: str) -> str:
    request = models.AddEditingProjectRequest(title=title, **{"timeline": TIMELINE, **more})
    return str(client.add_editing_project(request).body.project.project_id)


def project(client: Client, project_id: str) -> Any:
    return client.get_editing_project(models.GetEditingProjectRequest(project_id=project_id)).body.project


def produced(client: Client, **given: Any) -> Any:
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
    return client.produce_editing_project_video(models.ProduceEditingProjectVideoRequest(**texts)).body


def video(client: Client, video_id: str) -> Any:
    return client.get_video_info(models.GetVideoInfoRequest(video_id=video_id)).body.video


def searched(client: Client, **given: Any) -> Any:
    return client.search_media(models.SearchMediaRequest(**given)).body


# Editing projects


def test_a_project_is_read_as_it_was_added(client: Client) -> None:
    request = models.AddEditingProjectRequest(title="Spring – 春", description="a&b=c +~*", timeline=TIMELINE)
    made = client.add_editing_project(request).body.project
    read = project(client, made.project_id)
    assert (made.status, made.title, made.description) == ("Normal", "Spring – 春", "a&b=c +~*")
    assert made.creation_time == made.modified_time == read.creation_time
    assert (read.status, read.title, read.description) == ("Normal", "Spring – 春", "a&b=c +~*")
    assert (json.loads(read.timeline), read.region_id) == (CUT, "cn-shanghai")


def test_what_was_added_does_not_echo_the_timeline(local: Served, client: Client) -> None:
    answer = client.add_editing_project(models.AddEditingProjectRequest(title="t", timeline=TIMELINE))
    assert not {"Timeline", "CoverURL"} & set(answer.to_map()["body"]["Project"])


def test_an_update_overwrites_what_is_given(client: Client) -> None:
    project_id = added(client, description="d")
    client.update_editing_project(models.UpdateEditingProjectRequest(project_id=project_id, title="Summer"))
    read = project(client, project_id)
    assert (read.title, read.description, json.loads(read.timeline)) == ("Summer", "d", CUT)


def test_a_deleted_project_is_not_found(client: Client) -> None:
    ids = [added(client), added(client)]
    client.delete_editing_project(models.DeleteEditingProjectRequest(project_ids=",".join([*ids, UNKNOWN])))
    for project_id in ids:
        request = models.GetEditingProjectRequest(project_id=project_id)
        assert refused(client.get_editing_project, request) == (404, "InvalidEditingProject.NotFound")


def test_projects_are_searched_page_by_page(client: Client) -> None:
    ids = [added(client, f"p{n}") for n in range(5)]
    found = []
    for number in (1, 2, 3):
        request = models.SearchEditingProjectRequest(page_no=number, page_size=2, sort_by="asc")
        page = client.search_editing_project(request).body
        assert page.total == 5
        found += page.project_list.project
    assert [each.project_id for each in found] == ids
    assert [each.duration for each in found] == [4.0] * 5


def test_materials_are_set_added_and_taken_away(client: Client) -> None:
    project_id = added(client)

    def ids() -> list[str]:
        request = models.GetEditingProjectMaterialsRequest(project_id=project_id)
        materials = client.get_editing_project_materials(request).body.material_list.material
        return [each.material_id for each in materials]

    assert ids() == ["clip0000000000000001"]
    client.set_editing_project_materials(
        models.SetEditingProjectMaterialsRequest(project_id=project_id, material_ids="a,b")
    )
    assert ids() == ["a", "b"]
    more = models.AddEditingProjectMaterialsRequest(project_id=project_id, material_ids="b,c", material_type="video")
    assert [each.material_id for each in client.add_editing_project_materials(more).body.material_list] == ["b", "c"]
    assert ids() == ["a", "b", "c"]
    less = models.DeleteEditingProjectMaterialsRequest(project_id=project_id, material_ids="a,x", material_type="video")
    client.delete_editing_project_materials(less)
    assert ids() == ["b", "c"]


# Productions and videos


def test_a_saved_project_is_produced(client: Client) -> None:
    project_id = added(client)
    answer = produced(client, project_id=project_id)
    assert (answer.project_id, project(client, project_id).status) == (project_id, "Produced")
    made = video(client, answer.media_id)
    assert (made.status, made.duration, made.title) == ("Normal", 4.0, "Spring – 春")
    assert made.snapshots.snapshot == []


def test_each_production_makes_another_video(client: Client) -> None:
    project_id = added(client)
    assert produced(client, project_id=project_id).media_id != produced(client, project_id=project_id).media_id


def test_a_timeline_alone_makes_a_project(client: Client) -> None:
    answer = produced(client, timeline=TIMELINE, title="Left over")
    read = project(client, answer.project_id)
    assert (read.title, json.loads(read.timeline), read.status) == ("Left over", CUT, "Produced")


def test_a_timeline_of_two_hundred_clips_fits_into_the_address(client: Client) -> None:
    clips = [{"MediaId": f"clip{n:028}", "In": 0, "Out": 1.5, "Effects": []} for n in range(200)]
    cut = {"VideoTracks": [{"VideoTrackClips": clips}]}
    answer = produced(client, timeline=cut)
    assert json.loads(project(client, answer.project_id).timeline) == cut
    assert video(client, answer.media_id).duration == 300.0


def test_the_metadata_are_the_videos(client: Client) -> None:
    answer = produced(
        client,
        timeline=TIMELINE,
        media_metadata={"Title": "Teaser", "Description": "d", "Tags": "a,b", "CateId": 7, "ReferenceId": "spring-1"},
        produce_config={"TemplateGroupId": "t1", "Width": 640, "Height": 360},
        user_data={"Extend": {"k": "v"}},
        app_id="app-2",
    )
    request = models.GetVideoInfoRequest(reference_id="spring-1")
    made = client.get_video_info(request).body.video
    assert (made.video_id, made.title, made.description) == (answer.media_id, "Teaser", "d")
    assert (made.tags, made.cate_id, made.template_group_id, made.app_id) == ("a,b", 7, "t1", "app-2")
    assert json.loads(made.user_data) == {"Extend": {"k": "v"}}


def test_videos_are_read_in_batches(client: Client) -> None:
    ids = [produced(client, timeline=TIMELINE).media_id for _ in range(2)]
    answer = client.get_video_infos(models.GetVideoInfosRequest(video_ids=",".join([*ids, UNKNOWN]))).body
    assert [each.video_id for each in answer.video_list] == ids
    assert (answer.non_exist_video_ids, answer.non_exist_reference_ids) == ([UNKNOWN], [])
    assert answer.video_list[0].snapshots == []


def test_a_deletion_of_success_hides_refusals(local: Served, client: Client) -> None:
    ids = [produced(client, timeline=TIMELINE).media_id for _ in range(2)]
    local.go_wrong(kind="forbid", action="DeleteVideo")
    answer = client.delete_video(models.DeleteVideoRequest(video_ids=",".join([*ids, UNKNOWN]))).body
    assert (answer.forbidden_video_ids, answer.non_exist_video_ids) == (ids[:1], [UNKNOWN])
    assert refused(client.get_video_info, models.GetVideoInfoRequest(video_id=ids[1])) == (404, "InvalidVideo.NotFound")
    assert video(client, ids[0]).status == "Normal"


def test_media_are_searched_on_and_on(local: Served, client: Client) -> None:
    local.set(index_seconds=0.0)
    ids = [produced(client, timeline=TIMELINE, media_metadata={"Tags": f"t{n % 2}"}).media_id for n in range(5)]
    query = {"match": "MediaSource = 'editing'", "sort_by": "CreationTime:Asc", "page_size": 2, "fields": "Tags"}
    found, token = [], None
    while (page := searched(client, scroll_token=token, **query)).media_list:
        assert page.total == 5
        assert len(page.scroll_token) == 32
        found += page.media_list
        token = page.scroll_token
    assert [each.media_id for each in found] == ids
    assert [each.video.tags for each in found] == ["t0", "t1", "t0", "t1", "t0"]
    tagged = searched(client, match="Tags = 't1' and Status in ('Normal')")
    assert tagged.total == 2
    assert tagged.media_list[0].video.tags is None


def test_a_file_of_the_users_is_a_material(local: Served, client: Client, tmp_path: Path) -> None:
    path = tmp_path / "own.png"
    synthesise(path, kind="image", label="own", duration=0, width=192, height=128)
    remote.add_media(local.url, path, "own-picture", "Own")
    cut = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "own-picture", "Type": "Image", "Duration": 2}]}]}
    answer = produced(client, timeline=cut)
    request = models.GetEditingProjectMaterialsRequest(project_id=answer.project_id, material_type="image")
    material = client.get_editing_project_materials(request).body.material_list.material[0]
    assert (material.material_id, material.title, material.status) == ("own-picture", "Own", "Normal")
    local.set(index_seconds=0.0)
    hit = searched(client, search_type="image", match="ImageId = 'own-picture'", fields="Title").media_list[0]
    assert (hit.media_type, hit.image.image_id, hit.image.title) == ("image", "own-picture", "Own")


# Trouble


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "MissingParameter"),
        ({"project_id": UNKNOWN}, "InvalidEditingProject.NotFound"),
        ({"timeline": {"VideoTracks": []}}, "InvalidParameter"),
        ({"timeline": {"VideoTracks": [{"VideoTrackClips": [{"MediaURL": "https://a/b.mp4"}]}]}}, "InvalidParameter"),
        ({"timeline": TIMELINE, "user_data": {"k": "v" * 256}}, "InvalidParameter"),
        ({"timeline": TIMELINE, "produce_config": {"Width": 127}}, "InvalidParameter"),
    ],
)
def test_a_faulty_production_is_refused_and_makes_nothing(
    local: Served, client: Client, given: dict[str, Any], expected: str
) -> None:
    with pytest.raises(ClientException) as caught:
        produced(client, **given)
    assert caught.value.code == expected
    assert local.cloud.vod.media.count() == local.cloud.vod.projects.count() == 0


def test_a_failed_production_gives_no_reason(local: Served, client: Client) -> None:
    local.go_wrong(kind="fail_job", code="InvalidMaterial.NotFound", message="the secret reason")
    answer = produced(client, timeline=TIMELINE)
    read = client.get_editing_project(models.GetEditingProjectRequest(project_id=answer.project_id))
    assert read.body.project.status == "ProduceFailed"
    look = client.get_video_info(models.GetVideoInfoRequest(video_id=answer.media_id))
    assert look.body.video.status == "Uploading"
    assert "secret reason" not in str(read.to_map()) + str(look.to_map())


def test_an_unknown_video_is_not_found_alone_and_listed_in_a_batch(client: Client) -> None:
    assert refused(client.get_video_info, models.GetVideoInfoRequest(video_id=UNKNOWN)) == (
        404,
        "InvalidVideo.NotFound",
    )
    assert refused(client.delete_video, models.DeleteVideoRequest(video_ids=UNKNOWN)) == (404, "InvalidVideo.NotFound")
    answer = client.get_video_infos(models.GetVideoInfosRequest(reference_ids="nobody")).body
    assert (answer.video_list, answer.non_exist_reference_ids) == ([], ["nobody"])


def test_more_than_twenty_ids_are_too_many(client: Client) -> None:
    request = models.GetVideoInfosRequest(video_ids=",".join(f"v{n}" for n in range(21)))
    assert refused(client.get_video_infos, request) == (400, "InvalidParameter")


def test_wrong_keys_are_refused(local: Served) -> None:
    request = models.SearchEditingProjectRequest()
    wrong = client_of(local, access_key_secret="wrong")
    assert refused(wrong.search_editing_project, request) == (400, "SignatureDoesNotMatch")
    old = client_of(local, access_key_secret="wrong", signature_algorithm="v2")
    assert refused(old.search_editing_project, request) == (400, "SignatureDoesNotMatch")
    nobody = client_of(local, access_key_id="LTAI5tSomebodyElse")
    assert refused(nobody.search_editing_project, request) == (404, "InvalidAccessKeyId.NotFound")


@pytest.mark.parametrize("signature", ["ACS3-HMAC-SHA256", "v2"])
def test_temporary_keys_are_good_with_their_token(local: Served, signature: str) -> None:
    keys = {"access_key_id": TEMPORARY.access_key_id, "access_key_secret": TEMPORARY.access_key_secret}
    client = client_of(local, **keys, security_token=TEMPORARY.security_token, signature_algorithm=signature)
    assert client.search_editing_project(models.SearchEditingProjectRequest()).body.total == 0
    bare = client_of(local, **keys, signature_algorithm=signature)
    with pytest.raises(ClientException) as caught:
        bare.search_editing_project(models.SearchEditingProjectRequest())
    assert caught.value.code == "MissingSecurityToken"


def test_a_throttled_request_says_how_long_to_wait(local: Served, client: Client) -> None:
    local.go_wrong(kind="throttle", action="SearchMedia", retry_after=1500)
    with pytest.raises(ThrottlingException) as caught:
        searched(client)
    assert (caught.value.code, caught.value.retry_after) == ("Throttling.User", 1500)


def test_a_failing_server_is_told_from_a_refusal(local: Served, client: Client) -> None:
    local.go_wrong(kind="error", action="SearchMedia")
    with pytest.raises(ServerException) as caught:
        searched(client)
    assert (caught.value.status_code, caught.value.code) == (503, "ServiceUnAvailable")


def test_every_operation_is_called() -> None:
    text = Path(__file__).read_text()
    for action in routes.ACTIONS:
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()
        assert callable(getattr(Client, method))
        assert f"client.{method}(" in text, f"{action} is not called here"
