"""The example campaign, really rendered from sources whose every moment is known: what is seen, heard and kept."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import numpy.typing as npt
import pytest
from av import AudioFrame, VideoFrame
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from contract.emulator.door import Caller
from kit.repository import Repository, copy_of_the_stack
from reelstack.emulator import daemon

FPS, RATE = 25, 48_000
WIDTH, HEIGHT = 160, 90
RED, GREEN, BLUE = (200, 30, 30), (30, 160, 60), (30, 60, 200)
ORANGE, YELLOW, MAGENTA = (220, 120, 20), (210, 200, 40), (170, 40, 150)
Color = tuple[int, int, int]
Pixels = npt.NDArray[np.uint8]
Place = tuple[float, float]

# Which colour each source shows until when, in its own seconds.
SOURCES = {
    "big-buck-bunny": [(2.5, RED), (6.0, GREEN)],
    "city-bikes": [(3.0, BLUE), (5.0, ORANGE), (9.0, YELLOW)],
    "carphone": [(3.0, MAGENTA)],
}
SIZES = {"morning-wide": (1280, 720), "morning-square": (720, 720), "commute-story": (360, 640)}
SECONDS = {"morning-wide": 7.0, "morning-square": 7.0, "commute-story": 4.4}
MORNING = ["morning-wide", "morning-square"]

CORNER, OTHER_SIDE, MIDDLE, INSET = (0.06, 0.1), (0.94, 0.5), (0.5, 0.5), (0.81, 0.19)
CENTRE_BAND, TOP_BAND, BOTTOM_BAND = (0.4, 0.6), (0.04, 0.25), (0.7, 0.97)


def write_source(path: Path, colors: list[tuple[float, Color]]) -> Path:
    """A small clip that changes its colour at known times, under a tone."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "crf": "8"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = container.add_stream("aac", rate=RATE, layout="mono")
        assert isinstance(sound, AudioStream)
        shown = 0
        for until, color in colors:
            frame = VideoFrame.from_ndarray(np.full((HEIGHT, WIDTH, 3), color, np.uint8), format="rgb24")
            frame = frame.reformat(format="yuv420p")
            for index in range(shown, round(until * FPS)):
                frame.pts, frame.time_base = index, Fraction(1, FPS)
                container.mux(stream.encode(frame))
            shown = round(until * FPS)
        write_tone(container, sound, shown / FPS)
        container.mux(stream.encode(None))
    return path


def write_tone(container: av.container.OutputContainer, sound: AudioStream, seconds: float) -> None:
    wave = (0.4 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)
    for start in range(0, len(wave), 1024):
        block = AudioFrame.from_ndarray(wave[None, start : start + 1024], format="fltp", layout="mono")
        block.sample_rate, block.pts, block.time_base = RATE, start, Fraction(1, RATE)
        container.mux(sound.encode(block))
    container.mux(sound.encode(None))


@dataclass(frozen=True)
class Video:
    """A produced file, decoded, beside what the stack's outputs say of it."""

    path: Path
    said: dict[str, Any]
    codecs: tuple[str, str]
    seconds: float
    fps: float
    frames: list[Pixels]
    sound: npt.NDArray[np.float32]

    def at(self, time: float) -> Pixels:
        return self.frames[round(time * FPS)]

    def shows(self, time: float, place: Place, wanted: Color, tolerance: int = 16) -> bool:
        """Whether the picture has that colour there; places are fractions of its width and height."""
        height, width = self.at(time).shape[:2]
        seen = self.at(time)[int(place[1] * height), int(place[0] * width)].astype(int)
        return bool(np.all(np.abs(seen - wanted) <= tolerance))

    def ink(self, time: float, band: tuple[float, float]) -> float:
        """The share of a horizontal band's pixels that are not of its prevailing colour: what is written on it."""
        height = self.at(time).shape[0]
        rows = self.at(time)[int(band[0] * height) : int(band[1] * height)].astype(int)
        apart = np.abs(rows - np.median(rows, axis=(0, 1))).max(axis=2)
        return float((apart > 60).mean())

    def loudness(self, start: float, end: float) -> float:
        return float(np.sqrt(np.mean(self.sound[:, round(start * RATE) : round(end * RATE)] ** 2)))


