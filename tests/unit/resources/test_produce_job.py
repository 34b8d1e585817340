"""`ProduceJob` against the local cloud: when it renders anew, when it must not, and what it may take away."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import grpc
import pytest
from pulumi.output import UNKNOWN
from pulumi.runtime import rpc

from contract.emulator.door import OUTPUT, Caller
from reelstack.clouds import local
from reelstack.emulator import daemon
from reelstack.errors import ConfigError, ProductionFailed
from reelstack.resources import bridge
from reelstack.resources.produce_job import ProduceJobProvider
from unit.resources.engine import Engine, Kept, Props
from unit.resources.hosting import Hosted, hosting

SUBMIT, DELETE = "SubmitMediaProducingJob", "DeleteMediaInfos"
LOCATION = "https://films.oss-cn-shanghai.aliyuncs.com/spring"
FIXED = "https://films.oss-cn-shanghai.aliyuncs.com/spring/teaser.mp4"
TIMELINE = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "clip0000000000000001", "In": 0, "Out": 4}]}]}
SPEC: Props = {
    "name": "spring/teaser",
    "stack_id": "5tack",
    "service": "ims",
    "region": "cn-shanghai",
    "endpoint": "local",
    "timeline": TIMELINE,
    "content": "c0ffee",
    "output": {"width": 640, "height": 360},
    "location": LOCATION,
    "title": "Teaser",
    "triggers": [],
}


@pytest.fixture
def job(request: pytest.FixtureRequest) -> Engine:
    """The production of one test, under a URN that no other test has."""
    return Engine(ProduceJobProvider(), request.node.name)


def asked(cloud: Caller, action: str) -> int:
    """How many requests of this kind the cloud has carried out."""
    return len(cloud.control("GET", f"requests?action={action}"))


def fails(cloud: Caller, code: str) -> None:
    """Let the next job fail."""
    cloud.control("POST", "faults", kind="fail_job", code=code, message="as asked")


def is_there(cloud: Caller, media_id: str) -> bool:
    said = cloud.ok("BatchGetMediaInfos", MediaIds=media_id)
    return [info["MediaId"] for info in said["MediaInfos"]] == [media_id]


def with_keys(running: daemon.Status, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a host that is to be started take the cloud for a real one, at an address with keys of its own."""
    keys = local.find(running.directory, os.environ)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", keys.access_key_id)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", keys.access_key_secret)


def lose(cloud: Caller, made: Kept) -> None:
    """Delete the asset behind the stack's back."""
    cloud.ok("DeleteMediaInfos", MediaIds=made.outputs["media_id"], DeletePhysicalFiles="true")


def earlier(cloud: Caller, **props: object) -> Kept:
    """A production that an earlier run submitted: nothing in this process knows of it."""
    submitted = cloud.submit(OutputMediaConfig={**OUTPUT, "MediaURL": f"{LOCATION}/earlier.mp4"})
    ids = {"job_id": submitted["JobId"], "media_id": submitted["MediaId"], "submitted_generation": 1, "schema": 1}
    return Kept(submitted["JobId"], SPEC, {**SPEC, "generation": 1, "attempt": 1, **ids, **props})


# ── what changes nothing ──


def test_a_second_run_finds_nothing_to_do(cloud: Caller, job: Engine) -> None:
    made = job.create(SPEC)
    assert job.diff(made, SPEC).changes is False
    assert job.up(made, SPEC) is made
    assert asked(cloud, SUBMIT) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Another title"},
        {"title": None},
        {"description": "Two seasons in forty seconds."},
        {"tags": ["spring", "teaser"]},
        {"user_data": {"ticket": "4711"}},
        {"timeline": {**TIMELINE, "AspectRatio": "16:9"}},  # compiled anew from the same content
    ],
)
def test_what_describes_a_video_never_renders_it(cloud: Caller, job: Engine, changed: Props) -> None:
    made = job.create(SPEC)
    found = job.diff(made, {**SPEC, **changed})
    assert not found.changes
    assert not found.replaces


