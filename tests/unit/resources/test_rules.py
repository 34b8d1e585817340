"""What is refused before any call: for each rule the message, at the path of the property that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime import rpc

from reelstack.models.base import Model
from reelstack.resources import bridge
from reelstack.resources.production_inputs import ProduceJobInputs
from reelstack.resources.project_inputs import EditingProjectInputs

Props = dict[str, Any]

BUCKET = "https://films.oss-cn-shanghai.aliyuncs.com"
CLIP = {"MediaId": "m1"}
AT = "timeline.VideoTracks[0].VideoTrackClips"
KEY = {"env": "BUCKET_KEY"}
S3 = {"endpoint": "https://s3.example.com", "bucket": "b", "access_key_id": KEY, "access_key_secret": KEY}
TEMPLATE = {"template_id": "t1", "template_type": "Timeline", "clips_param": {}}


def timeline(*clips: Props) -> Props:
    return {"VideoTracks": [{"VideoTrackClips": list(clips)}]}


def tracks(name: str, count: int) -> Props:
    return {**timeline(CLIP), name: [{}] * count}


COMMON = {"name": "spring/teaser", "stack_id": "5tack", "region": "cn-shanghai"}
JOB = {
    "ims": {**COMMON, "service": "ims", "spec_hash": "c0ffee", "project_id": "p1", "location": f"{BUCKET}/spring"},
    "vod": {**COMMON, "service": "vod", "spec_hash": "c0ffee", "project_id": "p1"},
}
PROJECT = {service: {**COMMON, "service": service, "title": "Teaser"} for service in JOB}


def faults(model: type[Model], props: Props) -> dict[str, str]:
    given = {key: value for key, value in props.items() if value is not None}
    return {fault.property: fault.reason for fault in bridge.check(model, given)}


def of_job(service: str = "ims", **changed: Any) -> dict[str, str]:
    return faults(ProduceJobInputs, {**JOB[service], **changed})


def of_project(service: str = "ims", **changed: Any) -> dict[str, str]:
    return faults(EditingProjectInputs, {**PROJECT[service], **changed})


def test_what_is_right_has_no_fault() -> None:
    assert of_job() == of_job("vod") == of_project() == of_project("vod") == {}


# ── where it comes from ──


@pytest.mark.parametrize(
    ("changed", "path", "said"),
    [
        ({"project_id": None}, "project_id", "give exactly one of project_id, timeline and template_id, not none"),
        ({"timeline": timeline(CLIP)}, "timeline", "template_id, not project_id and timeline"),
        ({"project_id": None, "template_id": "t1"}, "clips_param", "a template needs clips_param, its materials"),
        ({"clips_param": {}}, "clips_param", "these are the materials of a template, but there is no template_id"),
        ({"project_metadata": {"title": "t"}}, "project_metadata", "it would overwrite the project"),
    ],
)
def test_a_production_has_one_source(changed: Props, path: str, said: str) -> None:
    found = of_job(**changed)
    assert list(found) == [path]
    assert said in found[path]


@pytest.mark.parametrize(
    ("changed", "path", "said"),
    [
        ({"timeline": {}, **TEMPLATE}, "template_id", "give a timeline or a template_id, not both"),
        ({**TEMPLATE, "clips_param": None}, "clips_param", "a template needs clips_param, its materials"),
        ({"clips_param": {}}, "clips_param", "these are the materials of a template, but there is no template_id"),
        ({**TEMPLATE, "template_type": None}, "template_type", "needs it: Timeline or VETemplate"),
        ({"template_type": "VETemplate"}, "template_type", "there is no template_id"),
        ({**TEMPLATE, "template_type": "Film"}, "template_type", "Input should be 'Timeline' or 'VETemplate'"),
        ({"title": ""}, "title", "String should have at least 1 character"),
    ],
)
def test_a_project_has_a_timeline_or_a_template(changed: Props, path: str, said: str) -> None:
    found = of_project(**changed)
    assert list(found) == [path]
    assert said in found[path]


# ── timelines: the same rules for projects and productions ──


@pytest.mark.parametrize("name", ["VideoTracks", "ImageTracks", "SubtitleTracks"])
@pytest.mark.parametrize("service", ["ims", "vod"])
def test_a_hundred_tracks_of_a_kind_and_no_more(name: str, service: str) -> None:
    kind = name.removesuffix("Tracks").lower()
    said = {f"timeline.{name}": f"at most 100 {kind} tracks, not 101"}
    assert of_project(service, timeline=tracks(name, 100)) == {}
    assert of_project(service, timeline=tracks(name, 101)) == said
    assert said.items() <= of_job(service, project_id=None, timeline=tracks(name, 101)).items()


def test_two_hundred_materials_on_vod_and_as_many_as_one_likes_on_ims() -> None:
    many = timeline(*({"MediaId": f"m{number}"} for number in range(201)))
    assert of_project("vod", timeline=many) == {"timeline": "at most 200 materials, not 201"}
    assert of_project("ims", timeline=many) == {}


@pytest.mark.parametrize(
    ("clip", "key", "said"),
    [
        ({}, "MediaId", "the clip names no material"),
        ({**CLIP, "MediaURL": f"{BUCKET}/a.mp4"}, "MediaURL", "give a media id or a URL, not both"),
        ({"MediaURL": "https://cdn.example.com/a.mp4"}, "MediaURL", "takes no external and no CDN address"),
        ({"MediaURL": "https://b.oss-accelerate.aliyuncs.com/a.mp4"}, "MediaURL", "is not an OSS object URL"),
        ({"MediaUrl": "https://b.oss-cn-beijing.aliyuncs.com/a.mp4"}, "MediaUrl", "lies in cn-beijing"),
        ({**CLIP, "MaskVideoUrl": "file:///etc/passwd"}, "MaskVideoUrl", "is not an OSS object URL"),
        ({**CLIP, "Effects": [{"ImageUrl": "http://x/a.png"}]}, "Effects[0].ImageUrl", "is not an OSS object URL"),
        ({**CLIP, "In": 4, "Out": 4.0}, "Out", "Out must be after In (4), not at 4"),
    ],
)
def test_a_clip_names_one_material_that_the_service_can_read(clip: Props, key: str, said: str) -> None:
    found = of_project(timeline=timeline(CLIP, clip))
    assert list(found) == [f"{AT}[1].{key}"]
    assert said in found[f"{AT}[1].{key}"]


@pytest.mark.parametrize("clip", [{}, {"MediaURL": f"{BUCKET}/a.mp4"}])
def test_on_vod_every_video_clip_has_a_media_id(clip: Props) -> None:
    said = {f"{AT}[0].MediaId": "every video clip needs a media id; VOD takes no URLs"}
    assert of_project("vod", timeline=timeline(clip)) == said


def test_on_vod_sound_has_a_media_id_too() -> None:
    sound = {"AudioTracks": [{"AudioTrackClips": [{"MediaURL": f"{BUCKET}/a.mp3"}]}]}
    (path,) = of_project("vod", timeline={**timeline(CLIP), **sound})
    assert path == "timeline.AudioTracks[0].AudioTrackClips[0].MediaURL"


def test_an_empty_timeline_may_be_kept_and_not_produced() -> None:
    assert of_project(timeline={}) == {}
    said = "it has neither video nor audio tracks, so there is nothing to produce"
    assert of_job(project_id=None, timeline={}) == {"timeline": said}


def test_what_nobody_here_knows_of_a_timeline_is_no_fault() -> None:
    odd = {"FECanvas": {"Width": 800}, "VideoTracks": [{"Id": 3, "VideoTrackClips": [{**CLIP, "CoverURL": "data:x"}]}]}
    assert of_project(timeline=odd) == {}


@pytest.mark.parametrize("odd", [{"VideoTracks": 7}, {"VideoTracks": [7]}, {"AudioTracks": [{"AudioTrackClips": "x"}]}])
def test_a_timeline_of_odd_types_breaks_nothing(odd: Props) -> None:
    assert isinstance(of_project(timeline=odd), dict)


# ── live projects and materials ──


LIVE = {
    "project_type": "LiveEditingProject",
    "business_config": {"output_media_config": {"storage_location": "films.oss-cn-shanghai.aliyuncs.com"}},
}


def live(**changed: Any) -> Props:
    config = {**LIVE["business_config"], **changed}  # type: ignore[dict-item]
    return {**LIVE, "business_config": config}


@pytest.mark.parametrize(
    ("changed", "path", "said"),
    [
        ({"project_type": "LiveEditingProject"}, "business_config", "a LiveEditingProject needs it"),
        (
            {**LIVE, "business_config": {"output_media_config": {}}},
            "business_config.output_media_config.storage_location",
            "Field required",
        ),
        ({**LIVE, "project_type": None}, "business_config", "it belongs to a LiveEditingProject"),
        ({"business_status": "Reserving"}, "business_status", "it belongs to a LiveEditingProject"),
        ({**LIVE, "business_status": "BroadCasting"}, "business_status", "'Reserving' or 'ReservationCanceled'"),
        (
            live(output_media_config={"storage_location": "http://films.oss-cn-shanghai.aliyuncs.com"}),
            "business_config.output_media_config.storage_location",
            "write the storage location without http://",
        ),
        (
            live(output_media_config={"storage_location": "films.oss-cn-beijing.aliyuncs.com"}),
            "business_config.output_media_config.storage_location",
            "lies in cn-beijing",
        ),
        (
            live(output_media_target="vod-media", output_media_config={"storage_location": "b", "path": "p"}),
            "business_config.output_media_config.path",
            "it has no effect with the target vod-media",
        ),
        (live(output_media_target="S3"), "business_config.output_media_target", "'oss-object' or 'vod-media'"),
        (live(reservation_time="tomorrow"), "business_config.reservation_time", "write the time in UTC"),
        (live(storage_location="b"), "business_config.storage_location", "unknown key; there are output_media_config"),
    ],
)
def test_a_live_project_says_where_its_clips_are_stored(changed: Props, path: str, said: str) -> None:
    found = of_project(**changed)
    assert list(found) == [path]
    assert said in found[path]


def test_a_live_project_may_be_reserved() -> None:
    assert of_project(**live(reservation_time="2026-06-21T08:05:00Z"), business_status="ReservationCanceled") == {}


@pytest.mark.parametrize("kind", ["video", "audio", "image", "editing_projects"])
def test_ten_materials_of_a_kind_and_no_more(kind: str) -> None:
    ids = [f"m{number}" for number in range(11)]
    assert of_project(material_maps={kind: ids[:10]}) == {}
    assert of_project(material_maps={kind: ids}) == {f"material_maps.{kind}": "at most 10 of one kind, not 11"}


def test_vod_counts_the_materials_of_all_kinds_together() -> None:
    ids = [f"m{number}" for number in range(201)]
    assert of_project("vod", material_maps={"video": ids[:150], "image": ids[150:200]}) == {}
    said = {"material_maps": "at most 200 materials, not 201"}
    assert of_project("vod", material_maps={"video": ids[:150], "image": ids[150:]}) == said


# ── output ──


@pytest.mark.parametrize(
    ("output", "path", "said"),
    [
        ({"width": 127}, "width", "greater than or equal to 128"),
        ({"height": 4097}, "height", "less than or equal to 4096"),
        ({"width": 4096, "height": 2161}, "width", "4096x2161: the shorter side is at most 2160 pixels"),
        ({"bitrate": 5001}, "bitrate", "less than or equal to 5000"),
        ({"widht": 640}, "widht", "unknown key; did you mean 'width'?"),
        ({"Width": 640}, "Width", "unknown key; did you mean 'width'?"),
    ],
)
@pytest.mark.parametrize("service", ["ims", "vod"])
def test_the_picture_keeps_to_the_limits(service: str, output: Props, path: str, said: str) -> None:
    found = of_job(service, output=output)
    assert list(found) == [f"output.{path}"]
    assert said in found[f"output.{path}"]


@pytest.mark.parametrize(
    ("changed", "path", "said"),
    [
        ({"location": None}, "location", "say where videos go"),
        ({"location": "ftp://nowhere"}, "location", "is not an OSS object URL"),
        ({"location": "https://b.oss-cn-beijing.aliyuncs.com/x"}, "location", "lies in cn-beijing"),
        ({"output": {"media_url": f"{BUCKET}/a.mp4"}}, "output.media_url", "allow it by overwrite: true"),
        ({"output": {"media_url": f"{BUCKET}/a"}, "overwrite": True}, "output.media_url", "must end in a file name"),
        (
            {"output": {"media_url": "https://b.oss-cn-beijing.aliyuncs.com/a.mp4"}, "overwrite": True},
            "output.media_url",
            "lies in cn-beijing",
        ),
        ({"output": {"storage_location": "b"}}, "output.storage_location", "it belongs to the target vod-media"),
        ({"output": {"bucket": "b"}}, "output.bucket", "it belongs to the target S3, not to oss-object"),
        ({"target": "tape"}, "target", "Input should be 'oss-object', 'vod-media' or 'S3'"),
    ],
)
def test_an_object_in_oss_is_named_once(changed: Props, path: str, said: str) -> None:
    found = of_job(**changed)
    assert list(found) == [path]
    assert said in found[path]


@pytest.mark.parametrize(
    ("output", "path", "said"),
    [
        ({"file_name": "a.mp4"}, "storage_location", "the target vod-media needs it"),
        ({"storage_location": "b"}, "file_name", "the target vod-media needs it"),
        ({"storage_location": "b", "file_name": "x/a.mp4"}, "file_name", "without a path"),
        ({"storage_location": "https://b", "file_name": "a.mp4"}, "storage_location", "without http://"),
        (
            {"storage_location": "b.oss-cn-beijing.aliyuncs.com", "file_name": "a.mp4"},
            "storage_location",
            "lies in cn-beijing, but the service runs in cn-shanghai",
        ),
    ],
)
def test_an_asset_of_vod_has_a_place_and_a_name(output: Props, path: str, said: str) -> None:
    found = of_job(location=None, target="vod-media", output=output)
    assert list(found) == [f"output.{path}"]
    assert said in found[f"output.{path}"]


@pytest.mark.parametrize(
    ("changed", "path", "said"),
    [
        ({"bucket": None}, "output.bucket", "the target S3 needs it"),
        ({"access_key_id": None}, "output.access_key_id", "the target S3 needs it"),
        ({"access_key_secret": "LTAIhushhush"}, "output.access_key_secret", "never the key itself"),
        ({"access_key_secret": {"env": "A", "file": "b"}}, "output.access_key_secret", "never the key itself"),
        ({"endpoint": "s3.example.com"}, "output.endpoint", "write the endpoint with https://"),
        ({"object_key": "a.mp4"}, "output.object_key", "allow it by overwrite: true"),
        ({"object_key": "teaser"}, "output.object_key", "an object's name with an extension"),
    ],
)
def test_an_object_behind_s3_has_an_endpoint_and_references_to_keys(changed: Props, path: str, said: str) -> None:
    output = {key: value for key, value in {**S3, **changed}.items() if value is not None}
    found = of_job(location=None, target="S3", output=output, overwrite="allow" not in said)
    assert list(found) == [path]
    assert said in found[path]
    assert "hushhush" not in str(found)


def test_outside_shanghai_vod_must_be_told_where_to_store() -> None:
    assert of_job("vod", region="cn-beijing") == {
        "output.storage_location": "needed in every region but cn-shanghai, so in cn-beijing too"
    }
    stored = {"storage_location": "b.oss-cn-beijing.aliyuncs.com"}
    assert of_job("vod", region="cn-beijing", output=stored) == {}
    assert "lies in cn-beijing" in of_job("vod", output=stored)["output.storage_location"]


SOUND = {"AudioTracks": [{"AudioTrackClips": [CLIP]}]}


@pytest.mark.parametrize(
    ("changed", "path", "said"),
    [
        ({"output": {"format": "txt"}}, "output.format", "'txt' is no file of video or sound"),
        ({"timeline": SOUND}, "output.format", "the timeline has sound only, and 'mp4' is a video"),
        ({"timeline": timeline(CLIP), "output": {"format": "mp3"}}, "output.format", "the timeline has pictures"),
        ({"output": {"format": "mp3", "width": 640}}, "output.width", "a file of sound (mp3) has no picture"),
        (
            {"produce_config": {"output_webm_transparent_channel": True}},
            "output.format",
            "only webm has a transparent channel, not 'mp4'",
        ),
        (
            {"output": {"media_url": f"{BUCKET}/a.mp4", "format": "mp4"}, "overwrite": True},
            "output.format",
            "has an extension of its own",
        ),
    ],
)
def test_the_file_fits_what_is_produced(changed: Props, path: str, said: str) -> None:
    source = {"project_id": None} if "timeline" in changed else {}
    found = of_job("ims", **source, **changed)
    assert list(found) == [path]
    assert said in found[path]


def test_sound_alone_becomes_a_file_of_sound_and_transparency_a_webm() -> None:
    assert of_job(project_id=None, timeline=SOUND, output={"format": "mp3"}) == {}
    assert of_job(output={"format": "webm"}, produce_config={"output_webm_transparent_channel": True}) == {}


# ── what describes it ──


@pytest.mark.parametrize(
    ("changed", "path", "said"),
    [
        ({"title": "ü" * 65}, "title", "at most 128 bytes, not 130"),
        ({"cover_url": "x" * 129}, "cover_url", "at most 128 bytes, not 129"),
        ({"tags": [str(number) for number in range(17)]}, "tags", "at most 16 tags, not 17"),
        ({"tags": ["a", "x" * 33]}, "tags[1]", "at most 32 bytes, not 33"),
        ({"tags": ["a,b"]}, "tags[0]", "has no comma"),
        ({"reference_id": "a b"}, "reference_id", "should match pattern"),
    ],
)
@pytest.mark.parametrize("service", ["ims", "vod"])
def test_what_describes_the_media_is_short_enough(service: str, changed: Props, path: str, said: str) -> None:
    found = of_job(service, **changed)
    assert list(found) == [path]
    assert said in found[path]


@pytest.mark.parametrize(("service", "most"), [("ims", 1024), ("vod", 960)])
def test_a_description_leaves_room_for_the_mark_on_vod(service: str, most: int) -> None:
    assert of_job(service, description="x" * most) == {}
    said = {"description": f"at most {most} bytes, not {most + 1}"}
    assert of_job(service, description="x" * (most + 1)) == said


def test_user_data_are_counted_in_bytes_on_ims() -> None:
    fits = {"k": "ü" * ((312 - len('{"k":""}')) // 2)}
    assert of_job(user_data=fits) == {}
    said = {"user_data": "at most 312 bytes as JSON beside our marker, not 314"}
    assert of_job(user_data={"k": fits["k"] + "ü"}) == said


def test_user_data_are_counted_in_characters_on_vod() -> None:
    fits = {"Extend": "ü" * (256 - len('{"Extend":""}'))}
    assert of_job("vod", user_data=fits) == {}
    said = {"user_data": "at most 256 characters as JSON, not 257"}
    assert of_job("vod", user_data={"Extend": fits["Extend"] + "x"}) == said


@pytest.mark.parametrize(
    ("service", "user_data", "path", "said"),
    [
        ("ims", {"reelstack": 1}, "reelstack", "the key 'reelstack' is ours; choose another"),
        ("ims", {"NotifyAddress": 7}, "NotifyAddress", "it is the address that is called back: a text"),
        ("vod", {"MessageCallback": {"CallbackType": "http"}}, "MessageCallback", "it needs CallbackURL"),
    ],
)
def test_user_data_name_callbacks_as_the_service_reads_them(
    service: str, user_data: Props, path: str, said: str
) -> None:
    found = of_job(service, user_data=user_data)
    assert list(found) == [f"user_data.{path}"]
    assert said in found[f"user_data.{path}"]


def test_a_cover_is_a_frame_or_a_picture() -> None:
    both = {"cover_config": {"start_time": 1, "cover_url": f"{BUCKET}/a.png"}}
    assert list(of_job(produce_config=both)) == ["produce_config.cover_config.cover_url"]


# ── what one service cannot do ──


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"project_id": None, "template_id": "t", "clips_param": {}}, "template_id"),
        ({"project_id": None, "template_id": "t", "clips_param": {}}, "clips_param"),
        ({"target": "oss-object"}, "target"),
        ({"location": f"{BUCKET}/x"}, "location"),
        ({"output": {"media_url": f"{BUCKET}/a.mp4"}}, "output.media_url"),
        ({"output": {"file_name": "a.mp4"}}, "output.file_name"),
        ({"output": {"format": "webm"}}, "output.format"),
        ({"overwrite": True}, "overwrite"),
        ({"output": {"max_duration": 3}}, "output.max_duration"),
        ({"output": {"video": {"crf": 20}}}, "output.video"),
        ({"output": S3}, "output.access_key_id"),
        ({"produce_config": {"auto_register_input_vod_media": True}}, "produce_config.auto_register_input_vod_media"),
    ],
)
def test_a_production_on_vod_names_what_vod_has_not(changed: Props, path: str) -> None:
    assert of_job("vod", **changed)[path] == "Alibaba VOD has nothing like this; Alibaba IMS has"


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        (TEMPLATE, "template_id"),
        (TEMPLATE, "template_type"),
        (TEMPLATE, "clips_param"),
        (LIVE, "project_type"),
        (LIVE, "business_config"),
        ({**LIVE, "business_status": "Reserving"}, "business_status"),
        ({"material_maps": {"editing_projects": ["p"]}}, "material_maps.editing_projects"),
    ],
)
def test_a_project_on_vod_names_what_vod_has_not(changed: Props, path: str) -> None:
    assert of_project("vod", **changed)[path] == "Alibaba VOD has nothing like this; Alibaba IMS has"


def test_ims_names_what_only_vod_has() -> None:
    said = "Alibaba IMS has nothing like this; Alibaba VOD has"
    assert of_job(app_id="app-1") == {"app_id": said}
    assert of_project(division="cn") == {"division": said}
    named = {"project_metadata": {"cover_url": "u"}}
    assert of_job("ims", project_id=None, timeline=timeline(CLIP), **named) == {"project_metadata.cover_url": said}


def test_a_service_that_nobody_knows_is_said() -> None:
    assert list(faults(ProduceJobInputs, {**JOB["ims"], "service": "azure"})) == ["service"]


def test_a_setting_of_the_picture_keeps_to_its_range() -> None:
    assert of_job(output={"video": {"crf": 52}}) == {"output.video.crf": "Input should be less than or equal to 51"}


# ── all at once, and nothing of what is unknown ──


def test_faults_of_fields_and_of_the_whole_are_said_together() -> None:
    found = of_job(
        titel="?",
        output={"width": 64, "bitrate": 9000, "media_url": "ftp://x/a.mp4"},
        user_data={"long": "x" * 400},
        timeline=timeline({**CLIP, "Out": 0}),
    )
    wrong = {"titel", "output.width", "output.bitrate", "output.media_url", "user_data"}
    assert set(found) == wrong | {"timeline", f"{AT}[0].Out"}


@pytest.mark.parametrize(
    ("key", "said"),
    [("titel", "unknown key; did you mean 'title'?"), ("CoverURL", "unknown key; did you mean 'cover_url'?")],
)
def test_a_misspelt_key_is_answered_with_the_near_one(key: str, said: str) -> None:
    assert of_project("ims", **{key: "?"}) == of_job("ims", **{key: "?"}) == {key: said}


def test_a_part_of_the_wrong_type_hides_no_other_fault() -> None:
    found = of_job(tags=["a", 7], triggers="again", location="ftp://x")
    assert set(found) == {"tags[1]", "triggers", "location"}


@pytest.mark.parametrize(
    "changed",
    [
        {"project_id": rpc.UNKNOWN},
        {"region": rpc.UNKNOWN},
        {"location": rpc.UNKNOWN},
        {"target": rpc.UNKNOWN, "location": None},
        {"output": {"width": rpc.UNKNOWN, "height": 2200}},
        {"output": {"media_url": rpc.UNKNOWN}, "location": None, "overwrite": True},
        {"project_id": None, "timeline": timeline({"MediaId": rpc.UNKNOWN})},
        {"project_id": None, "timeline": timeline({"MediaURL": rpc.UNKNOWN})},
        {"project_id": None, "timeline": rpc.UNKNOWN},
        {"user_data": {"long": "x" * 280, "id": rpc.UNKNOWN}},
        {"tags": [rpc.UNKNOWN]},
        {"project_id": None, "template_id": rpc.UNKNOWN, "clips_param": rpc.UNKNOWN},
    ],
)
def test_of_what_is_unknown_yet_nothing_is_said(changed: Props) -> None:
    assert of_job(**changed) == {}


def test_beside_something_unknown_the_known_faults_are_said() -> None:
    clips = timeline({"MediaId": rpc.UNKNOWN}, {**CLIP, "In": 2, "Out": 1})
    found = of_job(project_id=None, timeline=clips, output={"width": 64, "height": rpc.UNKNOWN})
    assert set(found) == {f"{AT}[1].Out", "output.width"}


# ── lists under a name that is nearly right ──


@pytest.mark.parametrize("service", ["ims", "vod"])
def test_a_list_of_clips_under_a_misspelt_name_is_not_produced_as_an_empty_track(service: str) -> None:
    cut = {"VideoTracks": [{"VideoTrackClip": [{"MediaId": "m", "In": 0, "Out": 2}]}]}
    assert of_job(service, project_id=None, timeline=cut) == {
        "timeline": "its tracks hold no clips, so there is nothing to produce",
        "timeline.VideoTracks[0].VideoTrackClip": "did you mean 'VideoTrackClips'?",
    }
