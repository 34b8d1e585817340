"""`VodEditTask` against the local cloud: when it is made anew, when a person must decide, what it may take away."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pulumi.output import UNKNOWN

from contract.emulator.door import Caller
from reelstack.clouds.base import Site
from reelstack.emulator.huawei import keys
from reelstack.errors import ConfigError, OutcomeUnknown, ProductionFailed, TimedOut
from reelstack.models.cut import Cut
from reelstack.reconcile.referee import Intent
from reelstack.resources import bridge, vod_edit_task
from reelstack.resources.delivery import DeliveryProvider
from reelstack.resources.intent import SubmissionIntentProvider
from reelstack.resources.settings import Settings
from reelstack.resources.vod_edit_task import VodEditTaskArgs, VodEditTaskProvider
from unit.resources.engine import Engine, Kept, Props

CREATE, DELETE, CANCEL, LOOK = "CreateAssetEditTask", "DeleteAssets", "DeleteAssetEditTask", "ListAssetEditTask"
PIECE: Props = {"asset_id": "clip-1", "start": 0.0, "end": 4.0}
SPEC: Props = {
    "name": "spring/teaser",
    "stack_id": "5tack",
    "service": "huawei",
    "region": "cn-north-4",
    "endpoint": "local",
    "account": "",
    "inputs": [PIECE],
    "settings": {"format": "MP4", "width": 640, "height": 360, "codec": "h264"},
    "triggers": [],
}
HERE = Site("huawei", "cn-north-4", "local")
OTHER: Props = {**SPEC, "inputs": [{**PIECE, "end": 3.0}]}
ELSEWHERE = {"region": "ap-southeast-3", "account": "another", "endpoint": "http://127.0.0.1:9"}


class Video:
    """One video of a stack: an intent and a task, run as the engine runs them."""

    def __init__(self, name: str) -> None:
        self.intents = Engine(SubmissionIntentProvider(), name)
        self.task = Engine(VodEditTaskProvider(), name)
        self.intent: Kept | None = None

    def props(self, spec: Props) -> Props:
        """The task's properties behind an intent of this run, or one of an earlier run when nothing has changed."""
        subject = {**spec, "spec_hash": self.task.check({}, {**spec, "intent": UNKNOWN})["spec_hash"]}
        self.intent = self.intents.up(self.intent, subject) if self.intent else self.intents.create(subject)
        return {**spec, "intent": self.intent.outputs["intent"]}

    def create(self, spec: Props = SPEC) -> Kept:
        return self.task.create(self.props(spec))

    def up(self, made: Kept, spec: Props = SPEC) -> Kept:
        return self.task.up(made, self.props(spec))

    def forgotten(self) -> None:
        """As after a crash: the intent is in the state, and this process did not make it."""
        assert self.intent is not None
        kept = self.intent.outputs
        self.intent = Kept(
            self.intent.id,
            self.intent.inputs,
            {**kept, "intent": {**kept["intent"], "nonce": "of-an-earlier-run"}},
        )


@pytest.fixture
def video(request: pytest.FixtureRequest) -> Video:
    return Video(request.node.name)


def asked(cloud: Caller, action: str) -> int:
    return len(cloud.control("GET", f"requests?action={action}"))


def last(cloud: Caller, action: str) -> dict[str, Any]:
    """The answer to the last request of this kind."""
    return dict(cloud.control("GET", f"requests?action={action}")[-1]["answer"])


def exists(cloud: Caller, made: Kept) -> bool:
    return bool(cloud.control("GET", f"media/{made.outputs['media_id']}")["status"] != "DELETED")


def lose(cloud: Caller, video: Video, spec: Props = SPEC) -> str:
    """Submit a task whose answer is lost; the task that there is all the same."""
    cloud.control("POST", "faults", kind="lost", action=CREATE)
    with pytest.raises(OutcomeUnknown, match="Run again"):
        video.create(spec)
    video.forgotten()
    return str(last(cloud, CREATE)["task_id"])


# ── what is made anew, and what is not ──


def test_a_task_is_submitted_and_its_ids_are_kept(cloud: Caller, video: Video) -> None:
    made = video.create()
    assert made.id == made.outputs["job_id"] == last(cloud, CREATE)["task_id"]
    assert made.outputs["media_id"] == last(cloud, CREATE)["asset_id"]
    sent = json.loads(cloud.control("GET", f"requests?action={CREATE}")[-1]["params"]["body"])
    assert sent == {
        "inputs": [{"asset_id": "clip-1", "timeline_start": "0", "timeline_end": "4"}],
        "editing_settings": {"format": "MP4", "width": 640, "height": 360, "video_codec": 1},
    }