@pytest.mark.parametrize(
    "written", [{"height": 360.0, "width": 640}, {"width": 640, "height": 360, "bitrate": None}], ids=["order", "none"]
)
def test_the_same_output_in_another_spelling_is_no_change(cloud: Caller, job: Engine, written: Props) -> None:
    assert job.diff(job.create(SPEC), {**SPEC, "output": written}).changes is False


def test_a_project_id_that_is_unknown_in_preview_is_no_change(cloud: Caller, job: Engine) -> None:
    project = cloud.ok("CreateEditingProject", Title="t", Timeline=TIMELINE)["Project"]["ProjectId"]
    by_project = {**{key: value for key, value in SPEC.items() if key != "timeline"}, "project_id": project}
    made = job.create(by_project)
    assert made.outputs["produced_from"] == project
    assert job.diff(made, {**by_project, "project_id": UNKNOWN}).changes is False


def test_an_expired_record_is_no_change_while_the_asset_is_there(cloud: Caller, job: Engine) -> None:
    made = job.create(SPEC)
    cloud.control("POST", "expire", job_id=made.id)
    assert job.diff(made, SPEC).changes is False


def test_a_job_that_still_runs_is_no_change(cloud: Caller, job: Engine) -> None:
    cloud.control("POST", "settings", pace="timed", process_seconds=3600)
    assert job.diff(job.create(SPEC), SPEC).changes is False


# ── what renders anew ──


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"content": "beef"}, "spec_hash"),
        ({"output": {"width": 640, "height": 640}}, "spec_hash"),
        ({"output": {"width": 640, "height": 360, "video": {"crf": 20}}}, "spec_hash"),
        ({"produce_config": {"auto_register_input_vod_media": False}}, "spec_hash"),
        ({"triggers": ["again"]}, "triggers"),
        ({"location": f"{LOCATION}/elsewhere"}, "location"),
    ],
)
def test_a_new_content_size_trigger_or_place_is_a_new_video(
    cloud: Caller, job: Engine, changed: Props, reason: str
) -> None:
    made = job.create(SPEC)
    found = job.diff(made, {**SPEC, **changed})
    assert (found.changes, found.replaces) == (True, [reason])
    again = job.create({**SPEC, **changed})
    assert (again.inputs["generation"], again.inputs["attempt"]) == (2, 1)
    assert again.id != made.id


def test_a_content_that_is_unknown_yet_is_predicted_as_a_new_video(cloud: Caller, job: Engine) -> None:
    assert job.diff(job.create(SPEC), {**SPEC, "content": UNKNOWN}).replaces == ["spec_hash"]


def test_an_asset_that_is_gone_is_made_again(cloud: Caller, job: Engine) -> None:
    made = job.create(SPEC)
    lose(cloud, made)
    assert job.diff(made, SPEC).replaces == ["asset_missing"]
    again = job.up(made, SPEC)
    assert (again.inputs["generation"], again.inputs["attempt"]) == (2, 1)
    assert is_there(cloud, again.outputs["media_id"])


def test_an_asset_is_missing_without_its_record_too(cloud: Caller, job: Engine) -> None:
    made = job.create(SPEC)
    lose(cloud, made)
    cloud.control("POST", "expire", job_id=made.id)
    assert job.diff(made, SPEC).replaces == ["nothing_known"]
    again = job.up(made, SPEC)
    assert again.inputs["attempt"] == 1  # the local cloud forgets all at a reset, as often as one likes


def test_what_the_last_attempt_made_is_made_again_when_the_local_cloud_has_forgotten_all(
    cloud: Caller, job: Engine
) -> None:
    kept = job.create(SPEC)
    for _ in range(2):
        cloud.control("POST", "expire", job_id=kept.id)
        lose(cloud, kept)
        kept = Kept(kept.id, {**kept.inputs, "attempt": 3}, {**kept.outputs, "attempt": 3})
        assert job.diff(kept, SPEC).replaces == ["nothing_known"]
        kept = job.up(kept, SPEC)
    assert is_there(cloud, kept.outputs["media_id"])


