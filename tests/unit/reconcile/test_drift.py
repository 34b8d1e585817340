"""Edits made elsewhere, told apart from what the service only writes in another way."""

from __future__ import annotations

from typing import Any

import pytest

from reelstack.models.project import Project
from reelstack.models.status import ProjectStatus
from reelstack.reconcile import drift

CLIPS = [{"MediaId": "m1", "In": 0, "Out": 4}, {"MediaId": "m2", "In": 1, "Out": 2}]
TIMELINE: dict[str, Any] = {"VideoTracks": [{"VideoTrackClips": CLIPS}]}
WRITTEN = [{"MediaId": "m1", "Out": 4.0, "In": 0.0}, {"MediaId": "m2", "In": 1.00001, "Out": "2"}]
DECLARED: dict[str, Any] = {"title": "Teaser", "timeline": TIMELINE}


def live(**fields: Any) -> Project:
    given = {"title": "Teaser", "timeline": TIMELINE, **fields}
    return Project.model_validate({"project_id": "p", "status": ProjectStatus.EDITING, **given})


SHORTER = {"VideoTracks": [{"VideoTrackClips": CLIPS[:1]}]}
ODD = {"VideoTracks": [{"VideoTrackClips": [{**clip, "ServersOwn": 7} for clip in CLIPS]}]}


@pytest.mark.parametrize(
    "fields",
    [{}, {"description": "by an editor"}, {"timeline": {"VideoTracks": [{"VideoTrackClips": WRITTEN}]}}],
    ids=["nothing", "not declared", "numbers"],
)
def test_no_edit_is_no_drift(fields: dict[str, Any]) -> None:
    assert drift.drifted(DECLARED, live(**fields), {}) == {}


def test_an_edit_is_drift_with_the_clouds_value() -> None:
    assert drift.drifted(DECLARED, live(title="Sommer"), drift.echo(live())) == {"title": "Sommer"}


def test_what_the_service_answered_right_after_our_write_is_no_drift_however_odd() -> None:
    assert drift.drifted(DECLARED, live(timeline=ODD), {}) == {"timeline": ODD}
    assert drift.drifted(DECLARED, live(timeline=ODD), drift.echo(live(timeline=ODD))) == {}


def test_an_edit_after_an_odd_echo_is_drift() -> None:
    assert drift.drifted(DECLARED, live(timeline=SHORTER), drift.echo(live(timeline=ODD))) == {"timeline": SHORTER}


def test_what_was_edited_and_set_back_is_no_drift() -> None:
    assert drift.drifted(DECLARED, live(), drift.echo(live(timeline=ODD))) == {}


def test_drift_is_told_in_words() -> None:
    found = drift.drifted(DECLARED, live(title="Sommer", timeline=SHORTER), {})
    said = drift.words(DECLARED, found)
    assert "title: 'Teaser' → 'Sommer'" in said
    assert "timeline: 1 removed" in said
