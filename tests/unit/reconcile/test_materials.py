"""What is looked at before a production is submitted, and what a look must not stop."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pytest

from kit.clouds import FakeCloud, media
from reelstack.errors import ConfigError, Unavailable
from reelstack.models.cut import Cut, Piece
from reelstack.models.production import Media
from reelstack.models.project import Project
from reelstack.models.status import MediaStatus, ProjectStatus
from reelstack.reconcile.materials import MAX_BYTES, Materials, require_sound, require_usable

CLIPS = [{"MediaId": "a"}, {"MediaURL": "https://b.oss-cn-shanghai.aliyuncs.com/b.mp4"}, {"MediaId": "c"}]
TIMELINE = {"VideoTracks": [{"VideoTrackClips": CLIPS}]}
AT = "timeline.VideoTracks[0].VideoTrackClips"


@dataclass
class Library(FakeCloud):
    """A cloud that counts the looks at its media, or cannot be reached."""

    looks_at: list[list[str]] = field(default_factory=list)
    reachable: bool = True

    def get_media(self, media_ids: Collection[str]) -> Mapping[str, Media]:
        if not self.reachable:
            raise Unavailable(cloud="fake", action="GetMedia", code="ServiceUnAvailable", message="later")
        self.looks_at.append(list(media_ids))
        return super().get_media(media_ids)

    def get_project(self, project_id: str) -> Project:
        return Project(project_id=project_id, title="t", timeline=TIMELINE, status=ProjectStatus.DRAFT)


def library(**status: MediaStatus) -> Library:
    return Library(assets={name: media(name, status=one, size=1) for name, one in status.items()})


@pytest.mark.parametrize(("project_id", "timeline"), [(None, TIMELINE), ("p1", None)])
def test_a_material_that_failed_is_named_by_the_clips_that_use_it(
    project_id: str | None, timeline: dict[str, object] | None
) -> None:
    cloud = library(a=MediaStatus.NORMAL, c=MediaStatus.PREPARE_FAIL)
    with pytest.raises(ConfigError) as raised:
        require_usable(Materials(cloud), project_id, timeline)
    (fault,) = raised.value.faults
    assert fault.path == f"{AT}[2].MediaId"
    assert fault.message == "media c is PrepareFail, not Normal: it cannot be used. Nothing was submitted"
    assert cloud.looks_at == [["a", "c"]]


@pytest.mark.parametrize("status", [MediaStatus.INIT, MediaStatus.UPLOADING, MediaStatus.PREPARING])
def test_one_that_is_still_looked_at_must_be_waited_for(status: MediaStatus) -> None:
    with pytest.raises(ConfigError, match=f"media a is {status}, not Normal: run again when it is"):
        require_usable(Materials(library(a=status)), None, TIMELINE)


def test_what_is_not_shown_or_not_understood_stops_nobody() -> None:
    require_usable(Materials(library()), None, TIMELINE)
    require_usable(Materials(library(a=MediaStatus.UNKNOWN)), None, TIMELINE)


def test_a_look_that_fails_stops_nobody() -> None:
    cloud = library(a=MediaStatus.PREPARE_FAIL)
    cloud.reachable = False
    require_usable(Materials(cloud), None, TIMELINE)


def test_a_production_without_ids_is_not_looked_at() -> None:
    cloud = library()
    require_usable(Materials(cloud), None, {"VideoTracks": [{"VideoTrackClips": CLIPS[1:2]}]})
    require_usable(Materials(cloud), None, None)
    assert cloud.looks_at == []


def test_all_materials_together_have_at_most_a_terabyte() -> None:
    assets = {name: media(name, size=MAX_BYTES // 2) for name in "ac"}
    require_usable(Materials(Library(assets=assets)), None, TIMELINE)
    assets["c"] = media("c", size=MAX_BYTES // 2 + 1)
    with pytest.raises(ConfigError, match=r"timeline: the materials have 1\.00 TB, but at most 1 TB"):
        require_usable(Materials(Library(assets=assets)), None, TIMELINE)


def test_a_cut_of_an_asset_that_has_failed_is_refused_at_each_piece_of_it() -> None:
    cloud = library(a=MediaStatus.PREPARE_FAIL, b=MediaStatus.NORMAL)
    pieces = tuple(Piece(asset_id=name, start=0, end=1) for name in "abca")
    with pytest.raises(ConfigError) as caught:
        require_sound(cloud, Cut(inputs=pieces))
    assert [fault.path for fault in caught.value.faults] == ["inputs[0].asset_id", "inputs[3].asset_id"]
    require_sound(cloud, Cut(inputs=pieces[1:3]))
    cloud.reachable = False
    require_sound(cloud, Cut(inputs=pieces))


def test_what_could_be_used_a_moment_ago_is_not_looked_at_again() -> None:
    cloud = library(a=MediaStatus.NORMAL, c=MediaStatus.UNKNOWN)
    known = Materials(cloud)
    require_usable(known, None, TIMELINE)
    require_usable(known, None, TIMELINE)
    assert cloud.looks_at == [["a", "c"], ["c"]]


def test_a_project_that_this_run_has_written_is_not_read_for_its_materials() -> None:
    cloud = library(a=MediaStatus.NORMAL, c=MediaStatus.PREPARE_FAIL)
    known = Materials(cloud)
    known.wrote("p1", {"VideoTracks": [{"VideoTrackClips": CLIPS[:1]}]})
    require_usable(known, "p1", None)
    with pytest.raises(ConfigError):
        require_usable(known, "p2", None)