@pytest.mark.parametrize(("days", "attempt"), [(1, 2), (40, 1)])
def test_what_nothing_is_known_of_counts_as_an_attempt_while_records_are_kept(
    running: daemon.Status, cloud: Caller, monkeypatch: pytest.MonkeyPatch, days: int, attempt: int
) -> None:
    with_keys(running, monkeypatch)
    spec = {**SPEC, "endpoint": running.url}
    submitted = (bridge.CLOCK.now() - timedelta(days=days)).isoformat(timespec="seconds")
    olds = {**spec, **Engine(ProduceJobProvider(), "vanished").check({}, spec), "submitted_generation": 1, "schema": 1}
    urn = "urn:pulumi:local::reelstack::t::vanished"
    with hosting(running.directory) as host:
        news = {key: value for key, value in olds.items() if key not in ("submitted_generation", "schema")}
        olds |= {"media_id": "gone", "submitted_at": submitted}
        assert list(host.diff(urn, "job-gone", ProduceJobProvider(), olds, news).replaces) == ["nothing_known"]
        assert dict(host.check(urn, ProduceJobProvider(), spec).inputs)["attempt"] == attempt


# ── generations ──


def test_generations_count_one_two_three_and_each_second_run_is_empty(cloud: Caller, job: Engine) -> None:
    kept = job.create(SPEC)
    seen = [kept]
    for trigger in ("second", "third"):
        news = {**SPEC, "triggers": [trigger]}
        kept = job.up(kept, news)
        assert job.up(kept, news) is kept
        seen.append(kept)
    assert [one.inputs["generation"] for one in seen] == [1, 2, 3]
    assert [one.outputs["submitted_generation"] for one in seen] == [1, 2, 3]
    assert len({one.id for one in seen}) == len({one.outputs["media_url"] for one in seen}) == asked(cloud, SUBMIT) == 3


def test_there_and_back_again_is_a_video_of_its_own(cloud: Caller, job: Engine) -> None:
    first = job.create(SPEC)
    second = job.up(first, {**SPEC, "content": "beef"})
    third = job.up(second, SPEC)
    assert first.inputs["spec_hash"] == third.inputs["spec_hash"]
    assert third.id not in (first.id, second.id)
    assert third.inputs["generation"] == 3


def test_a_run_that_is_repeated_after_a_crash_pays_once(cloud: Caller, job: Engine) -> None:
    kept, news = job.create(SPEC), {**SPEC, "content": "beef"}
    lost = job.up(kept, news)  # the state of this run was never written
    again = job.up(kept, news)
    assert again.id == lost.id
    assert (kept.inputs["generation"], again.inputs["generation"]) == (1, 2)


def test_the_first_creation_is_repeated_without_paying_twice(cloud: Caller, job: Engine) -> None:
    assert job.create(SPEC).id == job.create(SPEC).id


def test_two_stacks_never_share_a_video(cloud: Caller, job: Engine) -> None:
    other = Engine(ProduceJobProvider(), f"{job.name} of another stack")
    assert job.create(SPEC).id != other.create({**SPEC, "stack_id": "an0ther"}).id


def test_a_video_declared_again_after_its_asset_was_deleted_goes_on_to_the_next_generation(
    cloud: Caller, job: Engine
) -> None:
    first = job.create(SPEC)
    lose(cloud, first)
    again = job.create(SPEC)  # no old inputs: it had been removed from the program meanwhile
    assert again.id != first.id
    assert (again.inputs["generation"], again.outputs["submitted_generation"]) == (1, 2)
    assert job.up(again, SPEC) is again
    assert job.up(again, {**SPEC, "content": "beef"}).inputs["generation"] == 3


# ── failures ──


def test_a_failed_job_is_submitted_anew_twice_and_then_no_more(cloud: Caller, job: Engine) -> None:
    fails(cloud, "InternalError")
    kept = job.create(SPEC)
    for attempt in (2, 3):
        fails(cloud, "InternalError")
        assert job.diff(kept, SPEC).replaces == ["job_failed"]
        kept = job.up(kept, SPEC)
        assert (kept.inputs["attempt"], kept.inputs["generation"]) == (attempt, attempt)
    assert job.diff(kept, SPEC).changes is False
    assert asked(cloud, SUBMIT) == 3


def test_a_retry_that_succeeds_is_the_end_of_it(cloud: Caller, job: Engine) -> None:
    fails(cloud, "InternalError")
    kept = job.create(SPEC)
    kept = job.up(kept, SPEC)
    assert kept.inputs["attempt"] == 2
    assert job.up(kept, SPEC) is kept


