"""Stand-ins for missing material, and the facts that are found in files."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from reelstack.emulator.render import music
from reelstack.emulator.render.model import TimelineError
from reelstack.emulator.render.probe import probe
from reelstack.emulator.render.synthesise import synthesise
from unit.render import samples


def test_a_clip_is_what_was_asked_for_and_moves(tmp_path: Path) -> None:
    synthesise(tmp_path / "a.mp4", kind="video", label="sunrise", duration=1.0, width=320, height=180)
    facts = probe(tmp_path / "a.mp4")
    assert (facts.kind, facts.duration, facts.width, facts.height, facts.fps) == (
        "video",
        1.0,
        320,
        180,
        25.0,
    )
    assert facts.has_audio
    with av.open(str(tmp_path / "a.mp4")) as container:
        first, *_, last = [frame.to_ndarray(format="gray").astype(int) for frame in container.decode(video=0)]
    assert abs(first - last).mean() > 1
    assert first.max() > 220  # the label is white


@pytest.mark.parametrize("name", ["i.png", "i.jpg"])
def test_a_still_is_an_image_of_its_size(tmp_path: Path, name: str) -> None:
    synthesise(tmp_path / name, kind="image", label="logo", width=200, height=120)
    facts = probe(tmp_path / name)
    assert (facts.kind, facts.width, facts.height, facts.duration) == ("image", 200, 120, 0.0)


@pytest.mark.parametrize("name", ["m.mp3", "m.m4a", "m.wav", "m"])
def test_a_bed_lasts_what_was_asked_for(tmp_path: Path, name: str) -> None:
    synthesise(tmp_path / name, kind="audio", label="bed", duration=2.0)
    facts = probe(tmp_path / name)
    assert (facts.kind, facts.has_audio, round(facts.duration, 1)) == ("audio", True, 2.0)


def test_music_is_the_same_every_time_and_neither_loud_nor_silent() -> None:
    piece = music.compose(12.8, 8000)
    assert np.array_equal(piece, music.compose(12.8, 8000))
    assert np.abs(piece).max() == pytest.approx(music.LOUDNESS)
    assert [np.sqrt(np.mean(bar**2)) > 0.05 for bar in np.split(piece, 4, axis=1)] == [True] * 4


def test_music_begins_and_ends_in_silence_so_that_it_loops() -> None:
    piece = music.compose(4.0, 48_000)
    assert max(np.abs(piece[:, :4]).max(), np.abs(piece[:, -4:]).max()) < 0.001


def test_music_is_no_single_tone() -> None:
    spectrum = np.abs(np.fft.rfft(music.compose(6.4, 8000)[0]))
    assert (spectrum > spectrum.max() / 10).sum() > 20


def test_a_long_bed_repeats_its_piece(tmp_path: Path) -> None:
    synthesise(tmp_path / "long.wav", kind="audio", label="bed", duration=61.0)
    with av.open(str(tmp_path / "long.wav")) as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1).reshape(-1, 2)
    assert len(sound) == 61 * 48_000
    assert np.array_equal(sound[:48_000], sound[len(sound) // 2 :][:48_000])


def test_a_rotated_phone_clip_is_as_high_as_it_is_shown(tmp_path: Path) -> None:
    facts = probe(samples.turn(samples.write_clip(tmp_path / "phone.mp4", samples.BLUE, seconds=0.2, tone=None)))
    assert (facts.rotation, facts.width, facts.height) == (90, 128, 160)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "InvalidMaterial.NotFound"),
        (b"", "InvalidParameter.ResourceContentBad"),
        (b"#EXTM3U\nx.ts\n", "InvalidParameter.ResourceContentBad"),
        (b"ffconcat version 1.0\nfile x.mp4\n", "InvalidParameter.ResourceContentBad"),
    ],
)
def test_a_file_that_is_no_single_material_is_refused(tmp_path: Path, content: bytes | None, code: str) -> None:
    if content is not None:
        (tmp_path / "x.mp4").write_bytes(content)
    with pytest.raises(TimelineError) as caught:
        probe(tmp_path / "x.mp4")
    assert caught.value.code == code


def test_transparency_is_noticed(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 8)).save(tmp_path / "clear.png")
    Image.new("RGB", (8, 8)).save(tmp_path / "solid.png")
    assert [probe(tmp_path / name).has_alpha for name in ("clear.png", "solid.png")] == [True, False]
