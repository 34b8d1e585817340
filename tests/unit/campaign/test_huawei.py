"""A campaign for Huawei Cloud VOD: cuts as they are, and whatever else is asked for refused where it stands."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from reelstack.campaign import expand
from reelstack.campaign.load import load
from reelstack.errors import ConfigError
from reelstack.models.campaign import Campaign

CUTS = """\
campaign: spring
sources:
  meadow: asset-1
  logo: {media: asset-2, kind: image}
  song: {media: asset-3, kind: audio}
projects:
  teaser:
    title: Spring
    video:
      - clip: meadow
        in: 1s
        out: 3.5s
      - clip: meadow
        length: 2s
videos:
  wide:
    project: teaser
    size: 1280x720
"""


def loaded(folder: Path, text: str, service: str = "huawei") -> Campaign:
    file = folder / "spring.yaml"
    file.write_text(text)
    return load(file, shown_as="spring.yaml", refused=partial(expand.refusals, service=service))


def refused(folder: Path, text: str, service: str = "huawei") -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text, service)
    return [(fault.where, fault.path) for fault in caught.value.faults]


def test_a_video_is_one_task_with_its_clips_in_order(tmp_path: Path) -> None:
    declared = expand.expand(loaded(tmp_path, CUTS), "huawei")
    assert (declared.projects, declared.videos) == ((), ())
    (edit,) = declared.edits
    assert (edit.name, edit.triggers, edit.adopt_id, edit.on_delete) == ("wide", (), None, None)
    assert [(piece.asset_id, piece.start, piece.end) for piece in edit.cut.inputs] == [
        ("asset-1", 1, 3.5),
        ("asset-1", 0, 2),
    ]
    assert edit.cut.settings.model_dump(exclude_none=True) == {
        "format": "MP4",
        "codec": "h264",
        "width": 1280,
        "height": 720,
        "resolution_adaptation": False,
        "resolution_upsample": True,
    }


def test_triggers_and_an_adopted_task_reach_their_video(tmp_path: Path) -> None:
    text = CUTS + "    triggers: [again]\n    adopt_id: t1\n    on_delete: delete\n"
    (edit,) = expand.expand(loaded(tmp_path, text), "huawei").edits
    assert (edit.triggers, edit.adopt_id, edit.on_delete) == (("again",), "t1", "delete")
    (video,) = expand.expand(loaded(tmp_path, text, "ims"), "ims").videos
    assert (video.triggers, video.adopt_id, video.on_delete) == (("again",), "t1", "delete")


ALL = """\
campaign: spring
sources:
  meadow: asset-1
  logo: {media: asset-2, kind: image}
  song: {media: asset-3, kind: audio}
projects:
  teaser:
    title: Spring
    video:
      - clip: meadow
        out: 3s
        speed: 2
        volume: 0.5
        fit: contain
        transition: {type: fade}
      - clip: logo
        length: 2s
    insets:
      - clip: logo
        length: 1s
        at: 0s
        frame: {x: 0, y: 0, width: 0.2, height: 0.2}
    captions:
      - text: Now
        length: 1s
    sounds:
      - {clip: song, length: 1s}
    music: {clip: song}
videos:
  tall:
    project: teaser
    size: 1620x2882
    title: Tall
    description: All of it
    bitrate: 3000
"""


def test_whatever_the_service_cannot_do_is_refused_at_its_entry_all_at_once(tmp_path: Path) -> None:
    teaser = "projects.teaser"
    assert refused(tmp_path, ALL) == [
        ("spring.yaml:12:9", f"{teaser}.video[0].speed"),
        ("spring.yaml:13:9", f"{teaser}.video[0].volume"),
        ("spring.yaml:14:9", f"{teaser}.video[0].fit"),
        ("spring.yaml:15:9", f"{teaser}.video[0].transition"),
        ("spring.yaml:16:9", f"{teaser}.video[1].clip"),
        ("spring.yaml:19:9", f"{teaser}.insets[0]"),
        ("spring.yaml:24:9", f"{teaser}.captions[0]"),
        ("spring.yaml:27:9", f"{teaser}.sounds[0]"),
        ("spring.yaml:28:5", f"{teaser}.music"),
        ("spring.yaml:32:5", "videos.tall.size"),
        ("spring.yaml:33:5", "videos.tall.title"),
        ("spring.yaml:34:5", "videos.tall.description"),
        ("spring.yaml:35:5", "videos.tall.bitrate"),
    ]


def test_what_only_repeats_the_default_is_no_demand(tmp_path: Path) -> None:
    text = CUTS.replace("        out: 3.5s\n", "        out: 3.5s\n        speed: 1\n        volume: 1\n")
    assert loaded(tmp_path, text).projects["teaser"].video[0].speed == 1


def test_the_first_clip_too_many_is_named(tmp_path: Path) -> None:
    clip = "      - clip: meadow\n        length: 2s\n"
    text = CUTS.replace(clip, clip * 20)
    assert refused(tmp_path, text) == [("spring.yaml:51:9", "projects.teaser.video[20]")]


def test_what_does_not_fit_together_is_told_beside_what_cannot_be_done(tmp_path: Path) -> None:
    text = CUTS.replace("- clip: meadow\n        length", "- clip: medow\n        speed: 3\n        length")
    paths = [path for _, path in refused(tmp_path, text)]
    assert paths == ["projects.teaser.video[1].clip", "projects.teaser.video[1].speed"]


@pytest.mark.parametrize("service", ["ims", "vod"])
def test_the_other_services_refuse_nothing_of_it(tmp_path: Path, service: str) -> None:
    declared = expand.expand(loaded(tmp_path, ALL.replace("1620x2882", "1080x1920"), service), service)
    assert declared.videos


def test_the_page_says_of_every_key_that_is_refused_that_it_is() -> None:
    page = (Path(__file__).parents[3] / "docs" / "campaigns.md").read_text()
    table = page[page.index("## What each service can do") :]
    rows = [row.split("|")[1:-1] for row in table.splitlines() if row.startswith("| ")]
    refused_there = " ".join(row[0] for row in rows if row[3].strip().startswith("no"))
    for key in (
        "transition",
        "speed",
        "volume",
        "fit",
        "insets",
        "captions",
        "sounds",
        "music",
        "title",
        "description",
        "bitrate",
    ):
        assert key in refused_there
    assert "timeline" in refused_there
    accepted = " ".join(row[0] for row in rows if row[3].strip().startswith("yes"))
    assert all(key in accepted for key in ("`in`", "`out`", "`length`", "size", "triggers", "adopt_id", "on_delete"))