def test_a_successor_remembers_what_came_before_it(cloud: Caller, video: Video) -> None:
    first = video.create()
    second = video.up(first, OTHER)
    third = video.up(second, SPEC)
    assert third.outputs["predecessors"] == [second.id, first.id]
    nonces = [one.outputs["intent"]["nonce"] for one in (second, first)]
    assert third.outputs["settled"] == nonces
    assert (
        Intent.model_validate(third.outputs["intent"]).unsettled(nonces, bridge.CLOCK.now() - timedelta(days=1)) == ()
    )


def test_a_second_run_finds_nothing_to_do(cloud: Caller, video: Video) -> None:
    made = video.create()
    assert video.up(made) is made
    assert asked(cloud, CREATE) == 1


@pytest.mark.parametrize(
    "changed",
    [{"triggers": ["again"]}, {"settings": {"format": "MOV"}}, {"inputs": [PIECE, PIECE]}],
    ids=["triggers", "settings", "inputs"],
)
def test_every_change_is_a_new_task(cloud: Caller, video: Video, changed: Props) -> None:
    made = video.create()
    after = video.up(made, {**SPEC, **changed})
    assert after.id != made.id
    assert after.inputs["generation"] == 2
    assert asked(cloud, CREATE) == 2


def test_an_adopted_id_and_an_unknown_intent_are_no_changes(cloud: Caller, video: Video) -> None:
    made = video.create()
    assert video.task.diff(made, {**SPEC, "adopt_id": "t9", "intent": UNKNOWN}).changes is False


def test_an_expired_record_is_no_change_while_the_asset_is_there(cloud: Caller, video: Video) -> None:
    made = video.create()
    cloud.control("POST", "expire", job_id=made.id)
    assert video.up(made) is made


def test_a_failed_task_is_submitted_anew_and_counted(cloud: Caller, video: Video) -> None:
    cloud.control("POST", "faults", kind="fail_job", code="InternalError", message="disk on fire")
    made = video.create()
    video.forgotten()
    again = video.up(made)
    assert again.id != made.id
    assert (again.inputs["generation"], again.inputs["attempt"]) == (2, 2)
    assert video.up(again) is again


def test_what_was_deleted_elsewhere_is_made_anew_beside_the_tasks_of_others(cloud: Caller, video: Video) -> None:
    made = earlier(video)
    other = Video("other").create()
    bridge.edits(HERE).delete_media([made.outputs["media_id"]])
    again = video.up(made)
    assert again.id not in (made.id, other.id)
    assert (again.inputs["generation"], again.inputs["attempt"]) == (2, 1)


@pytest.mark.parametrize("key", ELSEWHERE)
def test_a_stack_that_moved_elsewhere_submits_nothing(cloud: Caller, video: Video, key: str) -> None:
    made = video.create()
    with pytest.raises(ConfigError, match="Nothing was submitted"):
        video.task.diff(made, {**SPEC, "intent": UNKNOWN, key: ELSEWHERE[key]})


def test_an_account_that_nobody_names_now_is_the_one_of_then(cloud: Caller, video: Video) -> None:
    made = video.create()
    then = Kept(made.id, made.inputs, {**made.outputs, "account": keys.PROJECT_ID})
    assert video.task.diff(then, {**SPEC, "intent": UNKNOWN}).changes is False


# ── never twice ──


def test_after_a_lost_answer_nothing_is_submitted_until_a_person_has_decided(cloud: Caller, video: Video) -> None:
    lost = lose(cloud, video)
    for _ in range(2):
        with pytest.raises(ProductionFailed, match=rf"spring/teaser.*task {lost} .*Nothing was submitted"):
            video.create()
    assert asked(cloud, CREATE) == 1


@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_clock_that_jumps_between_two_runs_hides_no_task_that_was_lost(
    cloud: Caller, video: Video, minutes: int
) -> None:
    lost = lose(cloud, video)
    assert video.intent is not None
    intent = video.intent.outputs["intent"]
    intent["since"] = (datetime.fromisoformat(intent["since"]) + timedelta(minutes=minutes)).isoformat()
    with pytest.raises(ProductionFailed, match=rf"task {lost} .*Nothing was submitted"):
        video.create()
    assert asked(cloud, CREATE) == 1


def test_the_lost_task_is_adopted_by_its_id_and_is_then_the_videos_own(cloud: Caller, video: Video) -> None:
    lost = lose(cloud, video)
    made = video.create({**SPEC, "adopt_id": lost})
    assert (made.id, made.outputs["media_id"]) == (lost, last(cloud, CREATE)["asset_id"])
    assert video.up(made, {**SPEC, "adopt_id": lost}) is made
    assert video.up(made) is made
    assert asked(cloud, CREATE) == 1


