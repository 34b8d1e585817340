"""`Delivery` against the local cloud: when it waits again, what it says, and that it takes nothing away."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from pulumi.output import UNKNOWN

from contract.emulator.door import OUTPUT, Caller
from reelstack.errors import ProductionFailed
from reelstack.resources.delivery import DeliveryProvider
from unit.resources.engine import Engine, Kept, Props

PLACE = {"service": "ims", "region": "cn-shanghai", "endpoint": "local"}
TEASER = {**PLACE, "project_id": "p1", "job_id": "j1", "media_id": "m1", "vod_media_id": "", "spec_hash": "c0ffee"}
SPEC: Props = {"productions": {"teaser": TEASER}, "wait_for": "ready", "timeout": 60}
KEPT = Kept("spring/teaser", SPEC, {**SPEC, "videos": {"teaser": {"job_id": "j1"}}})


@pytest.fixture
def gate(request: pytest.FixtureRequest) -> Engine:
    return Engine(DeliveryProvider(), request.node.name)


def submitted(cloud: Caller, name: str) -> dict[str, str]:
    """The ids of one more production in the cloud."""
    config = {**OUTPUT, "MediaURL": f"https://films.oss-cn-shanghai.aliyuncs.com/{name}.mp4"}
    said = cloud.submit(OutputMediaConfig=config)
    ids = {"project_id": said["ProjectId"], "job_id": said["JobId"], "media_id": said["MediaId"]}
    return {**PLACE, **ids, "spec_hash": "c0ffee"}


def waiting_for(**productions: Mapping[str, object]) -> Props:
    return {**SPEC, "productions": productions}


def test_the_same_productions_are_waited_for_once(gate: Engine) -> None:
    assert gate.diff(KEPT, SPEC).changes is False


@pytest.mark.parametrize(
    "changed",
    [
        waiting_for(teaser={**TEASER, "job_id": "j2"}),
        waiting_for(teaser=TEASER, trailer={**TEASER, "job_id": "j2"}),
        waiting_for(trailer=TEASER),
        {**SPEC, "wait_for": "produced"},
    ],
    ids=["another job", "one more", "another name", "another word"],
)
def test_another_job_or_another_word_is_waited_for_and_never_replaces_the_gate(gate: Engine, changed: Props) -> None:
    found = gate.diff(KEPT, changed)
    assert found.changes is True
    assert not found.replaces


@pytest.mark.parametrize(
    "changed",
    [{**SPEC, "timeout": 7200}, waiting_for(teaser={**TEASER, "spec_hash": "beef", "project_id": "p2"})],
    ids=["patience", "what only describes"],
)
def test_more_patience_or_another_description_is_no_reason_to_wait_again(gate: Engine, changed: Props) -> None:
    assert gate.diff(KEPT, changed).changes is False


def test_a_job_that_is_submitted_anew_is_predicted_as_a_change(gate: Engine) -> None:
    assert gate.diff(KEPT, waiting_for(teaser={**TEASER, "job_id": UNKNOWN})).changes is True


@pytest.mark.parametrize("unknown", ["job_id", "media_id", "project_id", "spec_hash"])
def test_what_is_unknown_in_preview_is_no_fault(gate: Engine, unknown: str) -> None:
    assert gate.faults(waiting_for(teaser={**TEASER, unknown: UNKNOWN})) == {}


def test_every_fault_is_said_at_once(gate: Engine) -> None:
    wrong = {"productions": {}, "wait_for": "perfect", "timeout": 0, "timeuot": 1}
    assert set(gate.faults(wrong)) == {"productions", "wait_for", "timeout", "timeuot"}


def test_a_ready_video_is_described_by_its_facts(cloud: Caller, gate: Engine) -> None:
    teaser = submitted(cloud, "facts")
    made = gate.create(waiting_for(teaser=teaser))
    assert made.id == gate.name
    video = made.outputs["videos"]["teaser"]
    assert {key: video[key] for key in ("job_id", "media_id", "asset_id", "project_id", "duration", "width")} == {
        **{key: teaser[key] for key in ("job_id", "media_id", "project_id")},
        "asset_id": teaser["media_id"],
        "duration": 4.0,
        "width": 640,
    }
    assert video["url"].startswith(str(cloud.http.base_url))
    assert "?" not in video["url"]
    assert "vod_media_id" not in video


def test_the_outputs_are_the_inputs_and_the_videos(cloud: Caller, gate: Engine) -> None:
    news = waiting_for(teaser=submitted(cloud, "outputs"))
    made = gate.create(news)
    assert made.outputs == {**news, "videos": made.outputs["videos"]}
    assert gate.up(made, news) is made


def test_an_update_describes_the_new_video(cloud: Caller, gate: Engine) -> None:
    made = gate.create(waiting_for(teaser=submitted(cloud, "first")))
    second = submitted(cloud, "second")
    after = gate.up(made, waiting_for(teaser=second))
    assert after.id == made.id
    assert after.outputs["videos"]["teaser"]["job_id"] == second["job_id"]


def test_all_videos_of_a_gate_are_settled_before_one_failure_is_told(cloud: Caller, gate: Engine) -> None:
    cloud.control("POST", "faults", kind="fail_job", code="InternalError", message="disk on fire")
    failed, fine = submitted(cloud, "failed"), submitted(cloud, "fine")
    with pytest.raises(ProductionFailed, match=r"^failed: job \w+ failed: InternalError: disk on fire"):
        gate.create(waiting_for(failed=failed, fine=fine))
    looked = cloud.control("GET", "requests?action=GetMediaProducingJob")
    assert {one["params"]["JobId"] for one in looked} == {failed["job_id"], fine["job_id"]}


def test_a_video_whose_record_expired_is_ready_while_its_asset_is_there(cloud: Caller, gate: Engine) -> None:
    teaser = submitted(cloud, "expired")
    cloud.control("POST", "expire", job_id=teaser["job_id"])
    assert gate.create(waiting_for(teaser=teaser)).outputs["videos"]["teaser"]["duration"] == 4.0


def test_a_video_that_the_cloud_does_not_know_is_never_taken_for_ready(cloud: Caller, gate: Engine) -> None:
    with pytest.raises(ProductionFailed, match="knows neither job j1 nor asset m1"):
        gate.create(SPEC)


@pytest.mark.parametrize("wait_for", ["produced", "uploaded", "ready"])
def test_every_word_for_how_far_is_understood(cloud: Caller, gate: Engine, wait_for: str) -> None:
    news = {**waiting_for(teaser=submitted(cloud, wait_for)), "wait_for": wait_for}
    assert gate.create(news).outputs["videos"]["teaser"]["url"]


def test_a_gate_that_goes_takes_nothing_with_it(cloud: Caller, gate: Engine) -> None:
    made = gate.create(waiting_for(teaser=submitted(cloud, "stays")))
    before = cloud.control("GET", "status")
    gate.delete(made.id, made.outputs)
    assert cloud.control("GET", "status") == before