def watch(path: Path, said: dict[str, Any] | None = None) -> Video:
    """Decode all of a file."""
    with av.open(str(path)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        codecs = (picture.codec_context.name, sound.codec_context.name)
        seconds, fps = (container.duration or 0) / av.time_base, float(picture.average_rate or 0)
        frames = [frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False) for frame in container.decode(picture)]
        container.seek(0)
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
        blocks = [block.to_ndarray() for part in container.decode(audio=0) for block in resampler.resample(part)]
    return Video(path, said or {}, codecs, seconds, fps, frames, np.concatenate(blocks, axis=1))


def with_sources(repository: Repository, *media: str) -> Repository:
    """Register our own sources under the campaign's ids, as a user does."""
    for one in media:
        file = write_source(repository.root / f"{one}.mp4", SOURCES[one])
        repository.run("cloud", "add-media", str(file), "--id", one, stack=False)
    return repository


def file_of(repository: Repository, media_id: str) -> Path:
    """Where a media asset lies on this machine."""
    return Path(repository.control("GET", f"media/{media_id}")["path"])


@dataclass
class Deployed:
    """The repository after its first `up`; each video is decoded when it is first asked for."""

    repository: Repository
    outputs: dict[str, Any]
    watched: dict[str, Video] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Video:
        if name not in self.watched:
            said = self.outputs["videos"][name]
            self.watched[name] = watch(file_of(self.repository, said["media_id"]), said)
        return self.watched[name]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The whole example, rendered once for all tests that only look."""
    repository = Repository(copy_of_the_stack(tmp_path_factory.mktemp("example")))
    directory = repository.root / ".reelstack" / "cloud"
    repository.cloud = daemon.start(directory, 0)
    try:
        with_sources(repository, *SOURCES).up()
        yield Deployed(repository, repository.outputs())
    finally:
        daemon.stop(directory)


@pytest.mark.parametrize("name", SIZES)
def test_a_video_is_h264_and_aac_of_the_declared_size_and_exact_length(deployed: Deployed, name: str) -> None:
    video, frames = deployed[name], round(SECONDS[name] * FPS)
    assert (video.codecs, video.fps) == (("h264", "aac"), FPS)
    assert len(video.frames) == frames
    assert {frame.shape for frame in video.frames} == {(SIZES[name][1], SIZES[name][0], 3)}
    assert video.seconds == pytest.approx(SECONDS[name], abs=0.03)  # the sound ends on a block of its own


@pytest.mark.parametrize("name", SIZES)
def test_the_outputs_say_what_the_file_is(deployed: Deployed, name: str) -> None:
    video = deployed[name]
    width, height = SIZES[name]
    facts = {"duration": SECONDS[name], "width": width, "height": height, "size": video.path.stat().st_size}
    assert {key: video.said[key] for key in facts} == facts


@pytest.mark.parametrize("name", SIZES)
def test_the_url_fetches_the_very_file(deployed: Deployed, name: str) -> None:
    video = deployed[name]
    answer = httpx.get(video.said["url"], timeout=30, trust_env=False)
    assert answer.status_code == 200
    assert answer.content == video.path.read_bytes()


@pytest.mark.parametrize("name", MORNING)
@pytest.mark.parametrize(
    ("time", "place", "color"),
    [
        (0.0, CORNER, RED),
        (1.76, CORNER, RED),  # the fade begins at 1.8 s
        (2.44, CORNER, BLUE),  # and is over at 2.4 s
        (3.76, CORNER, BLUE),  # the street's own third second is over at 3.8 s
        (3.84, CORNER, ORANGE),
        (4.36, OTHER_SIDE, ORANGE),  # the wipe begins at 4.4 s
        (4.6, CORNER, ORANGE),  # its middle: the new picture has come in from the right
        (4.6, OTHER_SIDE, GREEN),
        (4.84, CORNER, GREEN),
        (6.96, CORNER, GREEN),
    ],
)
def test_the_morning_is_cut_as_it_is_declared(
    deployed: Deployed, name: str, time: float, place: Place, color: Color
) -> None:
    assert deployed[name].shows(time, place, color)


@pytest.mark.parametrize("name", MORNING)
def test_half_way_through_a_fade_both_clips_are_seen(deployed: Deployed, name: str) -> None:
    half = (115, 45, 115)
    assert deployed[name].shows(2.08, CORNER, half, tolerance=24)


@pytest.mark.parametrize("name", MORNING)
@pytest.mark.parametrize(("time", "seen"), [(2.16, False), (2.24, True), (3.4, True), (4.56, True), (4.64, False)])
def test_the_inset_is_in_its_corner_while_it_lasts(deployed: Deployed, name: str, time: float, seen: bool) -> None:
    assert deployed[name].shows(time, INSET, MAGENTA) is seen
    assert not deployed[name].shows(time, CORNER, MAGENTA)


@pytest.mark.parametrize(
    ("time", "place", "color"),
    [
        (0.0, MIDDLE, YELLOW),
        (2.36, MIDDLE, YELLOW),  # the circle opens from 2.4 s on
        (2.68, MIDDLE, BLUE),
        (2.68, (0.04, 0.03), YELLOW),
        (3.04, (0.04, 0.03), BLUE),
        (3.36, MIDDLE, BLUE),  # at double speed the street's third second is over at 3.4 s
        (3.44, MIDDLE, ORANGE),
        (4.36, MIDDLE, ORANGE),
    ],
)
def test_the_commute_is_cut_as_it_is_declared(deployed: Deployed, time: float, place: Place, color: Color) -> None:
    assert deployed["commute-story"].shows(time, place, color)


@pytest.mark.parametrize(
    ("name", "band", "before", "first", "last", "after"),
    [
        ("morning-wide", CENTRE_BAND, 0.24, 0.32, 2.16, 2.24),
        ("morning-square", CENTRE_BAND, 0.24, 0.32, 2.16, None),  # beside the inset, which comes then
        ("morning-wide", BOTTOM_BAND, 2.24, 2.32, 4.36, 4.84),
        ("morning-square", BOTTOM_BAND, 2.24, 2.32, 4.36, 4.84),
        ("morning-wide", BOTTOM_BAND, 4.84, 4.92, 6.76, 6.84),
        ("morning-square", BOTTOM_BAND, 4.84, 4.92, 6.76, 6.84),
        ("commute-story", TOP_BAND, 0.36, 0.44, 2.36, None),  # the circle opens then
        ("commute-story", BOTTOM_BAND, None, 3.04, 4.36, None),
    ],
)
def test_a_caption_is_written_on_the_picture_only_while_it_is_shown(
    deployed: Deployed, name: str, band: Place, before: float | None, first: float, last: float, after: float | None
) -> None:
    video = deployed[name]
    assert all(video.ink(time, band) > 0.01 for time in (first, last))
    assert all(video.ink(time, band) == 0 for time in (before, after) if time is not None)


@pytest.mark.parametrize("name", SIZES)
def test_every_part_of_a_video_is_heard(deployed: Deployed, name: str) -> None:
    video = deployed[name]
    parts = [video.loudness(start / 2, start / 2 + 0.5) for start in range(int(SECONDS[name] * 2) - 1)]
    assert min(parts) > 0.02
    assert np.abs(video.sound).max() <= 1.05


ONLY_THE_COMMUTE = """  morning-wide:
    project: morning
    size: 1280x720
  morning-square:
    project: morning
    size: 720x720
