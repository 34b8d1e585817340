"""`EditingProject` against the local cloud: what is updated, what is replaced, and whose words win."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from pulumi.output import UNKNOWN

from contract.emulator.door import Caller
from reelstack.errors import ConfigError, OutcomeUnknown, Rejected
from reelstack.models import marks
from reelstack.resources import bridge
from reelstack.resources.editing_project import EditingProjectArgs, EditingProjectProvider, _content
from unit.resources.engine import Engine, Kept, Props

MATERIAL = {"MediaId": "clip0000000000000001"}
TIMELINE: Props = {"VideoTracks": [{"VideoTrackClips": [{**MATERIAL, "In": 0, "Out": 4}]}]}
SPEC: Props = {
    "name": "spring/teaser",
    "stack_id": "5tack",
    "service": "ims",
    "region": "cn-shanghai",
    "endpoint": "local",
    "title": "Teaser",
    "description": "Forty seconds of spring.",
    "timeline": TIMELINE,
    "content": "c0ffee",
}
COVER = "https://films.oss-cn-shanghai.aliyuncs.com/cover.png"
KEPT = Kept("p1", SPEC, {**SPEC, "project_id": "p1"})
ALONE: Props = {**SPEC, "drift": "state"}  # no look at the cloud


@pytest.fixture
def project(request: pytest.FixtureRequest) -> Engine:
    return Engine(EditingProjectProvider(), request.node.name)


def held(cloud: Caller, made: Kept) -> dict[str, Any]:
    """The project as the cloud holds it, its description without our mark."""
    found: dict[str, Any] = cloud.ok("GetEditingProject", ProjectId=made.id)["Project"]
    return {**found, "Description": marks.unmarked(found.get("Description"))}


def earlier(cloud: Caller, **props: object) -> Kept:
    """A project that an earlier run made, or somebody else: nothing in this process knows of it."""
    timeline = json.dumps(TIMELINE)
    described = {"Title": SPEC["title"], "Description": SPEC["description"], "Timeline": timeline}
    made = cloud.ok("CreateEditingProject", **described)["Project"]["ProjectId"]
    return Kept(made, SPEC, {**SPEC, "project_id": made, **props})


def projects(cloud: Caller) -> int:
    return int(cloud.control("GET", "status")["projects"])


# ── decisions ──


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"content": "beef"},
        {"name": "spring/renamed"},
        {"cover_url": None},
        {"timeline": {"VideoTracks": [{"VideoTrackClips": [{"Out": 4.0, "In": 0.00001, **MATERIAL}]}]}},
    ],
    ids=["nothing", "content", "name", "empty", "spelling"],
)
def test_what_a_project_does_not_hold_is_no_change(project: Engine, changed: Props) -> None:
    assert project.diff(KEPT, {**ALONE, **changed}).changes is False


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Another title"},
        {"description": "Other words."},
        {"description": None},
        {"cover_url": "https://films.oss-cn-shanghai.aliyuncs.com/cover.png"},
        {"timeline": {"VideoTracks": []}},
    ],
)
def test_a_title_a_description_a_cover_and_a_cut_are_updated_in_place(project: Engine, changed: Props) -> None:
    found = project.diff(KEPT, {**ALONE, **changed})
    assert found.changes is True
    assert not found.replaces


@pytest.mark.parametrize(
    "changed",
    [
        {"project_type": "EditingProject"},
        {"material_maps": {"video": ["m1"]}},
        {"project_type": "LiveEditingProject", "business_config": {"output_media_config": {"storage_location": "b"}}},
    ],
)
def test_what_the_service_cannot_update_replaces_the_project(project: Engine, changed: Props) -> None:
    assert project.diff(KEPT, {**SPEC, **changed}).replaces == sorted(changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Another title"},
        {"description": "Other words."},
        {"cover_url": "https://films.oss-cn-shanghai.aliyuncs.com/cover.png"},
        {"project_type": "LiveEditingProject"},
    ],
)
def test_what_does_not_show_in_the_video_is_no_part_of_the_content(changed: dict[str, Any]) -> None:
    plain = EditingProjectArgs(title="Teaser", timeline=TIMELINE)
    assert _content(dataclasses.replace(plain, **changed)) == _content(plain)


def test_the_content_is_that_of_the_timeline_however_it_is_written() -> None:
    as_text = json.dumps(TIMELINE, indent=2, sort_keys=True)
    given = [_content(EditingProjectArgs(title="t", timeline=written)) for written in (TIMELINE, as_text)]
    assert given[0] == given[1] != _content(EditingProjectArgs(title="t", timeline={"VideoTracks": []}))


# ── checks ──


def test_every_fault_is_said_at_once(project: Engine) -> None:
    wrong = {"service": "vimeo", "timeline": "no JSON", "titel": "?", "project_type": "Film"}
    assert set(project.faults({**SPEC, **wrong})) == set(wrong)


@pytest.mark.parametrize("unknown", [{"stack_id": UNKNOWN}, {"timeline": UNKNOWN}, {"timeline": {"Tracks": [UNKNOWN]}}])
def test_what_is_unknown_in_preview_is_no_fault(project: Engine, unknown: Props) -> None:
    assert project.faults({**SPEC, **unknown}) == {}


# ── in the cloud ──


def test_a_created_project_is_what_was_declared(cloud: Caller, project: Engine) -> None:
    made = project.create(SPEC)
    found = held(cloud, made)
    assert (found["Title"], found["Description"]) == ("Teaser", "Forty seconds of spring.")
    assert json.loads(found["Timeline"]) == TIMELINE
    facts = {"project_id": made.id, "account_id": ""}
    assert made.outputs == SPEC | facts | {key: made.outputs[key] for key in ("echo", "created", "modified")}
    assert project.up(made, SPEC) is made


def test_an_update_overwrites_what_changed_and_leaves_the_rest(cloud: Caller, project: Engine) -> None:
    made = project.create(ALONE)
    cloud.ok("UpdateEditingProject", ProjectId=made.id, Title="Set by an editor")
    after = project.up(made, {**ALONE, "description": "Other words."})
    assert (held(cloud, after)["Title"], held(cloud, after)["Description"]) == ("Set by an editor", "Other words.")
    assert after.id == made.id
    assert after.outputs["description"] == "Other words."


def test_what_an_editor_changed_elsewhere_is_seen_and_written_again(cloud: Caller, project: Engine) -> None:
    made = project.create(SPEC)
    cloud.ok("UpdateEditingProject", ProjectId=made.id, Title="Set by an editor")
    assert project.diff(made, SPEC).changes is True
    after = project.up(made, SPEC)
    assert (after.id, held(cloud, after)["Title"]) == (made.id, "Teaser")
    assert project.diff(after, SPEC).changes is False


def test_what_is_not_declared_is_the_editors_own(cloud: Caller, project: Engine) -> None:
    made = project.create(SPEC)
    cloud.ok("UpdateEditingProject", ProjectId=made.id, CoverURL=COVER)
    assert project.diff(made, SPEC).changes is False


def test_a_project_that_was_deleted_elsewhere_is_made_again(cloud: Caller, project: Engine) -> None:
    made = project.create(SPEC)
    cloud.ok("DeleteEditingProjects", ProjectIds=made.id)
    assert project.diff(made, SPEC).replaces == ["project_missing"]
    after = project.up(made, SPEC)
    assert (after.id != made.id, held(cloud, after)["Title"]) == (True, "Teaser")


def test_a_text_that_is_no_longer_declared_is_cleared(cloud: Caller, project: Engine) -> None:
    made = project.create(SPEC)
    news = {key: value for key, value in SPEC.items() if key != "description"}
    after = project.up(made, news)
    assert not held(cloud, after).get("Description")
    assert project.up(after, news) is after


def test_a_timeline_that_is_no_longer_declared_is_cleared(cloud: Caller, project: Engine) -> None:
    made = project.create(SPEC)
    news = {key: value for key, value in SPEC.items() if key != "timeline"}
    after = project.up(made, news)
    assert json.loads(held(cloud, after).get("Timeline") or "{}") == {}
    assert project.up(after, news) is after


def test_what_was_read_is_no_drift_when_nothing_changed(cloud: Caller, project: Engine) -> None:
    made = project.create(SPEC)
    found = project.read(made)
    assert (found.id, found.outs) == (made.id, made.outputs)
    assert found.inputs == made.inputs


def test_a_drift_is_read_as_the_old_input_and_put_right_by_the_next_run(cloud: Caller, project: Engine) -> None:
    made = project.create(SPEC)
    cloud.ok("UpdateEditingProject", ProjectId=made.id, Title="Set by an editor", Timeline={"VideoTracks": []})
    found = project.read(made)
    assert found.inputs is not None
    assert (found.inputs["title"], found.inputs["timeline"]) == ("Set by an editor", {"VideoTracks": []})
    after = project.up(Kept(made.id, found.inputs, dict(found.outs or {})), SPEC)
    assert (held(cloud, after)["Title"], json.loads(held(cloud, after)["Timeline"])) == ("Teaser", TIMELINE)


def test_what_the_cloud_writes_in_another_way_is_no_drift(cloud: Caller, project: Engine) -> None:
    news = {**SPEC, "cover_url": COVER}
    made = project.create(news)
    clip = {"Out": 4.0, "Speed": 1, **MATERIAL, "TimelineIn": 0, "TimelineOut": 4, "ClipId": "c1"}
    cloud.ok("UpdateEditingProject", ProjectId=made.id, Timeline={"VideoTracks": [{"VideoTrackClips": [clip]}]})
    assert "Signature=" in held(cloud, made)["CoverURL"]
    assert project.read(made).inputs == made.inputs


def test_another_cover_is_a_drift_and_its_signature_is_not_kept(cloud: Caller, project: Engine) -> None:
    made = project.create({**SPEC, "cover_url": COVER})
    other = COVER.replace("cover", "other")
    cloud.ok("UpdateEditingProject", ProjectId=made.id, CoverURL=other)
    found = project.read(made)
    assert found.inputs is not None
    assert found.inputs["cover_url"] == other


def test_a_project_that_is_gone_is_read_as_gone_and_deleted_without_complaint(cloud: Caller, project: Engine) -> None:
    made = earlier(cloud)
    project.delete(made.id, made.outputs)
    assert projects(cloud) == 0
    assert project.read(made).id is None
    project.delete(made.id, made.outputs)


# ── lost and found ──


def test_a_project_whose_answer_was_lost_is_found_again_by_its_mark(cloud: Caller, project: Engine) -> None:
    spec = {**SPEC, "stack_id": "new-stack"}
    bridge.STASH.intend("new-stack")
    cloud.control("POST", "faults", kind="lost", action="CreateEditingProject")
    with pytest.raises(OutcomeUnknown):
        project.create(spec)
    later = {**spec, "region": "cn-beijing", "title": "Declared meanwhile"}  # a place that this run has not listed yet
    bridge.STASH._intents.discard("new-stack")
    made = project.create(later)
    assert (projects(cloud), held(cloud, made)["Title"]) == (1, "Declared meanwhile")
    assert project.diff(made, later).changes is False


def test_a_lost_project_whose_fixed_fields_were_others_is_not_taken_over(cloud: Caller, project: Engine) -> None:
    spec = {**SPEC, "region": "cn-hangzhou", "stack_id": "5tack-that-is-new"}  # a place that was not listed yet
    bridge.STASH.intend(spec["stack_id"])
    cloud.control("POST", "faults", kind="lost", action="CreateEditingProject")
    with pytest.raises(OutcomeUnknown):
        project.create({**spec, "material_maps": {"video": ["clip0000000000000001"]}})
    bridge.STASH._intents.discard(spec["stack_id"])
    made = project.create(spec)
    assert projects(cloud) == 2
    assert project.diff(made, spec).changes is False


def test_a_new_stack_searches_for_nothing(cloud: Caller, project: Engine) -> None:
    bridge.STASH.intend("fresh-stack")
    project.create({**SPEC, "stack_id": "fresh-stack"})
    assert cloud.control("GET", "requests?action=ListEditingProjects") == []


def test_a_replaced_project_is_not_taken_for_a_lost_one(cloud: Caller, project: Engine) -> None:
    made = project.create(SPEC)
    after = project.up(made, {**SPEC, "project_type": "EditingProject"})
    assert after.id != made.id


# ── adoption and the end ──


def test_an_adopted_project_is_overwritten_and_kept_in_the_end(cloud: Caller, project: Engine) -> None:
    found = earlier(cloud)
    made = project.create({**SPEC, "adopt_id": found.id, "title": "Ours now"})
    assert (made.id, held(cloud, made)["Title"], projects(cloud)) == (found.id, "Ours now", 1)
    assert project.diff(made, {**SPEC, "title": "Ours now"}).changes is False
    Engine(project.provider, "another").delete("p-other", {**made.outputs, "project_id": "p-other"})
    assert projects(cloud) == 1


@pytest.mark.parametrize(
    ("outputs", "left"),
    [({}, 0), ({"on_delete": "retain"}, 1), ({"adopted": True}, 1), ({"adopted": True, "on_delete": "delete"}, 0)],
    ids=["made", "retained", "adopted", "adopted, to be deleted"],
)
def test_what_was_made_is_deleted_and_what_was_adopted_is_kept(
    cloud: Caller, project: Engine, outputs: Props, left: int
) -> None:
    old = earlier(cloud, **outputs)
    project.delete(old.id, old.outputs)
    assert projects(cloud) == left


@pytest.mark.parametrize("described", ["Spring.", ""])
def test_what_is_kept_bears_our_mark_no_more_and_is_never_taken_for_lost(
    cloud: Caller, project: Engine, described: str
) -> None:
    old = earlier(cloud, on_delete="retain")
    cloud.ok("UpdateEditingProject", ProjectId=old.id, Description=marks.marked(described, "5tack", "t0ken"))
    project.delete(old.id, old.outputs)
    assert cloud.ok("GetEditingProject", ProjectId=old.id)["Project"].get("Description", "") == described
    project.delete("gone-already", old.outputs)


def test_keeping_it_reaches_the_state_without_a_call(cloud: Caller, project: Engine) -> None:
    made = project.create(SPEC)
    after = project.up(made, {**SPEC, "on_delete": "retain"})
    assert (after.id, after.outputs["on_delete"], after.outputs["echo"]) == (made.id, "retain", made.outputs["echo"])
    assert cloud.control("GET", "requests?action=UpdateEditingProject") == []


def test_there_must_be_something_to_adopt(cloud: Caller, project: Engine) -> None:
    assert project.faults({**SPEC, "adopt_id": "no-such"}) == {"adopt_id": "there is no project no-such"}


def test_what_was_adopted_and_deleted_elsewhere_is_made_again(cloud: Caller, project: Engine) -> None:
    declared = {**SPEC, "adopt_id": earlier(cloud).id}
    adopted = project.create(declared)
    cloud.ok("DeleteEditingProjects", ProjectIds=adopted.id)
    made = project.up(adopted, declared)
    assert (made.id != adopted.id, projects(cloud)) == (True, 1)
    assert project.up(made, declared) is made


def test_what_another_resource_holds_cannot_be_adopted(cloud: Caller, project: Engine) -> None:
    made = project.create(SPEC)
    another = Engine(project.provider, "wanting")
    assert "belongs to" in another.faults({**SPEC, "adopt_id": made.id})["adopt_id"]
    with pytest.raises(ConfigError, match=r"adopt_id: .* belongs to"):
        another.make({**SPEC, "adopt_id": made.id})


def test_what_is_held_cannot_be_adopted_whichever_of_the_two_the_engine_asks_about_first(
    cloud: Caller, project: Engine
) -> None:
    held, another = earlier(cloud), Engine(project.provider, "adopting")
    adopted = another.create({**SPEC, "adopt_id": held.id})
    with pytest.raises(ConfigError, match="belongs to adopting of this stack as well"):
        project.diff(held, SPEC)
    with pytest.raises(ConfigError, match=r"belongs to .* as well"):
        Engine(project.provider, "a third one").diff(adopted, SPEC)


def test_where_two_hold_one_project_the_way_out_that_is_told_deletes_nothing(cloud: Caller, project: Engine) -> None:
    held, another = earlier(cloud), Engine(project.provider, "adopting")
    adopted = Kept(held.id, SPEC, {**held.outputs, "adopted": True, "on_delete": "delete"})
    project.diff(held, SPEC)
    with pytest.raises(ConfigError) as refused:
        another.diff(adopted, SPEC)
    assert "out of the stack, not its adopt_id alone" in refused.value.hint
    another.delete(adopted.id, adopted.outputs)
    assert projects(cloud) == 1


def test_a_refusal_of_the_cloud_is_told_as_it_was_said(cloud: Caller, project: Engine) -> None:
    cloud.control(
        "POST", "faults", kind="error", action="CreateEditingProject", code="InvalidParameter", status=400, message="No"
    )
    with pytest.raises(Rejected, match="CreateEditingProject: InvalidParameter: No"):
        project.create(SPEC)


@pytest.mark.parametrize("changed", [{"region": "cn-beijing"}, {"endpoint": "http://127.0.0.1:9"}])
def test_a_project_is_not_looked_for_elsewhere(project: Engine, changed: Props) -> None:
    with pytest.raises(ConfigError, match="was made at ims cn-shanghai local, but it is now declared for"):
        project.diff(KEPT, {**SPEC, **changed})


def test_a_state_that_knows_no_times_is_read_with_no_change(cloud: Caller, project: Engine) -> None:
    """So it was written before."""
    made = project.create(SPEC)
    before = {key: value for key, value in made.outputs.items() if key not in ("created", "modified")}
    kept = Kept(made.id, made.inputs, before)
    assert project.up(kept, SPEC) is kept