def test_a_new_content_after_failures_has_all_its_attempts(cloud: Caller, job: Engine) -> None:
    fails(cloud, "InternalError")
    kept = job.up(job.create(SPEC), SPEC)
    assert kept.inputs["attempt"] == 2
    assert job.up(kept, {**SPEC, "content": "beef"}).inputs["attempt"] == 1


def test_an_asset_lost_after_a_retry_has_all_its_attempts(cloud: Caller, job: Engine) -> None:
    fails(cloud, "InternalError")
    kept = job.up(job.create(SPEC), SPEC)
    lose(cloud, kept)
    again = job.up(kept, SPEC)
    assert (again.inputs["generation"], again.inputs["attempt"]) == (3, 1)


@pytest.mark.parametrize("code", ["InvalidParameter.ResourceContentBad", "InvalidMaterial.NotFound"])
def test_a_fault_of_the_author_is_not_submitted_again(cloud: Caller, job: Engine, code: str) -> None:
    fails(cloud, code)
    kept = job.create(SPEC)
    assert job.diff(kept, SPEC).changes is False
    assert job.diff(kept, {**SPEC, "triggers": ["mended the material"]}).replaces == ["triggers"]


def test_a_fault_of_the_author_is_a_warning_on_its_row(cloud: Caller, job: Engine, hosted: Hosted) -> None:
    fails(cloud, "InvalidMaterial.NotFound")
    kept = job.create(SPEC)
    answer = hosted.diff(job.urn, kept.id, job.provider, kept.outputs, kept.inputs)
    assert answer.changes == answer.DIFF_NONE
    assert hosted.ear.hears(lambda said: len(said) == 1)
    (warning,) = hosted.ear.said
    assert (warning.urn, warning.severity, warning.ephemeral) == (job.urn, 2, False)
    assert f"job {kept.id} failed: InvalidMaterial.NotFound: as asked" in warning.message
    assert "submitted anew when the content or a trigger changes" in warning.message


def test_an_odd_size_is_a_warning_when_it_is_about_to_be_rendered(cloud: Caller, job: Engine, hosted: Hosted) -> None:
    for output in ({"width": "360", "height": 640}, {"width": "361", "height": 641}):
        assert not hosted.check(job.urn, job.provider, {**SPEC, "output": output}).failures
    assert hosted.ear.hears(lambda said: len(said) == 1)
    (warning,) = hosted.ear.said
    assert (warning.urn, warning.severity, warning.ephemeral) == (job.urn, 2, False)
    assert warning.message.startswith("output: width 361 and height 641: H.264 needs even numbers of pixels")


def test_the_size_of_a_job_that_is_taken_over_is_nothing_to_warn_of(cloud: Caller, job: Engine, hosted: Hosted) -> None:
    declared = {**SPEC, "output": {"width": 361, "height": 641}, "adopt_id": earlier(cloud).id}
    assert not hosted.check(job.urn, job.provider, declared).failures
    assert [one.message.partition(" job")[0] for one in hosted.ear.said] == ["takes over"]


# ── elsewhere ──


@pytest.mark.parametrize("moved", [{"region": "cn-beijing"}, {"endpoint": "http://127.0.0.1:9"}])
def test_settings_that_point_elsewhere_submit_nothing(cloud: Caller, job: Engine, moved: Props) -> None:
    made = job.create(SPEC)
    location = LOCATION.replace("cn-shanghai", moved.get("region", "cn-shanghai"))
    with pytest.raises(ConfigError, match="Nothing was submitted"):
        job.diff(made, {**SPEC, **moved, "location": location, "content": "beef"})
    assert asked(cloud, SUBMIT) == 1


