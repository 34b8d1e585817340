"""`cut import`, `cut export` and `fmt` as a person sees them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kit.repository import ROOT
from reelstack.campaign import layout, load
from reelstack.cli.app import app
from reelstack.errors import ConfigError

EXAMPLE = ROOT / "stacks" / "campaigns" / "small-wonders.yaml"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def exported(tmp_path: Path, ending: str, *more: object) -> tuple[Path, Result]:
    file = tmp_path / f"morning{ending}"
    return file, run("cut", "export", "morning", "-C", ROOT, "-o", file, *more)


def test_the_examples_cut_goes_out_and_comes_back_the_same(tmp_path: Path) -> None:
    file, told = exported(tmp_path, ".otio")
    assert (told.exit_code, told.stderr) == (0, "")
    back = tmp_path / "new folder" / "back.yaml"
    result = run("cut", "import", file, "-o", back, "--strict")
    assert (result.exit_code, result.output) == (0, f"{back}: morning: 3 clips\n")
    assert load.load(back).projects["morning"] == load.load(EXAMPLE).projects["morning"]
    assert run("fmt", "--check", back).exit_code == 0


@pytest.mark.parametrize(
    ("ending", "told", "clips"),
    [
        (".edl", ["V2 'passenger': is left out", "3 captions cannot be said", "the music cannot be said"], 3),
        (".xml", ["covers the whole picture there", "00:00:04:18 A1 'meadow': its volume of 0.6 is not told"], 3),
        (".fcpxml", ["2 transitions cannot be said", "3 captions cannot be said"], 3),
    ],
)
def test_other_formats_carry_the_cut_and_tell_what_they_drop(
    tmp_path: Path, ending: str, told: list[str], clips: int
) -> None:
    file, result = exported(tmp_path, ending, "--strict")
    assert result.exit_code == 1
    assert all(line in result.stderr for line in told)
    media = [f"--media={name}={name}" for name in ("big-buck-bunny", "city-bikes", "carphone", "small-wonders-score")]
    back = run("cut", "import", file, "-o", tmp_path / "back.yaml", "--rate", 30, *media)
    assert (back.exit_code, "Not carried over" in back.stderr) == (0, False)
    (project,) = load.load(tmp_path / "back.yaml").projects.values()
    assert len(project.video) == clips
    assert project.seconds == 7.0


SPOKEN = """\
campaign: s
sources: {m: x, v: {media: vv, kind: audio}, z: {media: zz, kind: audio}}
projects:
  a:
    title: A
    video: [{clip: m, out: 9s, spoken: true}]
    sounds: [{clip: v, length: 3s, at: 1s}]
    music: {clip: z, out: 9s, duck: 0.3, duck_fade: 0.5s}