"""


def rendering_now(caller: Caller) -> bool:
    return bool(caller.ok("ListMediaProducingJobs", Status="Processing")["MediaProducingJobList"])


def kept_while_rendering(repository: Repository, run: Future[str], old: Path) -> int:
    """How often a render was seen while a run lasted; the old file must have been there each time."""
    assert repository.cloud is not None
    seen = 0
    with Caller.at(repository.cloud.url) as caller:
        while wait([run], timeout=0.05).not_done:
            there = old.is_file()
            if rendering_now(caller):  # asked after the look: what was rendering then was rendering before
                assert there
                seen += 1
    return seen


def test_the_old_video_stays_until_the_new_one_plays(rendering: Repository) -> None:
    rendering.edit(ONLY_THE_COMMUTE, "")
    with_sources(rendering, "city-bikes").up()
    first = rendering.outputs()["videos"]["commute-story"]
    old = watch(file_of(rendering, first["media_id"]))
    rendering.edit("Half the hurry", "Half the rush, all the morning")
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(rendering.up)
        assert kept_while_rendering(rendering, run, old.path) > 0
        run.result()
    second = rendering.outputs()["videos"]["commute-story"]
    new = watch(file_of(rendering, second["media_id"]))
    assert new.path != old.path
    assert not old.path.exists()
    assert httpx.get(first["url"], trust_env=False).status_code == 404
    assert len(new.frames) == 110
    assert new.ink(1.0, TOP_BAND) > old.ink(1.0, TOP_BAND) + 0.01
    assert np.abs(new.at(4.0).astype(int) - old.at(4.0)).mean() < 2  # what was not edited looks the same
