"""What a campaign shares: included files, a brand's defaults, the rate of times in frames."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from reelstack.campaign import expand
from reelstack.campaign.load import load
from reelstack.errors import ConfigError
from reelstack.models.campaign import Campaign, Project

CAMPAIGN = """\
campaign: spring
include: [shared/brand.yaml]
projects:
  cut:
    title: Spring
    video:
      - {clip: a, out: 3s}
      - {clip: a, out: 2s, transition: none}
      - {clip: a, out: 2s}
    captions:
      - {text: Hello, length: 1s, style: headline, margin: 0.2}
      - {text: There, length: 1s}
videos:
  wide: {project: cut, size: 1280x720}
"""
BRAND = """\
sources:
  a: media-a
  logo: {media: media-l, kind: image}
  score: {media: media-s, kind: audio}
brand:
  captions: {size: 40, margin: 0.1}
  styles:
    headline: {size: 90, place: centre}
  transition: {type: wipeleft, duration: 0.4s}
  music: {clip: score, volume: 0.3, fade_out: 1s}
  logo: {clip: logo, frame: {x: 0.8, y: 0.05, width: 0.15, height: 0.1}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    (tmp_path / "c" / "shared").mkdir(parents=True)
    (tmp_path / "c" / "shared" / "brand.yaml").write_text(BRAND)
    return tmp_path


def read(project: Path, text: str = CAMPAIGN, service: str = "ims") -> Campaign:
    file = project / "c" / "c.yaml"
    file.write_text(text)
    return load(file, shown_as="c/c.yaml", refused=partial(expand.refusals, service=service))


def cut(project: Path, text: str = CAMPAIGN) -> Project:
    return read(project, text).projects["cut"]


def faults(project: Path, text: str = CAMPAIGN, service: str = "ims") -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(project, text, service)
    return [str(fault) for fault in caught.value.faults]


def content(campaign: Campaign) -> str:
    return expand.expand(campaign).projects[0].content


def test_a_brand_says_what_the_cut_does_not(project: Path) -> None:
    dressed = cut(project)
    assert [clip.transition and (clip.transition.type, clip.transition.duration) for clip in dressed.video] == [
        ("wipeleft", 0.4),
        None,
        None,
    ]
    assert [(one.size, one.place, one.margin) for one in dressed.captions] == [(90, "centre", 0.2), (40, "bottom", 0.1)]
    assert dressed.music is not None
    assert (dressed.music.clip, dressed.music.volume, dressed.music.fade_out) == ("score", 0.3, 1)
    (logo,) = dressed.insets
    assert (logo.clip, logo.at, logo.seconds, logo.fit) == ("logo", 0, dressed.seconds, "contain")


def test_the_cut_itself_goes_before_the_brand(project: Path) -> None:
    own = cut(project, CAMPAIGN + "brand: {captions: {size: 41}, styles: {headline: {bold: true}}}\n")
    assert [(one.size, one.place, one.bold) for one in own.captions] == [(90, "centre", True), (41, "bottom", False)]
    bare = cut(project, CAMPAIGN.replace("    title: Spring\n", "    title: Spring\n    music: none\n    logo: none\n"))
    assert (bare.music, bare.insets) == (None, ())
    mixed = "    title: Spring\n    music: {clip: score, fade_out: 0s}\n"
    music = cut(project, CAMPAIGN.replace("    title: Spring\n", mixed)).music
    assert music is not None
    assert (music.volume, music.fade_out) == (0.3, 0)


def test_who_said_it_is_no_content(project: Path) -> None:
    shared = content(read(project))
    (project / "c" / "shared" / "brand.yaml").write_text(BRAND[: BRAND.index("brand:")])
    alone = content(read(project, CAMPAIGN + BRAND[BRAND.index("brand:") :]))
    assert shared == alone


def test_a_brands_file_may_include_others_and_the_nearer_file_goes_before(project: Path) -> None:
    (project / "c" / "house.yaml").write_text("sources: {a: house-a, b: house-b}\nbrand: {captions: {size: 12}}\n")
    (project / "c" / "shared" / "brand.yaml").write_text("include: [../house.yaml]\n" + BRAND)
    whole = read(project)
    assert (whole.sources["a"].media, whole.sources["b"].media) == ("media-a", "house-b")
    assert whole.projects["cut"].captions[1].size == 40


def test_a_fault_in_a_shared_file_is_told_at_its_line_there(project: Path) -> None:
    (project / "c" / "shared" / "brand.yaml").write_text(BRAND.replace("size: 40", "size: 4"))
    assert faults(project) == [
        "c/shared/brand.yaml:6:14: brand.captions.size: input should be greater than or equal to 8, not 4"
    ]


def test_what_a_brand_asks_of_a_service_that_cannot_is_told_once(project: Path) -> None:
    text = CAMPAIGN.replace("videos:", CAMPAIGN[CAMPAIGN.index("  cut:") : CAMPAIGN.index("videos:")] + "videos:")
    text = text.replace("  cut:", "  other:", 1)
    found = [fault for fault in faults(project, text, "huawei") if ": brand." in fault]
    assert [fault.partition(": Huawei")[0] for fault in found] == [
        "c/shared/brand.yaml:9:3: brand.transition",
        "c/shared/brand.yaml:10:3: brand.music",
        "c/shared/brand.yaml:11:3: brand.logo",
    ]
    assert all("(in projects.other, projects.cut)" in fault for fault in found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("shared/brand.yaml", "../../brand.yaml", "c/c.yaml:2:11: include[0]: '../../brand.yaml' lies outside"),
        ("shared/brand.yaml", "/etc/hosts.yaml", "include[0]: '/etc/hosts.yaml': write the path relative"),
        ("shared/brand.yaml", "shared/none.yaml", "include[0]: there is no file 'shared/none.yaml'"),
        ("shared/brand.yaml", "shared/key.pem", "name one that ends in .yaml or .yml"),
        ("shared/brand.yaml", "shared/link.yaml", "'shared/link.yaml' lies outside of the project"),
        ("shared/brand.yaml", "shared/round.yaml", "files include each other: c.yaml → round.yaml → c.yaml"),
        ("shared/brand.yaml", "shared/list.yaml", "c/shared/list.yaml: expected a mapping with sources, brand, texts"),
        ("shared/brand.yaml", "shared/videos.yaml", "c/shared/videos.yaml:1:1: videos: a file that is included holds"),
        ("shared/brand.yaml", "shared/bad.yaml", "c/shared/bad.yaml:1:5: is not YAML"),
        ("shared/brand.yaml", "shared/large.yaml", "'shared/large.yaml' is larger than 1,000,000 bytes"),
        (
            "style: headline",
            "style: hedline",
            "captions[0].style: the brand has no style 'hedline'; there are headline",
        ),
        ("[shared/brand.yaml]", "[1]", "include[0]: expected a text, not 1"),
    ],
)
def test_what_cannot_be_shared_is_said_at_its_line(
    project: Path, tmp_path_factory: pytest.TempPathFactory, old: str, new: str, said: str
) -> None:
    shared, outside = project / "c" / "shared", tmp_path_factory.mktemp("outside") / "o.yaml"
    outside.write_text("sources: {}")
    (shared / "link.yaml").symlink_to(outside)
    (shared / "round.yaml").write_text("include: [../c.yaml]\n")
    (shared / "list.yaml").write_text("[]")
    (shared / "videos.yaml").write_text("videos: {}\n")
    (shared / "bad.yaml").write_text("a: b: c")
    (shared / "large.yaml").write_text("#" * 1_000_001)
    assert any(said in fault for fault in faults(project, CAMPAIGN.replace(old, new)))


