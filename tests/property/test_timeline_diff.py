"""Laws of the timeline diff, over random cuts: nothing is told of nothing, and every edit is told as that edit."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from property.timelines import HOSTILE, SHAPED, WORDS, Json, clips, echo, timelines, versions
from reelstack.reconcile import layout, normalize, placing, timeline_diff, timeline_words
from reelstack.reconcile.timeline_change import (
    Added,
    CaptionText,
    Moved,
    OtherChanged,
    Removed,
    ReplacedMedia,
    Retimed,
    Shifted,
    TimelineDiff,
    TrackMoved,
    TransitionChanged,
    Trimmed,
    VolumeChanged,
)

# No figure of speed is a law.
LAW = settings(max_examples=60)
SEEDS = st.integers(0, 2**32)
ANY = timelines() | timelines(distinct=False)
PAIRS = versions() | st.tuples(ANY, ANY)


def main(timeline: Json) -> list[Json]:
    found: list[Json] = timeline["VideoTracks"][0]["VideoTrackClips"]
    return found


def edited(timeline: Json) -> tuple[Json, list[Json]]:
    """A copy, and the clips of its main track."""
    found = copy.deepcopy(timeline)
    return found, main(found)


def told(old: Json, new: Json) -> list[Any]:
    """What is told of an edit, apart from the ripple that it sends through what follows."""
    found = timeline_diff.compare(old, new)
    return [change for change in found.changes if not isinstance(change, Shifted)]


# ── nothing ──


@LAW
@given(ANY)
def test_a_cut_does_not_differ_from_itself(timeline: Json) -> None:
    again = json.loads(json.dumps(timeline))
    assert not timeline_diff.compare(timeline, again).changes
    assert timeline_diff.compare(timeline, again).affected == ()


@LAW
@given(ANY, SEEDS)
def test_a_cut_does_not_differ_from_what_a_service_makes_of_it(timeline: Json, seed: int) -> None:
    found = timeline_diff.compare(timeline, echo(timeline, seed))
    assert found.changes == ()
    assert found.affected == ()


@LAW
@given(ANY, SEEDS)
def test_a_declared_timeline_and_its_echo_have_one_normal_form(timeline: Json, seed: int) -> None:
    assert normalize.timeline(echo(timeline, seed)) == normalize.timeline(timeline)


@LAW
@given(ANY, SEEDS)
def test_a_normal_form_stays_as_it_is(timeline: Json, seed: int) -> None:
    once = normalize.timeline(echo(timeline, seed))
    assert normalize.timeline(once) == once


# ── each edit ──


@LAW
@given(timelines(), st.data())
def test_an_inserted_clip_is_added_and_a_removed_one_removed(timeline: Json, data: st.DataObject) -> None:
    new, clips_now = edited(timeline)
    clips_now.insert(data.draw(st.integers(0, len(clips_now))), data.draw(clips("new")))
    assert [type(change) for change in told(timeline, new)] == [Added]
    assert [type(change) for change in told(new, timeline)] == [Removed]


@LAW
@given(timelines(least=2), st.data())
def test_a_clip_that_is_put_elsewhere_is_moved(timeline: Json, data: st.DataObject) -> None:
    new, clips_now = edited(timeline)
    start, end = data.draw(st.permutations(range(len(clips_now))).map(lambda order: order[:2]))
    clips_now.insert(end, clips_now.pop(start))
    assert [type(change) for change in told(timeline, new)] == [Moved]


@LAW
@given(timelines(least=1), st.data())
def test_a_trimmed_clip_is_trimmed(timeline: Json, data: st.DataObject) -> None:
    new, clips_now = edited(timeline)
    clip = data.draw(st.sampled_from(clips_now))
    was = (clip["In"], clip["Out"])
    clip["Out"] += 0.25
    (change,) = told(timeline, new)
    assert isinstance(change, Trimmed)
    assert (change.old, change.new) == (was, (was[0], was[1] + 0.25))


@LAW
@given(timelines(least=1), st.data())
def test_a_clip_at_another_speed_is_retimed(timeline: Json, data: st.DataObject) -> None:
    new, clips_now = edited(timeline)
    data.draw(st.sampled_from(clips_now))["Speed"] = 4
    assert [type(change) for change in told(timeline, new)] == [Retimed]


@LAW
@given(timelines(least=1), st.data())
def test_another_material_in_the_same_place_is_a_replacement(timeline: Json, data: st.DataObject) -> None:
    new, clips_now = edited(timeline)
    clip = data.draw(st.sampled_from(clips_now))
    clip.pop("MediaURL", None)
    clip["MediaId"] = "new"
    assert [type(change) for change in told(timeline, new)] == [ReplacedMedia]


@LAW
@given(timelines(least=1), st.data(), WORDS)
def test_another_text_is_a_changed_caption(timeline: Json, data: st.DataObject, words: str) -> None:
    old = {
        **timeline,
        "SubtitleTracks": timeline.get("SubtitleTracks") or [{"SubtitleTrackClips": [{"Content": "Hi"}]}],
    }
    new, _ = edited(old)
    track = data.draw(st.sampled_from(new["SubtitleTracks"]))
    track["SubtitleTrackClips"][0]["Content"] = f"new {words}"
    (change,) = told(old, new)
    assert isinstance(change, CaptionText)
    assert change.new == f"new {words}"


@LAW
@given(timelines(least=1), st.data())
def test_a_louder_clip_and_another_transition_are_told_as_such(timeline: Json, data: st.DataObject) -> None:
    for effect, word in (
        ({"Type": "Volume", "Gain": 3}, VolumeChanged),
        ({"Type": "Transition", "SubType": "burn", "Duration": 0.25}, TransitionChanged),
    ):
        new, clips_now = edited(timeline)
        clip = data.draw(st.sampled_from(clips_now))
        others = [one for one in clip.get("Effects", []) if one["Type"] != effect["Type"]]
        clip["Effects"] = [*others, effect]
        assert [type(change) for change in told(timeline, new)] == [word]


@LAW
@given(timelines(least=1), st.data())
def test_a_value_that_is_not_known_is_told_with_its_path(timeline: Json, data: st.DataObject) -> None:
    new, clips_now = edited(timeline)
    index = data.draw(st.integers(0, len(clips_now) - 1))
    clips_now[index]["Sparkle"] = 3
    path = f"VideoTracks[0].VideoTrackClips[{index}].Sparkle"
    assert told(timeline, new) == [OtherChanged(path, None, 3)]


# ── any two ──


@LAW
@given(PAIRS)
def test_two_cuts_have_nothing_to_tell_exactly_when_they_have_one_normal_form(pair: tuple[Json, Json]) -> None:
    old, new = pair
    found = timeline_diff.compare(old, new)
    assert bool(found) == (normalize.timeline(old) != normalize.timeline(new))
    assert bool(timeline_words.lines(found)) == bool(found)


@LAW
@given(PAIRS)
def test_clips_are_neither_lost_nor_made_up(pair: tuple[Json, Json]) -> None:
    old, new = pair
    found = timeline_diff.compare(old, new)
    gone, come = ([change for change in found.changes if isinstance(change, word)] for word in (Removed, Added))
    pieces = [sum(len(track.pieces) for track in layout.read(one).tracks) for one in (old, new)]
    whole = sum(
        getattr(change, "clips", 0) * (1 if type(change).__name__ == "TrackAdded" else -1) for change in found.changes
    )
    assert pieces[1] - pieces[0] == len(come) - len(gone) + whole


@LAW
@given(PAIRS)
def test_the_way_back_tells_the_opposite(pair: tuple[Json, Json]) -> None:
    old, new = pair
    there, back = timeline_diff.compare(old, new), timeline_diff.compare(new, old)
    # Of two tracks that change places either may be the one that is told as moved.
    if not any(isinstance(change, TrackMoved) for change in (*there.changes, *back.changes)):
        assert there.affected == back.affected
    assert (there.old_seconds, there.new_seconds) == (back.new_seconds, back.old_seconds)


@LAW
@given(PAIRS)
def test_a_second_that_is_not_told_looks_and_sounds_as_before(pair: tuple[Json, Json]) -> None:
    old, new = pair
    found = timeline_diff.compare(old, new)
    before, after = layout.read(old), layout.read(new)
    steps = int(max(before.seconds, after.seconds) * 8) + 8
    for moment in (step / 8 + 0.0625 for step in range(steps)):
        if not _is_told(found, moment):
            assert _seen(before, moment) == _seen(after, moment)


@LAW
@given(SHAPED | HOSTILE, SHAPED | HOSTILE)
def test_whatever_stands_in_a_timeline_something_can_be_said_of_it(old: Any, new: Any) -> None:
    found = timeline_diff.compare(old, new)
    assert bool(timeline_words.lines(found)) == bool(found)
    once = normalize.timeline(old)
    assert json.dumps(normalize.timeline(once), sort_keys=True) == json.dumps(once, sort_keys=True)


def _is_told(found: TimelineDiff, moment: float) -> bool:
    return any(begin <= moment <= end for begin, end in found.affected)


def _seen(one: layout.Layout, moment: float) -> list[object]:
    """What is on the output at a moment, from the bottom up: which part of which material, and how."""
    if moment > one.seconds:
        return []
    shown = [
        _frame(piece, moment, track.kind)
        for track in one.tracks
        for piece in track.pieces
        if piece.at <= moment < piece.until
    ]
    return [*shown, one.rest]


def _frame(piece: layout.Piece, moment: float, kind: str) -> object:
    ending = moment >= piece.until - placing.transition(piece.fields)
    effects = [one for one in piece.look.get("Effects", []) if ending or one["Type"] != "Transition"]
    still = piece.kind == layout.SUBTITLES
    within = None if still else round((piece.range[0] or 0) + (moment - piece.at) * piece.speed, 3)
    look = {key: held for key, held in piece.look.items() if key != "Effects"}
    return kind, piece.media, within, look, effects