def test_any_task_is_adopted_kept_in_the_end_and_followed_by_our_own(cloud: Caller, video: Video) -> None:
    theirs = bridge.edits(HERE).submit_cut(Cut.model_validate({key: OTHER[key] for key in ("inputs", "settings")}))
    adopting = {**SPEC, "adopt_id": theirs.job_id}
    made = video.create(adopting)
    assert (made.id, made.outputs["media_id"], asked(cloud, CREATE)) == (theirs.job_id, theirs.media_id, 1)
    after = video.up(made, {**adopting, "triggers": ["again"]})
    assert (after.id != made.id, "adopted" in after.outputs, asked(cloud, CREATE)) == (True, False, 2)
    video.task.delete(made.id, made.outputs)
    assert exists(cloud, made)


def test_a_lost_successor_is_adopted_by_its_id_too(cloud: Caller, video: Video) -> None:
    made = video.create()
    cloud.control("POST", "faults", kind="lost", action=CREATE)
    with pytest.raises(OutcomeUnknown):
        video.up(made, OTHER)
    video.forgotten()
    lost = str(last(cloud, CREATE)["task_id"])
    after = video.up(made, {**OTHER, "adopt_id": lost})
    assert (after.id, after.outputs["submitted_generation"], asked(cloud, CREATE)) == (lost, 2, 2)


def test_a_task_that_there_is_not_is_not_adopted(cloud: Caller, video: Video) -> None:
    said = {"adopt_id": "there is no job no-such-task at huawei cn-north-4 local"}
    assert video.task.faults({**SPEC, "adopt_id": "no-such-task", "intent": UNKNOWN}) == said
    assert asked(cloud, CREATE) == 0


@pytest.mark.parametrize(
    ("outputs", "left"),
    [({"on_delete": "retain"}, True), ({"adopted": True}, True), ({"adopted": True, "on_delete": "delete"}, False)],
    ids=["retained", "adopted", "adopted, to be deleted"],
)
def test_what_is_to_be_kept_is_not_deleted(cloud: Caller, video: Video, outputs: Props, left: bool) -> None:
    made = earlier(video)
    video.task.delete(made.id, {**made.outputs, **outputs})
    assert exists(cloud, made) is left


def test_keeping_a_video_reaches_the_state_and_renders_nothing(cloud: Caller, video: Video) -> None:
    made = video.create()
    after = video.up(made, {**SPEC, "on_delete": "retain"})
    assert (after.id, after.outputs["on_delete"], asked(cloud, CREATE)) == (made.id, "retain", 1)
    assert video.up(after, {**SPEC, "on_delete": "retain"}) is after


def test_a_changed_trigger_says_that_the_lost_task_is_none_of_it(cloud: Caller, video: Video) -> None:
    lost = lose(cloud, video)
    assert video.create({**SPEC, "triggers": ["again"]}).id != lost
    assert asked(cloud, CREATE) == 2


def test_a_run_that_was_killed_before_it_submitted_is_made_up_for(cloud: Caller, video: Video) -> None:
    video.props(SPEC)
    video.forgotten()
    assert video.create().id == last(cloud, CREATE)["task_id"]


def test_a_lost_task_that_has_failed_needs_no_decision(cloud: Caller, video: Video) -> None:
    cloud.control("POST", "faults", kind="fail_job", code="InternalError", message="disk on fire")
    lost = lose(cloud, video)
    assert video.create().id != lost


def test_tasks_from_before_the_intent_are_none_of_it(cloud: Caller, video: Video) -> None:
    Video("earlier").create()
    video.props(SPEC)
    video.forgotten()
    assert video.create().id == last(cloud, CREATE)["task_id"]


# ── what is taken away ──


def earlier(video: Video) -> Kept:
    """A video that an earlier run submitted: nothing in this process knows of it."""
    props = video.props(SPEC)
    video.forgotten()
    made = bridge.edits(HERE).submit_cut(Cut.model_validate({key: SPEC[key] for key in ("inputs", "settings")}))
    checked = video.task.check({}, props)
    ids = {"job_id": made.job_id, "media_id": made.media_id, "submitted_generation": 1, "schema": 1}
    return Kept(made.job_id, checked, {**checked, **ids})


def test_a_replaced_video_goes_when_its_successor_is_there(cloud: Caller, video: Video) -> None:
    made = earlier(video)
    after = video.up(made, OTHER)
    for _ in range(2):  # what is gone already is no fault
        video.task.delete(made.id, made.outputs)
    assert (exists(cloud, made), exists(cloud, after)) == (False, True)


def test_a_replaced_video_stays_when_its_successor_failed(cloud: Caller, video: Video) -> None:
    made = earlier(video)
    cloud.control("POST", "faults", kind="fail_job", code="InternalError", message="disk on fire")
    video.up(made, OTHER)
    with pytest.raises(ProductionFailed, match="the old video is kept"):
        video.task.delete(made.id, made.outputs)
    assert exists(cloud, made)