def test_files_that_include_without_end_are_told_once(project: Path) -> None:
    for number in range(30):
        (project / "c" / f"i{number}.yaml").write_text(f"include: [i{number + 1}.yaml, i{number + 1}.yaml]\n")
    (project / "c" / "i30.yaml").write_text("sources: {}\n")
    found = faults(project, CAMPAIGN.replace("shared/brand.yaml", "i0.yaml"))
    assert sum("more than 20 files are included" in fault for fault in found) == 1


def test_a_shared_file_among_the_campaigns_is_told_to_move(project: Path) -> None:
    assert "belongs into a folder of its own" in faults(project, BRAND)[0]


# ── frames ──


@pytest.mark.parametrize(
    ("rate", "written", "seconds"),
    [
        ("", "75f@25", 3),
        ("rate: 25\n", "75f", 3),
        ("rate: 25\n", "60f@30", 2),
        ("", "30f@29.97", 1.001),
        ("rate: 23.976\n", "24f", 1.001),
        ("", "10 f @ 12.5", 0.8),
    ],
)
def test_times_in_frames_are_seconds(project: Path, rate: str, written: str, seconds: float) -> None:
    assert cut(project, rate + CAMPAIGN.replace("out: 3s", f"out: {written}")).video[0].out == seconds


@pytest.mark.parametrize(
    ("rate", "written", "said"),
    [
        ("", "75f", "out: '75f': give the frames a rate, as in 75f@25, or the campaign a `rate`"),
        ("", "75f@0", "a rate lies between 1 and 240"),
        ("rate: 1000\n", "75f", "rate: input should be less than or equal to 240"),
        ("rate: fast\n", "3s", "rate: expected a number, not 'fast'"),
    ],
)
def test_frames_without_a_rate_are_no_time(project: Path, rate: str, written: str, said: str) -> None:
    assert any(said in fault for fault in faults(project, rate + CAMPAIGN.replace("out: 3s", f"out: {written}")))


def test_the_rate_of_one_campaign_is_not_the_next_ones() -> None:
    clip: dict[str, Any] = {"clip": "a", "out": "5f"}
    values = {"campaign": "c", "sources": {"a": "m"}, "projects": {"p": {"title": "t", "video": [clip]}}}
    values |= {"videos": {"v": {"project": "p", "size": "720x720"}}}
    assert Campaign.model_validate({**values, "rate": 5}).projects["p"].seconds == 1
    with pytest.raises(ValueError, match="give the frames a rate"):
        Campaign.model_validate(values)
