"""Sound, block by block, without a picture being drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reelstack.emulator.render import audio, plan, synthesise
from reelstack.emulator.render.model import Fade, Sound
from reelstack.emulator.render.picture import Material
from reelstack.emulator.render.probe import probe
from unit.render.samples import RATE, Json, clip, video


def mix(timeline: Json, files: dict[str, Path]) -> audio.Samples:
    materials = {name: Material(path, probe(path)) for name, path in files.items()}
    made = plan.make(timeline, {}, {name: material.facts for name, material in materials.items()})
    mixed = np.concatenate(list(audio.blocks(made, materials)), axis=1)
    assert mixed.shape == (2, made.samples)
    return mixed


def loudness(samples: audio.Samples, start: float, end: float) -> float:
    return float(np.sqrt(np.mean(samples[:, round(start * RATE) : round(end * RATE)] ** 2)))


def music(*clips: Json) -> Json:
    return {"AudioTracks": [{"AudioTrackClips": list(clips)}]}


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bed") / "bed.m4a"
    synthesise.synthesise(path, kind="audio", label="bed", duration=3.0)
    return path


def test_a_gain_of_zero_mutes_a_clip(files: dict[str, Path]) -> None:
    muted = clip("red", 0, 0.5, Effects=[{"Type": "Volume", "Gain": 0}])
    sound = mix(video(clip("red", 0, 0.5), muted), files)
    assert loudness(sound, 0.1, 0.4) > 0.2
    assert loudness(sound, 0.55, 1) == 0


def test_speed_changes_the_length_of_a_sound_but_not_its_pitch(files: dict[str, Path]) -> None:
    sound = mix(video(clip("red", 0, 1, Speed=2), clip("red", 0, 0.4, Speed=0.4)), files)
    for start in (0.1, 1.0):
        spectrum = np.abs(np.fft.rfft(sound[0, round(start * RATE) : round((start + 0.3) * RATE)]))
        assert np.argmax(spectrum) / 0.3 == pytest.approx(440, abs=15)


def test_a_sound_begins_at_its_sample(files: dict[str, Path]) -> None:
    timeline = {**video(clip("blue", 0, 1)), **music(clip("red", 1, 1.3, TimelineIn=0.5001))}
    sound = mix(timeline, files)
    assert np.flatnonzero(np.abs(sound[0]) > 0.01)[0] == pytest.approx(0.5001 * RATE, abs=40)
    assert loudness(sound, 0.81, 1) == 0


def test_looped_music_goes_on_to_the_end_of_the_video_without_a_click(bed: Path, files: dict[str, Path]) -> None:
    timeline = {**video(*[clip("blue", 0, 2)] * 4), **music({"MediaId": "bed", "LoopMode": True})}
    sound = mix(timeline, {**files, "bed": bed})
    assert [loudness(sound, second, second + 1) > 0.05 for second in range(8)] == [True] * 8
    steps = np.abs(np.diff(sound[0]))
    assert steps[3 * RATE - 50 : 3 * RATE + 50].max() <= np.quantile(steps, 0.999)


def test_fades_rise_from_silence_and_fall_to_silence(bed: Path) -> None:
    fades = [{"Type": "AFade", "SubType": way, "Duration": 1, "Curve": "tri"} for way in ("In", "Out")]
    plain, faded = (
        mix(music({"MediaId": "bed"}), {"bed": bed}),
        mix(music({"MediaId": "bed", "Effects": fades}), {"bed": bed}),
    )
    assert loudness(faded, 0.45, 0.55) / loudness(plain, 0.45, 0.55) == pytest.approx(0.5, abs=0.03)
    assert loudness(faded, 1.1, 1.9) == pytest.approx(loudness(plain, 1.1, 1.9))
    assert abs(faded[:, [0, -1]]).max() < 0.0001


@pytest.mark.parametrize("curve", sorted(audio.CURVES))
def test_every_curve_goes_from_silence_to_full_without_falling(curve: str) -> None:
    sound = Sound("x", 0, 1001, fades=(Fade("in", 0, 1000, curve),))
    shape = audio.envelope(sound, 0, 1001)
    assert (shape[0], shape[-1]) == (pytest.approx(0, abs=1e-4), pytest.approx(1, abs=1e-4))
    assert np.all(np.diff(shape) >= -1e-6)


def test_two_equal_power_curves_add_up_to_constant_power() -> None:
    rising = audio.envelope(Sound("x", 0, 100, fades=(Fade("in", 0, 100, "qsin"),)), 0, 100)
    falling = audio.envelope(Sound("x", 0, 100, fades=(Fade("out", 0, 100, "qsin"),)), 0, 100)
    assert rising**2 + falling**2 == pytest.approx(np.ones(100), abs=1e-5)


def test_many_loud_sounds_together_stay_within_the_range(files: dict[str, Path]) -> None:
    loud = [{"AudioTrackClips": [clip("red", 0, 0.5, Effects=[{"Type": "Volume", "Gain": 10}])]}] * 3
    sound = mix({"AudioTracks": loud}, files)
    assert 0.9 < np.abs(sound).max() <= 1