@pytest.mark.parametrize(
    ("schema", "said"), [(None, "an older version"), (0, "an older version"), (2, "a newer version")]
)
@pytest.mark.parametrize("call", ["diff", "read", "delete"])
def test_what_another_version_kept_in_another_form_is_left_alone(
    cloud: Caller, job: Engine, call: str, schema: int | None, said: str
) -> None:
    made = job.create(SPEC)
    other = replace(made, outputs={**made.outputs, "schema": schema})
    calls: dict[str, Callable[[], object]] = {
        "diff": lambda: job.diff(other, {**SPEC, "content": "beef"}),
        "read": lambda: job.read(other),
        "delete": lambda: job.delete(other.id, other.outputs),
    }
    with pytest.raises(ConfigError, match=f"{said}.*Nothing was submitted, and nothing was deleted"):
        calls[call]()
    assert asked(cloud, SUBMIT) == 1
    assert is_there(cloud, made.outputs["media_id"])


# ── reading and taking away ──


def test_a_production_is_read_while_its_asset_is_there(cloud: Caller, job: Engine) -> None:
    made = job.create(SPEC)
    assert job.read(made).id == made.id
    lose(cloud, made)
    assert job.read(made).id is None


def test_a_removed_video_is_deleted_with_its_file(cloud: Caller, job: Engine) -> None:
    old = earlier(cloud)
    job.delete(old.id, old.outputs)
    assert not is_there(cloud, old.outputs["media_id"])
    job.delete(old.id, old.outputs)  # a second time is no fault


def test_a_delete_spares_what_this_run_made(cloud: Caller, job: Engine) -> None:
    made = job.create(SPEC)
    job.delete(made.id, made.outputs)
    assert is_there(cloud, made.outputs["media_id"])
    assert asked(cloud, DELETE) == 0


def test_a_delete_spares_what_this_run_was_given_back(cloud: Caller, job: Engine) -> None:
    made = job.create(SPEC)  # as `--replace` does: no diff, so the same generation and the same token
    other = Engine(job.provider, job.name)
    again = other.create(SPEC)
    other.delete(made.id, made.outputs)
    assert again.id == made.id
    assert is_there(cloud, again.outputs["media_id"])


def test_a_number_written_as_text_is_the_same_content(cloud: Caller, job: Engine) -> None:
    made = job.create(SPEC)
    assert job.diff(made, {**SPEC, "output": {"width": "640", "height": 360.0, "bitrate": None}}).changes is False


def test_an_adopted_job_is_taken_for_this_video_and_nothing_is_submitted(cloud: Caller, job: Engine) -> None:
    found = earlier(cloud)
    made = job.create({**SPEC, "adopt_id": found.id})
    assert (made.id, made.outputs["media_id"], asked(cloud, SUBMIT)) == (found.id, found.outputs["media_id"], 1)
    assert job.diff(made, SPEC).changes is False


def test_new_content_of_an_adopted_video_is_rendered(cloud: Caller, job: Engine) -> None:
    found = earlier(cloud)
    made = job.create({**SPEC, "adopt_id": found.id})
    after = job.up(made, {**SPEC, "adopt_id": found.id, "content": "beef"})
    assert (after.id != found.id, asked(cloud, SUBMIT)) == (True, 2)
    assert "adopted" not in after.outputs


def test_a_job_that_another_video_adopts_is_not_adopted_twice(cloud: Caller, job: Engine) -> None:
    found = earlier(cloud)
    job.create({**SPEC, "adopt_id": found.id})
    another = Engine(job.provider, "another video")
    assert "belongs to" in another.faults({**SPEC, "adopt_id": found.id})["adopt_id"]
    with pytest.raises(ConfigError, match=r"belongs to .* of this stack as well"):
        another.diff(found, SPEC)


def test_a_failed_job_is_not_adopted(cloud: Caller, job: Engine) -> None:
    fails(cloud, "InternalError")
    found = earlier(cloud)
    with pytest.raises(ConfigError, match=r"adopt_id: job .* failed: InternalError"):
        job.create({**SPEC, "adopt_id": found.id})


def test_a_job_whose_asset_is_gone_is_not_adopted(cloud: Caller, job: Engine) -> None:
    found = earlier(cloud)
    lose(cloud, found)
    with pytest.raises(ConfigError, match=r"adopt_id: asset .* is gone"):
        job.create({**SPEC, "adopt_id": found.id})