videos: {v: {project: a, size: 720x720}}
"""


def test_music_that_steps_back_comes_back_and_a_sound_that_does_not_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(SPOKEN)
    told = run("cut", "export", "a", "-f", file, "-o", tmp_path / "a.otio").stderr
    assert "00:00:01:00 'v': this sound is left out" in told
    run("cut", "import", tmp_path / "a.otio", "-o", tmp_path / "back.yaml")
    before, back = load.load(file).projects["a"], load.load(tmp_path / "back.yaml").projects["a"]
    assert (back.video, back.music) == (before.video, before.music)
    other = run("cut", "export", "a", "-f", file, "-o", tmp_path / "a.xml").stderr
    assert "that the music steps back is not told" in other


def test_a_fault_of_a_campaign_is_told_by_its_path_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(SPOKEN.replace("title", "titel"))
    told = run("cut", "export", "a", "-f", tmp_path / "a.yaml", "-o", "a.otio")
    assert str(told.exception).startswith("a.yaml:4:3: projects.a.title: is missing")


def test_an_edl_keeps_which_clip_is_which_behind_a_transition(tmp_path: Path) -> None:
    file, _ = exported(tmp_path, ".edl")
    run("cut", "import", file, "-o", tmp_path / "back.yaml", "--rate", 30)
    (project,) = load.load(tmp_path / "back.yaml").projects.values()
    assert [clip.clip for clip in project.video] == ["big-buck-bunny", "city-bikes", "big-buck-bunny"]
    assert [(clip.in_, clip.end) for clip in project.video] == [(0, 2.4), (1, 4), (2.6, 5.2)]


def test_times_between_frames_are_told_at_the_rate_that_was_asked_for(tmp_path: Path) -> None:
    _, result = exported(tmp_path, ".otio", "--rate", "25")
    assert "0.3s lies between two frames and is kept, and tools round it" in result.stderr


def test_unknown_media_are_listed_and_a_table_gives_them(tmp_path: Path) -> None:
    file, _ = exported(tmp_path, ".xml")
    result = run("cut", "import", file)
    assert "city-bikes" in result.stderr
    assert "--media NAME=ID" in result.stderr
    table = tmp_path / "media.yaml"
    table.write_text("big-buck-bunny: m-1\ncity-bikes: {media: m-2}\ncarphone: m-3\nsmall-wonders-score: m-4\n")
    known = run("cut", "import", file, "--media", table, "--media", "carphone=m-5")
    assert known.stderr.startswith("Worth a look:\n  00:00:02:06 V2 'passenger': it covers the whole picture")
    assert "media: m-5" in known.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import", "gone.otio"], "No such file"),
        (["import", "cut.otio", "--media", "nonsense"], "neither NAME=ID nor a YAML file"),
        (["import", "cut.otio", "--timeline", "other"], "no timeline 'other'; there are 'A small wonder"),
        (["import", "cut.otio", "--size", "2x2"], "this cut makes no campaign:\nvideos.morning.size: 2x2"),
        (["import", "cut.otio", "-o", "cut.otio"], "cut.otio is there already"),
        (["export", "evening", "-C", ROOT, "-o", "x.otio"], "no project 'evening'; there are morning, commute"),
        (["export", "morning", "-C", ROOT, "-o", "x.aaf"], "aaf can be read and not written"),
        (["export", "morning", "-C", ROOT, "-o", "x.mp4"], "no such format is known"),
        (["export", "morning", "-C", ROOT, "-o", "x.otio", "--rate", "0"], "at a rate of 0"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[object], said: str
) -> None:
    exported(tmp_path, ".otio")[0].rename(tmp_path / "cut.otio")
    monkeypatch.chdir(tmp_path)
    result = run("cut", *arguments)
    assert isinstance(result.exception, ConfigError)
    assert said in result.exception.message


def test_the_repositorys_campaigns_are_laid_out(tmp_path: Path) -> None:
    assert run("fmt", "--check", "-C", ROOT).exit_code == 0


UNTIDY = """\
# the spring film
videos: {wide: {size: 1280x720, project: spring}}   # one size
campaign: 'spring'
sources: {a: media-a}
projects:
    spring:
        video:
        -   out: 00:00:03.5   # in time
            clip: "a"
        -   {clip: a, out: 1500ms, speed: 2, in: 250 ms}
        captions: [{text: 'a: b # c', length: 2, at: 1}]
        title: Spring
"""
TIDY = """\
# the spring film
videos: {wide: {project: spring, size: 1280x720}}   # one size
campaign: spring
sources: {a: media-a}
projects:
  spring:
    title: Spring
    video:
      - out: 3.5s             # in time
        clip: a
      - {clip: a, in: 0.25s, out: 1.5s, speed: 2}
    captions: [{text: "a: b # c", at: 1s, length: 2s}]
"""


def test_an_untidy_file_is_laid_out_with_its_comments(tmp_path: Path) -> None:
    file = tmp_path / "spring.yaml"
    file.write_text(UNTIDY)
    before = load.load(file)
    checked = run("fmt", "--check", file)
    assert (checked.exit_code, file.read_text()) == (1, UNTIDY)
    assert run("fmt", file).exit_code == 0
    assert file.read_text() == TIDY
    assert load.load(file) == before
    assert run("fmt", "--check", file).output == ""


def test_what_campaigns_include_is_laid_out_once_with_them(tmp_path: Path) -> None:
    for name in ("autumn", "spring"):
        text = TIDY.replace("campaign: spring", f"campaign: {name}\ninclude: [shared/brand.yaml]")
        (tmp_path / f"{name}.yaml").write_text(text)
    brand = tmp_path / "shared" / "brand.yaml"
    brand.parent.mkdir()
    brand.write_text("brand:\n   transition: {duration: 500ms}  # short\nsources: {b: media-b}\n")
    checked = run("fmt", "--check", tmp_path)
    assert (checked.exit_code, checked.output) == (1, f"{brand} is not laid out\n")
    assert run("fmt", tmp_path).output == f"{brand} is laid out anew\n"
    assert brand.read_text() == "brand:\n  transition: {duration: 0.5s}    # short\nsources: {b: media-b}\n"
    assert run("fmt", "--check", tmp_path).output == ""


def test_nothing_is_written_as_null(tmp_path: Path) -> None:
    file = tmp_path / "spring.yaml"
    video = "{project: p, variants: {length: {full: , short: ~}}}"
    file.write_text(f"campaign: c\nprojects: {{p: {{title: T, video: []}}}}\nvideos: {{v: {video}}}\n")
    assert "{full: null, short: null}" in layout.formatted(file.read_text(), "spring.yaml")


def test_a_faulty_file_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "spring.yaml"
    file.write_text(UNTIDY.replace("1500ms", "soon"))
    result = run("fmt", file)
    assert "'soon' is not a time" in str(result.exception)
    assert "soon" in file.read_text()
