"""Campaign files with faults: every fault at once, each where it stands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reelstack.campaign.document import parse
from reelstack.campaign.files import MAX_BYTES
from reelstack.campaign.load import load
from reelstack.errors import ConfigError
from reelstack.models.campaign import Whole

GOOD = """\
campaign: spring
sources: {a: media-a, b: {media: media-b, kind: audio}}
projects:
  cut:
    title: Spring
    video:
      - {clip: a, in: 1s, out: 3s, transition: {duration: 0.5s}}
      - {clip: a, length: 2s}
    music: {clip: b}
videos:
  wide: {project: cut, size: 1280x720}
"""


def read(tmp_path: Path, text: str) -> Whole:
    file = tmp_path / "c.yaml"
    file.write_text(text)
    return load(file, shown_as="c.yaml")


def faults(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    return [str(fault) for fault in caught.value.faults]


def test_a_good_file_is_a_campaign(tmp_path: Path) -> None:
    campaign = read(tmp_path, GOOD)
    assert campaign.projects["cut"].seconds == 3.5
    assert campaign.videos["wide"].size == (1280, 720)
    assert campaign.sources["a"].media == "media-a"


def test_every_fault_is_reported_at_once_with_its_place(tmp_path: Path) -> None:
    text = GOOD.replace("title:", "titel:").replace("1280x720", "100x100").replace("length: 2s", "length: soon")
    assert faults(tmp_path, text) == [
        "c.yaml:4:3: projects.cut.title: is missing",
        "c.yaml:5:5: projects.cut.titel: unknown key; did you mean 'title'?",
        "c.yaml:8:19: projects.cut.video[1].length: 'soon' is not a time; write it as 3s, 250ms, 75f@25 or 00:01:02.5",
        "c.yaml:11:24: videos.wide.size: 100x100: each side is 128 to 4096 pixels",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("out: 3s", "out: 1s", "c.yaml:7:9: projects.cut.video[0]: out must be after in (1 s), not at 1 s"),
        ("out: 3s", "out: 3s, length: 1s", "c.yaml:7:9: projects.cut.video[0]: say where the clip ends"),
        ("duration: 0.5s", "duration: 2s", "c.yaml:7:36: projects.cut.video[0].transition: 2 s is longer than a clip"),
        ("music: {clip: b}", "music: {clip: c}", "c.yaml:9:13: projects.cut.music.clip: there is no source 'c'"),
        ("project: cut", "project: cat", "c.yaml:11:10: videos.wide.project: there is no project 'cat'"),
        ("size: 1280x720", "size: 4000x3000", "the shorter side is at most 2160 pixels"),
        ("size: 1280x720", "size: big", "write the size as WIDTHxHEIGHT"),
        ("out: 3s", "out: -3s", "is not a time"),
        ("clip: a, in", "clip: a, volume: 11, in", "less than or equal to 10, not 11"),
        ("{duration: 0.5s}", "{type: wipelfet}", "there is no transition 'wipelfet'; did you mean 'wipeleft'?"),
        ("size: 1280x720", "size: 1281x720", "even numbers of pixels"),
        ("music: {clip: b}", "captions: [{text: x, at: 9s, length: 1s}]", "captions[0].at: the cut is over by then"),
        ("{clip: a, length: 2s}", "{clip: b, length: 2s}", "video[1].clip: source 'b' is audio; this needs video"),
        ("title: Spring", "title: 2026", "title: expected a text, not 2026: put it in quotes"),
        ("title: Spring", "title: ''", "title: is empty"),
        ("music: {clip: b}", "captions: {text: x, length: 1s}", "cut.captions: expected a list"),
        ("music: {clip: b}", "music: b", "cut.music: expected a mapping, not 'b'"),
        ("projects:\n  cut:", "projects: {}\nproject:\n  cut:", "projects: is empty: at least one is needed"),
        ("clip: a, in", "clip: a, spoken: perhaps, in", "spoken: expected true or false, not 'perhaps'"),
        ("clip: a, in", "clip: a, volume: loud, in", "volume: expected a number, not 'loud'"),
        ("title: Spring", "title: Spring\n    captions: [{text: a, length: 1s, colour: red}]", "'red' is no colour"),
        (
            "title: Spring",
            "title: Spring\n    captions: [{text: a, length: 1s, colour: }]",
            "colour: is empty: without quotes # begins a comment",
        ),
        (
            "projects:",
            "brand: {captions: {colour: }}\nprojects:",
            "brand.captions.colour: is empty: without quotes # begins",
        ),
        ("projects:", "brand: {styles: {x: {outline_colour: red}}}\nprojects:", "x.outline_colour: 'red' is no colour"),
        ("{a: media-a,", "{a b: media-a,", "'a b' is no name"),
        ("campaign: spring", "campaign: 'sp/ring'", "c.yaml:1:1: campaign: 'sp/ring' is no name"),
    ],
)
def test_each_fault_says_where_and_what(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert GOOD.count(old) == 1
    assert any(said in fault for fault in faults(tmp_path, GOOD.replace(old, new)))


@pytest.mark.parametrize("source", ["still", "{locale}-still"])
@pytest.mark.parametrize("track", ["video", "insets"])
@pytest.mark.parametrize(("key", "written"), [("out", "out: 4s"), ("in", "in: 1s"), ("speed", "speed: 2")])
def test_a_picture_has_a_length_and_no_place_in_its_material(
    tmp_path: Path, source: str, track: str, key: str, written: str
) -> None:
    own = "" if track == "video" else "at: 0, frame: {width: 0.2}, "
    length = "" if key == "out" else "length: 4s, "
    one = f"[{{{own}{length}{written}, clip: '{source}'}}]"
    cut = f"    video: {one}\n" if track == "video" else f"    video: [{{clip: a, out: 9s}}]\n    insets: {one}\n"
    text = "campaign: c\nsources: {a: m, still: {media: p, kind: image}, en-still: {media: w, kind: image}}\n"
    text += f"projects:\n  cut:\n    title: T\n{cut}"
    text += "videos: {v: {project: cut, size: 1280x720, variants: {locale: [en], length: {full: , short: 2s}}}}\n"
    (said,) = faults(tmp_path, text)
    line = 6 if track == "video" else 7
    assert said.startswith(f"c.yaml:{line}:")
    assert said.endswith(f"projects.cut.{track}[0].{key}: {source!r} is a picture, which takes only length")
    sound = text.replace(written, "length: 4s" if key == "out" else f"{key}: {int(key == 'speed')}")
    assert read(tmp_path, sound.replace("{locale}-still", "still")).videos


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected a mapping"),
        ("- a", "expected a mapping"),
        ("a: [1,\n  b: }", "c.yaml:2:6: is not YAML"),
        ("campaign: a\ncampaign: b\n", "c.yaml:2:1: the key 'campaign' is there twice"),
        ("\x00", "c.yaml"),
        ("a: &x {b: *x}", "c.yaml"),
        ("x" * (MAX_BYTES + 1), "larger than"),
    ],
)
def test_what_is_no_campaign_at_all_is_said_plainly(tmp_path: Path, text: str, said: str) -> None:
    assert said in faults(tmp_path, text)[0]


def test_every_key_that_is_there_twice_is_told(tmp_path: Path) -> None:
    assert faults(tmp_path, "campaign: a\nvideos: {a: 1, a: 2}\ncampaign: b\n") == [
        "c.yaml:2:16: the key 'a' is there twice",
        "c.yaml:3:1: the key 'campaign' is there twice",
    ]


def test_a_file_of_aliases_that_unfold_without_end_is_refused(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    assert "more than 100,000 values" in faults(tmp_path, bomb)[0]


def test_a_missing_file_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "nowhere.yaml")


def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(ConfigError, match=r"^pipe\.yaml: is no regular file"):
        load(tmp_path / "pipe.yaml", shown_as="pipe.yaml")
    text = f"include: [pipe.yaml]\n{GOOD}"
    assert faults(tmp_path, text) == ["c.yaml:1:11: include[0]: 'pipe.yaml' is no regular file"]


def test_text_that_is_not_utf8_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_bytes(b"campaign: \xff")
    with pytest.raises(ConfigError, match="UTF-8"):
        load(tmp_path / "c.yaml")


def test_a_name_that_is_not_there_is_told_beside_other_faults(tmp_path: Path) -> None:
    text = GOOD.replace("{clip: a, length: 2s}", "{clip: stret, length: 2 miles}").replace(
        "project: cut", "project: cat"
    )
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, text)
    assert {fault.path: fault.message for fault in raised.value.faults} == {
        "projects.cut.video[1].length": "'2 miles' is not a time; write it as 3s, 250ms, 75f@25 or 00:01:02.5",
        "projects.cut.video[1].clip": "there is no source 'stret'; there are a, b",
        "videos.wide.project": "there is no project 'cat'; there are cut",
    }


def test_rules_over_several_keys_hold_beside_other_faults(tmp_path: Path) -> None:
    other = "  other: {title: O, video: [{clip: b, length: 1s}], captions: [{text: x, at: 2s, length: 1s}]}\nvideos:"
    text = GOOD.replace("videos:", other).replace("1280x720", "100x100").replace("title: Spring", "titel: Spring")
    assert [fault.split(":")[3].strip() for fault in faults(tmp_path, text)] == [
        "projects.cut.title",
        "projects.cut.titel",
        "projects.other.video[0].clip",
        "projects.other.captions[0].at",
        "videos.wide.size",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("campaign: !!python/object:os.system a", "c.yaml:1:11: a tag is not allowed here"),
        ("campaign: a\n---\ncampaign: b\n", "c.yaml:2:1: a second document is not allowed"),
        ("? [a]\n: b\n", "c.yaml:1:3: a key is a plain word or a text"),
        (
            "a:\n  - {b: #ff0000}\n  - c: d\n",
            'c.yaml:3:3: is not YAML: did not find expected node content; in line 2 # begins a comment: write "#ff',
        ),
        ("[" * 5_000, "nested more than 40 deep"),
        ("a: &x {b: *x}", "c.yaml:1:11: the alias 'x' lies within itself"),
        ("# b: #ff0000\na: [", "c.yaml:3:1: is not YAML: did not find expected node content"),
        ("a: *x", "c.yaml:1:4: there is no anchor 'x' above"),
        ("<<: 1", "c.yaml:1:5: `<<` takes a mapping"),
    ],
)
def test_what_yaml_has_beyond_plain_values_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in faults(tmp_path, text)[0]


def test_words_mean_what_yaml_says_today() -> None:
    text = "{a: on, b: 2026-03-21, c: 1:30, d: 007, e: 0x1f, f: 1.5e3, g: -.inf, h: ~, i: 'true', j: True, 1: no}"
    assert parse(text, "c.yaml").values == {
        "a": "on",
        "b": "2026-03-21",
        "c": "1:30",
        "d": 7,
        "e": 31,
        "f": 1500.0,
        "g": float("-inf"),
        "h": None,
        "i": "true",
        "j": True,
        "1": "no",
    }


def test_what_is_merged_in_says_less_than_the_mapping_itself(tmp_path: Path) -> None:
    clips = "- &near {clip: a, out: 1s}\n      - {<<: *near, out: 3s}\n      - {<<: [{clip: a}, *near]}"
    campaign = read(tmp_path, GOOD.replace("- {clip: a, length: 2s}", clips))
    assert [clip.out for clip in campaign.projects["cut"].video] == [3, 1, 3, 1]


def test_a_fault_has_its_place_where_names_hold_dots(tmp_path: Path) -> None:
    text = GOOD.replace("cut", "cut.v2").replace("length: 2s", "length: 0.4s").replace("{clip: b}", "{clip: c.d}")
    assert faults(tmp_path, text) == [
        "c.yaml:7:36: projects.cut.v2.video[0].transition: 0.5 s is longer than a clip that it joins (0.4 s)",
        "c.yaml:9:13: projects.cut.v2.music.clip: there is no source 'c.d'; there are a, b",
    ]


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        (
            'captions: [{text: "A\\n cue", at: 3s, length: 1.3s}]',
            "c.yaml:9:16: projects.cut.captions[0]: “A cue” ends at 4.3 s, 0.8 s after the cut: that part is not seen",
        ),
        (
            "insets: [{clip: a, length: 9s, at: 0s, frame: {width: 0.2, height: 0.2}}]",
            "c.yaml:9:14: projects.cut.insets[0]: “a” ends at 9 s, 5.5 s after the cut: that part is not seen",
        ),
        ("captions: [{text: At last, at: 3s, length: 0.54s}]", None),  # a frame of 25 a second
        ("captions: [{text: At last, at: 3s, length: 0.5s}]", None),
    ],
)
def test_what_goes_on_after_the_cut_is_remarked_and_no_fault(tmp_path: Path, piece: str, said: str | None) -> None:
    found = read(tmp_path, GOOD.replace("music: {clip: b}", piece))
    assert found.remarks == ((said,) if said else ())
