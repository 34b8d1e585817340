"""How our words are spelled for VOD, and that a project that somebody manages is never overwritten."""

from __future__ import annotations

from typing import Any

from reelstack.clouds.alibaba_vod.adapter import new_production
from reelstack.models.output import OutputSettings
from reelstack.models.production import DESCRIPTION_BYTES, MARK_BYTES, ProduceConfig, ProjectMetadata, Submission

TIMELINE = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "m"}]}]}


def submission(**fields: Any) -> Submission:
    return Submission(**{"output": OutputSettings(), "marker": {}, "client_token": "t", **fields})


def test_what_describes_the_video_goes_into_its_metadata() -> None:
    described = {"title": "T", "description": "D", "tags": ("a", "b"), "cate_id": 7, "cover_url": "u"}
    sent = new_production(submission(project_id="p", reference_id="r-1234", **described))
    assert sent.media_metadata == {
        "Title": "T",
        "Description": "D\nreelstack:t",
        "Tags": "a,b",
        "CateId": 7,
        "CoverURL": "u",
        "ReferenceId": "r-1234",
    }


def test_a_given_project_is_never_overwritten() -> None:
    named = ProjectMetadata(title="P", description="D", cover_url="u")
    sent = new_production(submission(project_id="p", title="T", project_metadata=named))
    assert sent.overwrites == ()


def test_a_project_of_its_own_is_named_as_the_production_says() -> None:
    named = ProjectMetadata(title="P", description="D", cover_url="u")
    sent = new_production(submission(timeline=TIMELINE, title="T", project_metadata=named))
    assert (sent.title, sent.description, sent.cover_url) == ("P", "D", "u")
    assert new_production(submission(timeline=TIMELINE, title="T")).title == "T"


def test_output_settings_are_the_configuration_and_win_over_what_is_not_known_here() -> None:
    settings: dict[str, Any] = {
        "width": 640,
        "height": 360,
        "bitrate": 2000,
        "storage_location": "b",
        "vod_template_group_id": "g",
    }
    config = ProduceConfig(more={"Width": 1, "Extra": True})
    sent = new_production(submission(project_id="p", output=OutputSettings(**settings), produce_config=config))
    assert sent.produce_config == {
        "Width": 640,
        "Height": 360,
        "Bitrate": 2000,
        "StorageLocation": "b",
        "TemplateGroupId": "g",
        "Extra": True,
    }


def test_the_application_and_the_users_own_data_go_along() -> None:
    sent = new_production(submission(project_id="p", app_id="app-1", user_data={"Extend": {"a": 1}}))
    assert (sent.app_id, sent.user_data) == ("app-1", {"Extend": {"a": 1}})


def test_the_longest_description_and_the_mark_are_within_what_the_service_takes() -> None:
    longest = "x" * (DESCRIPTION_BYTES - MARK_BYTES)
    sent = new_production(submission(project_id="p", description=longest, client_token="f" * 32))
    assert sent.media_metadata is not None
    assert len(sent.media_metadata["Description"].encode()) <= DESCRIPTION_BYTES
