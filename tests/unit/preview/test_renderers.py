"""Each format of the review: what stands where, what is escaped, what is masked."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from PIL import Image

from kit.review import plan, side, timeline
from reelstack.preview import comment, document, frames, page, picture, raster, terminal, words
from reelstack.preview.frames import Frame, Shots
from reelstack.preview.plan import Fate, Plan
from reelstack.preview.side import Side
from reelstack.preview.strip import Strip
from reelstack.reconcile.timeline_change import TimelineDiff

BEFORE = side({"a": timeline("x", "y", captions=("Hello",)), "gone": timeline("z")}, label="main")
AFTER = side({"a": timeline("x", "new", "y", captions=("Bye",)), "fresh": timeline("z")}, label="tree")
PLAN = plan(BEFORE, AFTER)
SECRET = "LTAI5tFakeFakeFakeFake"


def formats(shown: Plan) -> dict[str, str]:
    return {
        "text": "\n".join(line for line, _ in terminal.render(shown)),
        "markdown": comment.render(shown),
        "html": page.render(shown),
        "svg": picture.draw_all(shown.projects),
        "json": json.dumps(document.render(shown), ensure_ascii=False),
    }


def html_of(markdown: str) -> str:
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))


def test_the_first_line_is_a_marker_and_the_second_the_counts() -> None:
    lines = comment.render(PLAN).splitlines()
    assert lines[0] == "<!-- reelstack:review project=films stack=prod -->"
    assert lines[1].endswith("1 new video, 1 video rendered anew, 1 video removed")
    assert "**If this is deployed:** 2 renders, 8 s of output (720p 8 s), 1 file replaced, 1 file destroyed." in lines


def test_markers_of_other_projects_and_stacks_are_others() -> None:
    pairs = [("a", "b"), ("a", "b-->"), ("a stack=b", ""), ("a", "b c"), ("a--", "b"), ("", "a")]
    markers = {comment.marker(*pair) for pair in pairs}
    assert len(markers) == len(pairs)
    assert all(one.count("--") == 2 and "\n" not in one for one in markers)


def test_no_changes_are_one_visible_line() -> None:
    same = plan(BEFORE, BEFORE)
    assert comment.render(same).splitlines()[1:] == ["**Reelstack <code>films/prod</code>**: no changes"]
    assert terminal.render(same) == [("main → main, stack prod: no changes", "")]
    assert document.render(same)["changes"] is False


def test_what_is_lost_stands_outside_of_the_folds() -> None:
    outside = comment.render(PLAN).split("<details>")[0]
    assert "**Destroyed:** the files of <code>gone</code>" in outside
    assert "when the new file is ready: the files of <code>a</code>" in outside
    assert "**its file is deleted**" in outside


def test_the_table_says_how_long_a_video_was_and_is() -> None:
    document_of_it = json.dumps(document.render(PLAN))
    for shown in (PLAN, document.read(document_of_it)):
        lengths = {row.split("|")[2]: row.split("|")[4] for row in comment.render(shown).splitlines() if row[:1] == "|"}
        told = {name: lengths[f" <code>{name}</code> "].strip() for name in ("a", "fresh", "gone")}
        assert told == {"a": "4 s → 6 s", "fresh": "2 s", "gone": "2 s"}
        assert "4 s → 6 s" in page.render(shown)
    assert any("1280×720  4 s → 6 s  rendered anew" in line for line, _ in terminal.render(PLAN))


def test_a_video_of_another_cut_is_not_told_the_length_that_that_cut_had() -> None:
    films = {"v": ("a", 1280, 720), "w": ("b", 1280, 720)}
    before = side({"a": timeline("x"), "b": timeline("z")}, films)
    found = plan(before, side({"a": timeline("x"), "b": timeline("z", "y")}, {**films, "v": films["w"]}))
    for shown in (found, document.read(json.dumps(document.render(found)))):
        assert [words.length(video) for video in shown.videos] == ["4 s", "2 s → 4 s"]


@pytest.mark.parametrize("empty", [None, {}, timeline("x", seconds=0)])
def test_a_cut_in_which_there_was_nothing_had_no_length(empty: object) -> None:
    found = plan(side({"a": empty}), side({"a": timeline("x")}))
    for shown in (found, document.read(json.dumps(document.render(found)))):
        assert [words.length(video) for video in shown.videos] == ["2 s"]


def test_looks_of_captions_are_told_in_every_format_and_masked_nowhere() -> None:
    old, new = timeline("x", captions=("Hello",)), timeline("x", captions=("Hello",))
    for cut, size in ((old, 64), (new, 70)):
        cut["SubtitleTracks"][0]["SubtitleTrackClips"][0]["FontSize"] = size
    found = plan(side({"a": old}), side({"a": new}))
    for name, shown in formats(found).items():
        assert "1 caption restyled" in shown or name == "svg"
        assert "size 64 → 70" in shown or name == "svg"
    (change,) = document.render(found)["projects"][0]["changes"]
    assert (change["kind"], change["old"], change["new"]) == ("CaptionRestyled", {"FontSize": 64}, {"FontSize": 70})


def test_a_length_that_only_the_service_knows_is_not_told_as_a_change() -> None:
    open_end = {"VideoTracks": [{"MainTrack": True, "VideoTrackClips": [{"MediaId": "x"}]}]}
    found = plan(side({"a": timeline("x")}), side({"a": open_end}))
    assert " about 10 s " in comment.render(found)
    assert "→ about" not in comment.render(found)


def test_the_table_names_what_changes_only() -> None:
    more = replace(AFTER, films={**AFTER.films, "same": BEFORE.films["gone"]})
    both = replace(BEFORE, films={**BEFORE.films, "same": BEFORE.films["gone"]})
    rows = [line for line in comment.render(plan(both, more)).splitlines() if line.startswith("|")]
    assert len(rows) == 2 + 3
    assert not any("same" in row for row in rows)


def test_pictures_are_linked_and_only_where_there_are_some() -> None:
    there = {"a": "https://x/a.svg"}
    told = comment.render(PLAN, picture=lambda project: comment.Pictures(there.get(project.name)))
    assert told.count("![") == 1
    assert "(https://x/a.svg)" in told


def test_drift_stands_apart_also_without_a_change() -> None:
    drifted = replace(plan(BEFORE, BEFORE), drift=("project a differs: 1 added",))
    for name, text in formats(drifted).items():
        assert name == "svg" or "1 added" in text
    assert "Drift, apart from this change" in comment.render(drifted)
    assert "1 file" not in comment.render(drifted)


@pytest.mark.parametrize("name", ["text", "markdown", "html", "svg", "json"])
def test_no_format_shows_a_secret(name: str) -> None:
    def hidden(text: str) -> Side:
        address = {"MediaURL": f"https://b.oss-cn-shanghai.aliyuncs.com/{SECRET}.mp4?Signature={SECRET}", "Out": 2}
        cut = timeline("x", captions=(f"a text of some more than thirty letters {SECRET} {text}",))
        cut["VideoTracks"][0]["VideoTrackClips"].append(address)
        return side({f"cut {SECRET}": {**cut, "Note": {"password": f"{SECRET}{text}"}, "Key": f"{text} {SECRET}"}})

    shown = formats(plan(hidden("one"), hidden("two")))[name]
    assert "LTAI" not in shown
    assert "cut ***" in shown.replace("&#42;", "*")


def test_a_comment_mentions_links_and_closes_nothing() -> None:
    hostile = "@bob #1 |x| `y` </details><script>a</script> ![i](https://e) www.e.com ```\n# /close"
    cuts = {hostile: timeline(hostile, captions=(hostile, "```"))}
    shown = html_of(comment.render(plan(side({}), side(cuts, label=hostile))))
    assert "<script" not in shown
    assert "<img" not in shown
    assert shown.count("<details>") == shown.count("</details>") == 1
    assert "@bob" not in "".join(part.split("</code>")[-1] for part in shown.split("<code")[1:])


def test_a_fence_is_longer_than_every_run_of_backticks_in_it() -> None:
    told = comment.render(plan(side({}), side({"a": timeline("x", captions=("`````",))})))
    assert "\n``````diff\n" in told


def test_a_comment_that_is_too_long_leaves_out_whole_sections_and_says_so() -> None:
    many = {f"cut-{index:03}": timeline("x", "y", captions=("text",)) for index in range(400)}
    told = comment.render(plan(side({"gone": timeline("q")}), side(many)), limit=20_000)
    assert len(told) <= 20_000
    assert told.count("<details>") == told.count("</details>") > 5
    assert told.count("```") % 2 == 0
    assert "400 new videos, 1 video removed" in told
    assert "⚠️ Left out" in told
    assert "of the 401 videos in the table" in told


def test_a_comment_fills_its_limit_and_never_passes_it() -> None:
    gone = side({f"{index:02}{'|' * 70}": timeline("z") for index in range(40)}, label="|" * 80)
    many = {f"{index}": timeline("x", captions=("🎬" * 30,)) for index in range(400)}
    found = plan(gone, side(many, label="|" * 80))
    for limit in range(comment.LEAST, 40_000, 1_777):
        length = len(comment.render(found, limit=limit).encode("utf-16-le")) // 2
        assert limit - 1_500 < length <= limit


def test_a_picture_is_sound_xml_that_names_every_block() -> None:
    (changed,) = (project for project in PLAN.projects if project.name == "a")
    root = ET.fromstring(picture.draw(changed))
    titles = {title.text for title in root.iter("{http://www.w3.org/2000/svg}title")}
    assert {"new (added), 2 s to 4 s", "y (shifted), 4 s to 6 s", "Hello (changed), 0 s to 1 s"} <= titles
    assert ET.fromstring(picture.draw_all(PLAN.projects)) is not None


def test_a_page_loads_nothing_and_runs_nothing() -> None:
    shown = page.render(plan(side({}), side({"<script>": timeline("<img src=x>", captions=("&amp;<b>",))})))
    assert "default-src 'none'" in shown
    assert not any(tag in shown for tag in ("<script", "<img", "<b>&", "<link", "href=", 'src="'))


def test_the_document_holds_each_change_as_a_value() -> None:
    found = document.render(PLAN)
    assert found["bill"] == {
        "renders": 2,
        "seconds": {"720p": 8.0},
        "total_seconds": 8.0,
        "sure": True,
        "replaced": 1,
        "destroyed": 1,
    }
    (changed,) = (one for one in found["projects"] if one["name"] == "a")
    assert [change["kind"] for change in changed["changes"]] == ["CaptionText", "Added", "Shifted"]
    assert changed["affected"] == [[0.0, 1.0], [2.0, 6.0]]


def test_frames_stand_in_the_fold_and_in_the_page() -> None:
    name = PLAN.projects[0].name
    shown = comment.Pictures(None, ((1.5, "a.jpg", None), (3.0, None, "b.jpg")))
    told = comment.render(PLAN, picture=lambda project: shown if project.name == name else comment.Pictures())
    table = "| | 1.5 s | 3 s |\n|---|---|---|\n| before | ![before](a.jpg) | |\n| after | | ![after](b.jpg) |\n"
    assert table in told
    taken = {name: Shots((Frame(1.5, b"old", b"new"),), ("<b>",))}
    html = page.render(PLAN, taken)
    assert html.count("data:image/jpeg;base64,") == 2
    assert "Test pictures stand for <code>&lt;b&gt;</code>" in html
    assert "data:" not in page.render(PLAN).replace("img-src data:", "")


def test_one_looks_in_the_middle_of_what_changes_and_all_over_what_is_new() -> None:
    changed = replace(PLAN.projects[0], fate=Fate.CHANGED, cut=TimelineDiff(affected=((1, 2), (4, 6))))
    assert frames.instants(changed) == (1.5, 5.0)
    assert frames.instants(replace(changed, cut=TimelineDiff(affected=((0, 6),)))) == (1.0, 3.0, 5.0)
    assert frames.instants(replace(changed, cut=TimelineDiff(affected=((800, 900),)))) == ()
    new = replace(changed, fate=Fate.NEW, before=Strip(), after=Strip(seconds=6))
    assert frames.instants(new) == (1.0, 3.0, 5.0)


def test_a_picture_as_png_is_what_the_svg_is() -> None:
    drawn = Image.open(io.BytesIO(raster.png(picture.draw(PLAN.projects[0]))))
    assert drawn.format == "PNG"
    assert drawn.width == 2 * picture.WIDTH
    assert len(drawn.convert("RGB").getcolors(1_000_000) or ()) > 10
