"""Native timelines in campaign files: kept as they are, inline or in a JSON file, checked where they are written."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from reelstack.campaign import expand
from reelstack.campaign.files import MAX_BYTES
from reelstack.campaign.load import load
from reelstack.errors import ConfigError
from reelstack.models import canonical
from reelstack.models.campaign import Campaign

CLIP = {"MediaId": "media-a", "In": 0, "Out": 2.0, "Effects": [{"Type": "KenBurns", "Start": [0, 0]}]}
TIMELINE = {"VideoTracks": [{"VideoTrackClips": [CLIP]}], "AspectRatio": "16:9", "Own": {"kept": None}}
CAMPAIGN = """\
campaign: spring
sources: {a: media-a}
projects:
  cut:
    title: Spring
    timeline: TIMELINE
videos:
  wide: {project: cut, size: 1280x720}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    (tmp_path / "stacks" / "cuts").mkdir(parents=True)
    return tmp_path


def read(project: Path, written: str, service: str | None = None) -> Campaign:
    file = project / "stacks" / "c.yaml"
    file.write_text(CAMPAIGN.replace("TIMELINE", written))
    if service is None:
        return load(file, shown_as="stacks/c.yaml")
    return load(file, shown_as="stacks/c.yaml", refused=partial(expand.refusals, service=service))


def fault(project: Path, written: str, service: str | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        read(project, written, service)
    (only,) = caught.value.faults
    return str(only)


def in_file(project: Path, text: str) -> None:
    (project / "stacks" / "cuts" / "a.json").write_text(text)


@pytest.mark.parametrize("service", ["ims", "vod"])
def test_what_is_written_in_place_or_in_a_file_is_deployed_as_it_is(project: Path, service: str) -> None:
    in_file(project, json.dumps(TIMELINE, indent="\t"))
    for written in (json.dumps(TIMELINE), "cuts/a.json"):
        (declared,) = expand.expand(read(project, written, service), service).projects
        assert declared.timeline == TIMELINE


def test_where_it_is_written_and_how_numbers_are_spelt_is_no_content(project: Path) -> None:
    in_file(project, json.dumps(TIMELINE).replace("2.0", "2"))
    one, other = (
        expand.expand(read(project, written)).projects[0] for written in (json.dumps(TIMELINE), "cuts/a.json")
    )
    assert one.content == other.content == canonical.content_hash({"cut": {"timeline": TIMELINE}, "media": {}})


def test_a_fault_in_a_file_is_told_at_its_line_there(project: Path) -> None:
    faulty: dict[str, Any] = {"VideoTracks": [{"VideoTrackClips": [{**CLIP, "Out": 0}]}]}
    in_file(project, json.dumps(faulty, indent=2))
    assert fault(project, "cuts/a.json") == (
        "stacks/cuts/a.json:8:11: projects.cut.timeline.VideoTracks[0].VideoTrackClips[0].Out: "
        "Out must be after In (0), not at 0"
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{VideoTracks: []}", "stacks/c.yaml:6:5: projects.cut.timeline: it has neither video nor audio tracks"),
        ("{VideoTracks: [{VideoTrackClips: [{Type: Image, MediaId: a, Duration: 0}]}]}", "it lasts 0 s"),
        ("{VideoTracks: [{VideoTrackClips: [{MediaId: a, In: 2, Out: .nan}]}]}", "not JSON"),
        ("[1, 2]", "projects.cut.timeline: expected a native timeline"),
        ("cuts/none.json", "stacks/c.yaml:6:5: projects.cut.timeline: there is no file 'cuts/none.json'"),
        ("cuts/a.txt", "'cuts/a.txt' is none of the files that are read here: name one that ends in .json"),
        ("../../a.json", "lies outside of the project"),
        ("/etc/a.json", "write the path relative to this file"),
        ("C:/a.json", "write the path relative to this file"),
        ('"~/a.json"', "write the path relative to this file"),
        ('"a\\0.json"', "is no path that can be read"),
        (f"{'a' * 300}.json", "is no path that can be read"),
        ("cuts/link.json", "lies outside of the project"),
        ("cuts/loop.json", "no path that can be read"),
        ("cuts/folder.json", "there is no file 'cuts/folder.json'"),
    ],
)
def test_what_is_no_timeline_is_said_once_at_its_line(
    project: Path, tmp_path_factory: pytest.TempPathFactory, written: str, said: str
) -> None:
    cuts, elsewhere = project / "stacks" / "cuts", tmp_path_factory.mktemp("elsewhere") / "secret.json"
    elsewhere.write_text(json.dumps(TIMELINE))
    (cuts / "link.json").symlink_to(elsewhere)
    (cuts / "loop.json").symlink_to(cuts / "loop.json")
    (cuts / "folder.json").mkdir()
    found = fault(project, written)
    assert said in found
    assert "secret" not in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"VideoTracks":\n [}', "stacks/cuts/a.json:2:3: is not JSON"),
        ("[]", "stacks/cuts/a.json: expected one timeline"),
        ('{"a": 1, "a": 2}', "stacks/cuts/a.json: is not JSON: the key 'a' is there twice"),
        ('{"a": NaN}', "stacks/cuts/a.json: is not JSON: NaN is no number"),
        ("[" * 100_000, "stacks/cuts/a.json: is not JSON: nested"),
        ('{"a": [' + "1," * 100_000 + "1]}", "stacks/cuts/a.json: more than 100,000 values"),
        (" " * (MAX_BYTES + 1), "is larger than 1,000,000 bytes"),
    ],
)
def test_a_file_that_is_none_is_said_plainly(project: Path, text: str, said: str) -> None:
    in_file(project, text)
    assert said in fault(project, "cuts/a.json")


def test_huawei_is_asked_for_no_native_timeline(project: Path) -> None:
    assert fault(project, json.dumps(TIMELINE), "huawei").startswith(
        "stacks/c.yaml:6:5: projects.cut.timeline: Huawei Cloud VOD does not know this format"
    )


def test_on_vod_a_material_needs_its_id(project: Path) -> None:
    url = "https://bucket.oss-cn-shanghai.aliyuncs.com/a.mp4"
    timeline = json.dumps({"VideoTracks": [{"VideoTrackClips": [{"MediaURL": url}]}]})
    assert read(project, timeline, "ims").projects["cut"].timeline
    assert "projects.cut.timeline.VideoTracks[0].VideoTrackClips[0].MediaId" in fault(project, timeline, "vod")


@pytest.mark.parametrize(
    ("more", "said"),
    [("\n    music: {clip: a}", "cut.music: a native timeline holds it already"), ("\n    video: []", "")],
)
def test_a_cut_is_written_in_one_way(project: Path, more: str, said: str) -> None:
    if said:
        assert said in fault(project, json.dumps(TIMELINE) + more)
    else:
        assert read(project, json.dumps(TIMELINE) + more).projects["cut"].timeline