def test_a_removed_video_whose_task_still_waits_is_cancelled(cloud: Caller, video: Video) -> None:
    cloud.control("POST", "settings", pace="timed", queue_seconds=3600)
    made = earlier(video)
    video.task.delete(made.id, made.outputs)
    assert asked(cloud, CANCEL) == 1
    assert bridge.edits(HERE).get_job(made.id).code == "CANCEL"


def test_what_this_run_made_or_was_given_is_never_deleted_by_it(cloud: Caller, video: Video) -> None:
    made = video.create()
    video.task.delete(made.id, made.outputs)
    assert exists(cloud, made)
    assert asked(cloud, DELETE) == 0


# ── reading and waiting ──


def test_a_video_is_there_while_its_asset_is(cloud: Caller, video: Video) -> None:
    made = video.create()
    cloud.control("POST", "expire", job_id=made.id)
    assert video.task.read(made).id == made.id
    assert video.task.read(Kept(made.id, made.inputs, {**made.outputs, "media_id": "gone"})).id is None


def gate(**made: Kept) -> Props:
    place = {key: SPEC[key] for key in ("service", "region", "endpoint", "account")}
    productions = {
        name: {**place, **{key: one.outputs[key] for key in ("job_id", "media_id", "spec_hash")}}
        for name, one in made.items()
    }
    return {"productions": productions, "wait_for": "ready", "timeout": 60}


def test_a_gate_tells_the_facts_of_a_finished_asset(cloud: Caller, video: Video) -> None:
    made = video.create()
    facts = Engine(DeliveryProvider(), "gate").create(gate(teaser=made)).outputs["videos"]["teaser"]
    assert (facts["service"], facts["job_id"], facts["asset_id"]) == ("huawei", made.id, made.outputs["media_id"])
    assert (facts["duration"], facts["width"], facts["height"]) == (4.0, 640, 360)
    assert "project_id" not in facts


def test_one_list_call_tells_of_many_tasks_where_calls_are_counted_by_the_minute() -> None:
    for endpoint in ("local", ""):
        pace = bridge.pace(Site("huawei", "cn-north-4", endpoint))
        assert pace.one_by_one == 1
        assert 60 / pace.first <= 100


def test_a_failed_task_fails_its_gate(cloud: Caller, video: Video) -> None:
    cloud.control("POST", "faults", kind="fail_job", code="InternalError", message="disk on fire")
    made = video.create()
    with pytest.raises(ProductionFailed, match=rf"teaser: job {made.id} failed"):
        Engine(DeliveryProvider(), "gate").create(gate(teaser=made))


def test_a_gate_that_is_out_of_time_says_what_it_waits_for(cloud: Caller, video: Video) -> None:
    cloud.control("POST", "settings", pace="timed", queue_seconds=3600)
    made = video.create()
    with pytest.raises(TimedOut, match=made.id):
        Engine(DeliveryProvider(), "gate").create({**gate(teaser=made), "timeout": 0.1})


# ── where it is made ──


def stack(service: str, endpoint: str = "") -> Settings:
    return Settings(
        service, "a-region", endpoint, output="", missing="stop", drift="live", account="", campaigns="campaigns"
    )


def test_the_stacks_region_is_this_clouds_only_when_the_stack_is_for_it() -> None:
    assert vod_edit_task._region(stack("huawei")) == "a-region"
    with pytest.raises(ConfigError, match="Give region, such as cn-north-4, or set reelstack:service to huawei"):
        vod_edit_task._region(stack("ims"))


@pytest.mark.parametrize(
    ("place", "endpoint"),
    [
        (stack("huawei", "https://vod.example"), "https://vod.example"),
        (stack("ims", "https://ice.example"), ""),
        (stack("ims", "local"), "local"),
    ],
    ids=["its own", "another service's", "the local cloud is one of all"],
)
def test_the_stacks_endpoint_is_taken_when_it_is_one_of_this_cloud(place: Settings, endpoint: str) -> None:
    args = VodEditTaskArgs(inputs=[PIECE])
    assert vod_edit_task._endpoint(args, place) == endpoint
    assert vod_edit_task._endpoint(replace(args, endpoint="http://mine"), place) == "http://mine"


def test_the_account_is_the_project_that_is_named_beside_the_keys(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "p7")
    assert vod_edit_task._found_account("") == "p7"
    assert vod_edit_task._found_account("local") == ""
    for name in ("PROJECT_ID", "AK", "SK"):
        monkeypatch.delenv(f"HUAWEICLOUD_SDK_{name}", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert vod_edit_task._found_account("") == ""