def test_an_adopted_video_that_is_to_be_deleted_leaves_the_project_that_it_came_from(
    cloud: Caller, job: Engine
) -> None:
    project = cloud.ok("CreateEditingProject", Title="theirs", Timeline=TIMELINE)["Project"]["ProjectId"]
    old = earlier(cloud, adopted=True, on_delete="delete", produced_from=project)
    job.delete(old.id, old.outputs)
    assert not is_there(cloud, old.outputs["media_id"])
    assert cloud.ok("GetEditingProject", ProjectId=project)["Project"]["ProjectId"] == project


def test_the_successor_of_an_adopted_video_counts_among_the_renders_of_a_run(cloud: Caller, job: Engine) -> None:
    adopted = {**SPEC, "adopt_id": earlier(cloud).id}
    made = job.create(adopted)
    bridge.BUDGET.limit({"maxRenders": "0.5"})
    try:
        assert job.faults(adopted) == {}
        job.diff(made, {**adopted, "content": "beef"})
        assert "this run would submit" in job.faults({**adopted, "content": "beef"})[""]
    finally:
        bridge.BUDGET.limit({})


def test_many_missing_videos_are_made_anew_when_this_run_says_so(
    running: daemon.Status, cloud: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_keys(running, monkeypatch)
    spec = {**SPEC, "endpoint": running.url}
    made = {**spec, **Engine(ProduceJobProvider(), "missing").check({}, spec), "submitted_generation": 1, "schema": 1}

    def replaces(host: Hosted, number: int, **said_now: str) -> list[str]:
        olds, news = {**made, "media_id": f"gone{number}"}, {**made, **said_now}
        return list(
            host.diff(f"urn:pulumi:missing::{number}", f"job{number}", ProduceJobProvider(), olds, news).replaces
        )

    with hosting(running.directory) as host:  # a process of its own: where keys were found is remembered
        assert [replaces(host, number) for number in range(2)] == [["nothing_known"]] * 2
        with pytest.raises(grpc.RpcError, match="more often the wrong account"):
            replaces(host, 2)
        assert replaces(host, 2, missing="render") == ["nothing_known"]


def test_a_refresh_believes_many_missing_videos_when_the_stack_s_settings_say_so_now(
    running: daemon.Status, cloud: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_keys(running, monkeypatch)
    made = {**SPEC, "endpoint": running.url, "submitted_generation": 1, "attempt": 1, "schema": 1}
    with hosting(running.directory, {"reelstack:missing": "render"}) as host:
        found = [
            host.read(f"urn:pulumi:read::{n}", f"job{n}", ProduceJobProvider(), {**made, "media_id": f"gone{n}"})
            for n in range(4)
        ]
    assert [one.id for one in found] == [""] * 4


@pytest.mark.parametrize("outputs", [{"on_delete": "retain"}, {"adopted": True}])
def test_what_is_to_be_kept_is_not_deleted(cloud: Caller, job: Engine, outputs: Props) -> None:
    old = earlier(cloud, **outputs)
    job.delete(old.id, old.outputs)
    assert is_there(cloud, old.outputs["media_id"])


def test_keeping_a_video_reaches_the_state_and_renders_nothing(cloud: Caller, job: Engine) -> None:
    made = job.create(SPEC)
    after = job.up(made, {**SPEC, "on_delete": "retain"})
    assert (after.id, after.outputs["on_delete"], asked(cloud, SUBMIT)) == (made.id, "retain", 1)
    assert job.up(after, SPEC).outputs.get("on_delete") is None


def test_a_fixed_object_is_never_deleted(cloud: Caller, job: Engine) -> None:
    old = earlier(cloud, overwrite=True, output={"media_url": FIXED})
    job.delete(old.id, old.outputs)
    assert is_there(cloud, old.outputs["media_id"])
    assert asked(cloud, DELETE) == 0


def test_a_fixed_object_is_written_where_it_is_fixed_in_every_generation(cloud: Caller, job: Engine) -> None:
    fixed = {**SPEC, "overwrite": True, "output": {"media_url": FIXED}}
    made = job.create(fixed)
    again = job.up(made, {**fixed, "triggers": ["again"]})
    assert (made.outputs["media_url"], again.outputs["media_url"]) == (FIXED, FIXED)
    assert again.id != made.id


def test_a_replaced_video_goes_when_its_successor_is_there(cloud: Caller, job: Engine) -> None:
    old = earlier(cloud)
    new = job.create({**SPEC, "content": "beef"})
    job.delete(old.id, old.outputs)
    assert [is_there(cloud, one.outputs["media_id"]) for one in (old, new)] == [False, True]


def test_a_replaced_video_stays_when_its_successor_failed(cloud: Caller, job: Engine) -> None:
    old = earlier(cloud)
    fails(cloud, "InternalError")
    job.create({**SPEC, "content": "beef"})
    with pytest.raises(ProductionFailed, match="the old video is kept"):
        job.delete(old.id, old.outputs)
    assert is_there(cloud, old.outputs["media_id"])


def test_what_was_left_from_an_earlier_run_waits_for_the_video_of_today(cloud: Caller, job: Engine) -> None:
    old, today = earlier(cloud), job.create(SPEC)
    fails(cloud, "InvalidMaterial.NotFound")
    today = job.create({**SPEC, "triggers": ["broken"]})
    assert job.diff(today, {**SPEC, "triggers": ["broken"]}).changes is False
    with pytest.raises(ProductionFailed, match="the old video is kept"):
        job.delete(old.id, old.outputs)


# ── checks ──


def test_several_faults_are_said_at_once(job: Engine) -> None:
    wrong: dict[str, Any] = {"output": {"width": 64, "bitrate": 9000}, "location": "s3://bucket", "titel": "?"}
    assert set(job.faults({**SPEC, **wrong})) == {"output.width", "output.bitrate", "location", "titel"}


def test_the_hash_is_unknown_while_the_content_is(job: Engine) -> None:
    assert job.check({}, {**SPEC, "content": UNKNOWN})["spec_hash"] == rpc.UNKNOWN
    assert job.check({}, SPEC)["spec_hash"] == job.check({}, {**SPEC, "title": UNKNOWN})["spec_hash"]


def test_nobody_can_set_the_generation_by_hand(job: Engine) -> None:
    checked = job.check({**SPEC, "generation": 4, "attempt": 2}, {**SPEC, "generation": 9, "attempt": 9})
    assert (checked["generation"], checked["attempt"]) == (4, 2)


# ── the state as it is kept ──


def test_what_is_not_needed_again_is_kept_once(cloud: Caller, job: Engine) -> None:
    outputs = job.create(SPEC).outputs
    assert not {"timeline", "content", "title", "expected_seconds"} & set(outputs)


def test_a_state_that_keeps_everything_twice_is_read_with_no_change(cloud: Caller, job: Engine) -> None:
    """So it was written before: every input among the outputs, and what is empty, too."""
    now = job.create(SPEC)
    empty: Props = {"tags": [], "triggers": [], "overwrite": False, "vod_media_id": ""}
    before = Kept(now.id, {**now.inputs, **empty}, {**now.inputs, **now.outputs, **empty})
    assert job.up(before, SPEC) is before
    assert asked(cloud, "SubmitMediaProducingJob") == 1


# ── what the state alone is believed ──

STATE = {**SPEC, "drift": "state"}
LONG_AGO = "2020-01-01T00:00:00+00:00"


def test_with_the_state_alone_a_video_of_some_days_is_not_looked_for(cloud: Caller, job: Engine) -> None:
    made = job.create(STATE)
    lose(cloud, made)
    old = Kept(made.id, made.inputs, {**made.outputs, "submitted_at": LONG_AGO})
    before = len(cloud.control("GET", "requests?limit=5000"))
    assert job.up(old, STATE) is old
    assert len(cloud.control("GET", "requests?limit=5000")) == before
    assert job.diff(old, SPEC).replaces == ["asset_missing"]


def test_with_the_state_alone_a_young_video_is_looked_at(cloud: Caller, job: Engine) -> None:
    fails(cloud, "InternalError")
    assert job.diff(job.create(STATE), STATE).replaces == ["job_failed"]


def test_with_the_state_alone_a_new_content_is_a_new_video(cloud: Caller, job: Engine) -> None:
    made = job.create(STATE)
    old = Kept(made.id, made.inputs, {**made.outputs, "submitted_at": LONG_AGO})
    assert job.diff(old, {**STATE, "content": "beef"}).replaces == ["spec_hash"]
