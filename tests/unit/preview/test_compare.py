"""What a change means: which videos are rendered, replaced and destroyed, and for how many seconds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kit.review import plan, side, timeline
from reelstack.preview import compare
from reelstack.preview.plan import Fate, resolution
from reelstack.preview.side import End, Side
from reelstack.preview.strip import Mark

ONE = side({"a": timeline("x", "y"), "b": timeline("z")})


def test_equal_sides_make_an_empty_plan() -> None:
    found = plan(ONE, ONE)
    assert not found
    assert (found.videos, found.projects, found.unchanged) == ((), (), 2)


def test_only_the_videos_of_a_changed_cut_are_rendered() -> None:
    found = plan(ONE, side({"a": timeline("x", "y", "new"), "b": timeline("z")}))
    assert [(video.name, video.fate, video.why) for video in found.videos] == [("a", Fate.ANEW, ("the cut changes",))]
    assert [project.summary for project in found.projects] == ["1 added"]
    assert (found.bill.renders, found.bill.seconds, found.bill.replaced) == (1, (("720p", 6),), 1)


def test_a_new_title_renders_nothing() -> None:
    titled = replace(ONE, cuts={**ONE.cuts, "a": replace(ONE.cuts["a"], title="New")})
    found = plan(ONE, titled)
    assert (found.videos, found.bill.renders) == ((), 0)
    assert [project.words for project in found.projects] == [("title “a” → “New” (renders nothing)",)]


def test_a_video_that_is_no_longer_declared_is_destroyed_and_costs_nothing() -> None:
    found = plan(ONE, side({"a": timeline("x", "y")}))
    assert [(video.name, video.fate) for video in found.videos] == [("b", Fate.REMOVED)]
    assert (found.bill.renders, found.bill.destroyed, found.bill.replaced) == (0, 1, 0)


def ending(found: Side, end: End) -> Side:
    """A side whose cuts and videos all come and go like this."""
    films = {name: replace(film, end=end) for name, film in found.films.items()}
    return replace(found, films=films, cuts={name: replace(cut, end=end) for name, cut in found.cuts.items()})


def test_a_job_that_is_taken_over_is_no_render_unless_it_is_gone() -> None:
    adopting = ending(ONE, End(adopted=True))
    found = plan(side({}), adopting)
    assert ({video.fate for video in found.videos}, found.bill.renders) == ({Fate.ADOPTED}, 0)
    assert found.projects[0].words[0] == "a project that is there is taken over, and this written over it"
    lost = plan(replace(side({}), lost=frozenset(["a"])), adopting)
    assert ([video.fate for video in lost.videos], lost.bill.renders) == ([Fate.NEW, Fate.ADOPTED], 1)


@pytest.mark.parametrize(
    ("end", "fate"),
    [
        (End(), Fate.REMOVED),
        (End(on_delete="retain"), Fate.KEPT),
        (End(adopted=True), Fate.KEPT),
        (End(adopted=True, on_delete="delete"), Fate.REMOVED),
    ],
)
def test_what_is_kept_when_it_is_no_longer_declared_is_not_destroyed(end: End, fate: Fate) -> None:
    found = plan(ending(ONE, end), side({}))
    kept = fate is Fate.KEPT
    assert ({video.fate for video in found.videos}, found.bill.destroyed) == ({fate}, 0 if kept else 2)
    assert ("the project itself stays in the cloud" in found.projects[0].words) is kept
    assert compare.drift(ending(ONE, end), side({}))[0] == "video a is deployed and not declared"


def test_what_becomes_of_a_video_in_the_end_is_a_change_that_renders_nothing() -> None:
    found = plan(ONE, ending(ONE, End(on_delete="retain")))
    said = "on_delete none → retain"
    assert [(video.fate, video.why) for video in found.videos] == [(Fate.CHANGED, (said,))] * 2
    assert (found.bill.renders, found.projects[0].words) == (0, (said,))
    assert not plan(ONE, ending(ONE, End(adopted=True)))  # what is there already is not taken over


def test_a_second_size_of_a_cut_is_one_more_render_of_its_class() -> None:
    cuts = {"a": timeline("x")}
    found = plan(side(cuts), side(cuts, {"a": ("a", 1280, 720), "tall": ("a", 1080, 1920)}))
    assert [(video.name, video.fate) for video in found.videos] == [("tall", Fate.NEW)]
    assert (found.projects, found.bill.seconds) == ((), (("1080p", 2.0),))


def test_what_makes_a_video_anew_is_said() -> None:
    old = side({"a": timeline("x")})
    film = old.films["a"]
    changed = {
        "size 1280×720 → 640×360": replace(film, spec="s", output={"width": 640, "height": 360}, width=640, height=360),
        "output settings change: bitrate": replace(film, spec="s", output={**film.output, "bitrate": 900}),
        "a trigger changes": replace(film, triggers=("again",)),
        "it is written elsewhere": replace(film, location="https://b.oss-cn-shanghai.aliyuncs.com/new"),
        "what it is rendered from changes": replace(film, spec="s"),
    }
    told = {why: plan(old, replace(old, films={"a": new})).videos[0].why for why, new in changed.items()}
    assert told == {why: (why,) for why in changed}


def test_moving_a_stack_elsewhere_is_a_warning() -> None:
    found = plan(ONE, replace(ONE, settings={"service": "ims", "region": "cn-beijing"}))
    assert found
    assert found.warnings == (
        "setting reelstack:region none → cn-beijing: what is deployed cannot be moved, `up` will refuse",
    )


def test_what_is_deployed_and_not_declared_is_drift() -> None:
    deployed = side({"a": timeline("x"), "c": timeline("w")})
    assert compare.drift(deployed, ONE) == (
        "video a differs: the cut changes",
        "video b is not deployed",
        "video c is deployed and not declared",
        "project a differs: 1 added",
        "project b is not deployed",
        "project c is deployed and not declared",
    )


def test_both_strips_say_what_happens_to_each_block() -> None:
    old, new = timeline("x", "y", captions=("Hello",)), timeline("new", "x", captions=("Bye",))
    (project,) = plan(side({"a": old}), side({"a": new})).projects
    strips = (project.before, project.after)
    marks = [{block.name: block.mark for row in strip.rows for block in row.blocks} for strip in strips]
    assert marks == [
        {"Hello": Mark.CHANGED, "x": Mark.SHIFTED, "y": Mark.REMOVED},
        {"Bye": Mark.CHANGED, "new": Mark.ADDED, "x": Mark.SHIFTED},
    ]


def test_the_class_of_a_size_is_that_of_its_shorter_side() -> None:
    sizes = [(640, 480), (720, 1280), (1920, 1080), (2560, 1440), (3840, 2160), (0, 720)]
    assert [resolution(*size) for size in sizes] == ["480p", "720p", "1080p", "1440p", "2160p", "size of the material"]


def test_a_strip_says_of_a_moved_and_a_recut_clip_what_the_words_say() -> None:
    old, new = timeline("one", "two", "three", "four"), timeline("one", "three", "four", "two")
    new["VideoTracks"][0]["VideoTrackClips"][1]["Out"] = 1.2
    (project,) = plan(side({"a": old}), side({"a": new})).projects
    marks = [{block.name: block.mark for block in strip.rows[0].blocks} for strip in (project.before, project.after)]
    assert project.summary == "1 added, 1 removed, 1 moved, 1 shifted by 3.2 s"
    assert marks == [
        {"one": Mark.SAME, "two": Mark.SHIFTED, "three": Mark.REMOVED, "four": Mark.MOVED},
        {"one": Mark.SAME, "three": Mark.ADDED, "four": Mark.MOVED, "two": Mark.SHIFTED},
    ]


def test_a_long_strip_gathers_neighbours_to_which_the_same_happens() -> None:
    names = [f"shot-{index}" for index in range(300)]
    new = timeline(*names[:100], "new", *names[100:])
    (project,) = plan(side({"a": timeline(*names)}), side({"a": new})).projects
    told = [(block.name, block.mark) for block in project.after.rows[0].blocks]
    assert told == [("100 clips", Mark.SAME), ("new", Mark.ADDED), ("200 clips", Mark.SHIFTED)]


def test_a_new_title_alone_marks_no_clip() -> None:
    titled = replace(ONE, cuts={**ONE.cuts, "a": replace(ONE.cuts["a"], title="New")})
    (project,) = plan(ONE, titled).projects
    assert {block.mark for block in (*project.before.rows[0].blocks, *project.after.rows[0].blocks)} == {Mark.SAME}


def test_it_is_said_when_cells_begin_to_wait_for_their_pilot_and_when_they_cannot() -> None:
    def warnings(old: dict[str, int], new: dict[str, int]) -> tuple[str, ...]:
        before, after = (replace(side({}), waiting=waiting) for waiting in (old, new))
        return compare.compare(before, after, project="p", stack="s").warnings

    assert warnings({}, {"a/b": 0}) == warnings({"a/b": 3}, {"a/b": 3}) == warnings({"a/b": 3}, {"a/b": 0}) == ()
    will = "will wait until the pilot is approved (setting reelstack:approved)"
    assert warnings({}, {"a/b": 3}) == (f"3 cells of a/b {will}",)
    assert warnings({"a/b": 3}, {"a/b": 1}) == (f"1 cell of a/b {will}",)
    again = "would wait again, and be deleted: `up` will refuse that"
    assert warnings({"a/b": 0}, {"a/b": 3}) == (f"3 cells of a/b {again}",)
    assert warnings({"a/b": 0}, {"a/b": 1}) == (f"1 cell of a/b {again}",)


def test_no_half_of_a_secret_is_left_where_a_name_is_shortened() -> None:
    key = f"{'x' * 27} LTAI5tFakeFakeFakeFake"
    (project,) = plan(side({"a": timeline("x")}), side({"a": timeline(key, captions=(key,))})).projects
    assert {block.name for row in project.after.rows for block in row.blocks} == {f"{'x' * 27} ***"}


def test_a_strip_ends_where_the_video_ends() -> None:
    old, new = timeline("x", seconds=4), timeline("x", seconds=2)
    for cut in (old, new):
        shown = (("Hi", 1, 3), ("Late", 2, 4))
        texts = [{"Type": "Text", "Content": name, "TimelineIn": at, "TimelineOut": to} for name, at, to in shown]
        cut["SubtitleTracks"] = [{"SubtitleTrackClips": [text]} for text in texts]
    (project,) = plan(side({"a": old}), side({"a": new})).projects
    ends = [
        {block.name: block.until for row in strip.rows for block in row.blocks}
        for strip in (project.before, project.after)
    ]
    assert ends == [{"Hi": 3, "Late": 4, "x": 4}, {"Hi": 2, "x": 2}]
    assert (project.before.left_out, project.after.left_out) == (0, 1)


def test_a_strip_shows_all_of_a_cut_whose_length_only_the_service_knows() -> None:
    cut = timeline("x", captions=("Late",))
    del cut["VideoTracks"][0]["VideoTrackClips"][0]["Out"]
    cut["SubtitleTracks"][0]["SubtitleTrackClips"][0] |= {"TimelineIn": 20, "TimelineOut": 25}
    (project,) = plan(side({}), side({"a": cut})).projects
    assert [block.until for block in project.after.rows[0].blocks] == [25]
