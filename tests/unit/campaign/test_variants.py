"""Variants: one definition becomes a video for each cell, under names that stay, with as few projects as can be."""

# ruff: noqa: E501 - a table of faults reads better with one fault on a line

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from reelstack.campaign import expand
from reelstack.campaign.load import load
from reelstack.errors import ConfigError
from reelstack.models import pilots

CAMPAIGN = """\
campaign: spring
sources: {a: media-a, voice-en: ve, voice-de: vd, voice-fr: vf, score: {media: m, kind: audio}}
projects:
  morning:
    title: Morning
    video:
      - {clip: a, out: 4s, transition: {duration: 0.5s}}
      - {clip: "voice-{locale}", out: 4s}
    captions:
      - {text: "{cta} now", at: 5s, length: 2s}
      - {text: "{headline}", at: 0.5s, length: 2s}
videos:
  teaser:
    project: morning
    variants:
      locale: [en, de]
      size: {wide: 1280x720, story: 1080x1920}
      length: {full: {}, short: 5s}
    texts: texts.csv
    cells: {}
"""
TEXTS = "text,en,de,fr\nheadline,Hello,Hallo,Salut\ncta,Buy,Kauf,Achetez\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "texts.csv").write_text(TEXTS)
    return tmp_path


def declared(folder: Path, text: str = CAMPAIGN, service: str = "ims") -> expand.Declared:
    file = folder / "c.yaml"
    file.write_text(text)
    whole = load(file, shown_as="c.yaml", refused=partial(expand.refusals, service=service))
    return expand.expand(whole, service)


def specs(folder: Path, text: str = CAMPAIGN) -> dict[str, tuple[object, ...]]:
    """What each video is rendered from, by its name."""
    found = declared(folder, text)
    contents = {project.name: project.content for project in found.projects}
    return {one.name: (one.project, contents[one.project], one.output) for one in found.videos}


def faults(folder: Path, text: str, service: str = "ims") -> list[str]:
    with pytest.raises(ConfigError) as caught:
        declared(folder, text, service)
    return [str(fault) for fault in caught.value.faults]


def test_every_cell_is_a_video_and_sizes_share_their_project(folder: Path) -> None:
    found = declared(folder)
    assert {video.name: video.project for video in found.videos} == {
        "teaser-en-wide": "teaser-en",
        "teaser-en-wide-short": "teaser-en-short",
        "teaser-en-story": "teaser-en",
        "teaser-en-story-short": "teaser-en-short",
        "teaser-de-wide": "teaser-de",
        "teaser-de-wide-short": "teaser-de-short",
        "teaser-de-story": "teaser-de",
        "teaser-de-story-short": "teaser-de-short",
    }
    assert {project.name for project in found.projects} == {video.project for video in found.videos}
    assert len({project.content for project in found.projects}) == 4


def test_on_vod_each_cell_has_a_project_of_its_own(folder: Path) -> None:
    assert len(declared(folder, service="vod").projects) == 8


def test_texts_and_sources_are_those_of_the_locale(folder: Path) -> None:
    timelines = {project.name: project.timeline for project in declared(folder).projects}
    german = timelines["teaser-de"]
    assert [track["SubtitleTrackClips"][0]["Content"] for track in german["SubtitleTracks"]] == ["Kauf now", "Hallo"]
    assert [clip["MediaId"] for clip in german["VideoTracks"][0]["VideoTrackClips"]] == ["media-a", "vd"]


def test_a_length_ends_the_cut_at_its_time(folder: Path) -> None:
    timelines = {project.name: project.timeline for project in declared(folder).projects}
    short = timelines["teaser-en-short"]
    assert [(clip["In"], clip["Out"]) for clip in short["VideoTracks"][0]["VideoTrackClips"]] == [(0, 4), (0, 1.5)]
    assert [track["SubtitleTrackClips"][0]["Content"] for track in short["SubtitleTracks"]] == ["Hello"]


@pytest.mark.parametrize(
    ("to", "ends"),
    [("4s", [4]), ("3.9s", [3.9]), ("3.5s", [3.5]), ("2s", [2]), ("4.1s", [4, 0.6]), ("7.5s", [4, 4])],
)
def test_a_clip_that_would_only_be_seen_in_a_transition_is_left_out(folder: Path, to: str, ends: list[float]) -> None:
    found = declared(folder, CAMPAIGN.replace("short: 5s", f"short: {to}"))
    clips = found.projects[1].timeline["VideoTracks"][0]["VideoTrackClips"]
    assert [clip["Out"] for clip in clips] == ends
    assert sum("Effects" in clip for clip in clips) == len(ends) - 1


def test_another_project_may_be_the_short_one(folder: Path) -> None:
    own = "  brief: {title: B, video: [{clip: a, out: 1s}]}\nvideos:"
    text = CAMPAIGN.replace("short: 5s", "short: {project: brief}").replace("videos:", own)
    found = {project.name: project.timeline for project in declared(folder, text).projects}
    assert set(found) == {"teaser-en", "teaser-en-short", "teaser-de", "teaser-de-short"}
    assert len(found["teaser-de-short"]["VideoTracks"][0]["VideoTrackClips"]) == 1


def test_sizes_alone_share_the_project_as_it_is(folder: Path) -> None:
    text = CAMPAIGN.replace("      locale: [en, de]\n", "").replace("      length: {full: {}, short: 5s}\n", "")
    text = text.replace("voice-{locale}", "a").replace("{cta} now", "Now").replace("{headline}", "Hello")
    found = declared(folder, text)
    assert [(video.name, video.project) for video in found.videos] == [
        ("teaser-wide", "morning"),
        ("teaser-story", "morning"),
    ]
    assert [project.name for project in found.projects] == ["morning"]


# ── what a change touches ──


def changed(old: dict[str, tuple[object, ...]], new: dict[str, tuple[object, ...]]) -> set[str]:
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def test_a_locale_more_adds_exactly_its_cells(folder: Path) -> None:
    more = changed(specs(folder), specs(folder, CAMPAIGN.replace("[en, de]", "[fr, de, en]")))
    assert more == {f"teaser-fr-{rest}" for rest in ("wide", "wide-short", "story", "story-short")}


def test_a_length_beside_the_full_one_adds_exactly_its_cells(folder: Path) -> None:
    without = CAMPAIGN.replace("      length: {full: {}, short: 5s}\n", "")
    assert all(name.endswith("-short") for name in changed(specs(folder, without), specs(folder)))


def test_one_text_touches_the_cells_of_its_locale(folder: Path) -> None:
    before = specs(folder)
    (folder / "texts.csv").write_text(TEXTS.replace("Kauf", "Kaufen"))
    # The short ones end before that caption.
    assert changed(before, specs(folder)) == {"teaser-de-wide", "teaser-de-story"}


@pytest.mark.parametrize(
    ("key", "touched"),
    [
        ("de-story-full", {"teaser-de-story"}),
        ("de-story", {"teaser-de-story", "teaser-de-story-short"}),
        ("story-short", {"teaser-de-story-short", "teaser-en-story-short"}),
        ("de", {"teaser-de-wide", "teaser-de-wide-short", "teaser-de-story", "teaser-de-story-short"}),
    ],
)
@pytest.mark.parametrize(
    "own",
    [
        "texts: {headline: Moin}",
        "caption: {size: 70}",
        "captions: []",
        "music: {clip: score}",
        "video: [{clip: a, out: 8s}]",
    ],
)
def test_what_cells_have_of_their_own_touches_exactly_those(
    folder: Path, key: str, touched: set[str], own: str
) -> None:
    assert (
        changed(specs(folder), specs(folder, CAMPAIGN.replace("cells: {}", f"cells: {{{key}: {{{own}}}}}"))) == touched
    )


def test_the_narrower_key_goes_before_the_wider(folder: Path) -> None:
    cells = "cells: {de-story-full: {bitrate: 3}, story: {bitrate: 1}, de: {bitrate: 2}, de-story: {title: T}}"
    found = {one.name: one.output.bitrate for one in declared(folder, CAMPAIGN.replace("cells: {}", cells)).videos}
    assert found["teaser-de-story"] == 3
    assert found["teaser-en-story"] == 1
    assert found["teaser-de-story-short"] == 1


def test_the_order_in_which_things_are_written_changes_nothing(folder: Path) -> None:
    (folder / "texts.csv").write_text("locale,cta,headline\nde,Kauf,Hallo\nfr,Achetez,Salut\nen,Buy,Hello\n")
    turned = CAMPAIGN.replace("size: {wide: 1280x720, story: 1080x1920}", "size: {story: 1080x1920, wide: 1280x720}")
    turned = turned.replace("[en, de]", "[de, en]").replace("{full: {}, short: 5s}", "{short: 5s, full: {}}")
    other = specs(folder, turned)
    (folder / "texts.csv").write_text(TEXTS)
    assert other == specs(folder)


# ── tables of texts ──


YAML = "headline: {en: Hello, de: Hallo}\ncta: {en: Buy, de: Kauf}\n"


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("t.csv", "\ufefftext;en;de\r\nheadline;Hello;Hallo\r\n\r\ncta;Buy;Kauf\r\n"),
        ("t.csv", "locale\tcta\theadline\nen\tBuy\tHello\nde\tKauf\tHallo\n"),
        ("t.yaml", YAML),
    ],
)
def test_a_table_is_read_as_it_was_exported(folder: Path, name: str, table: str) -> None:
    (folder / name).write_text(table)
    assert specs(folder, CAMPAIGN.replace("texts.csv", name)) == specs(folder)


def test_texts_of_the_campaign_serve_all_its_videos(folder: Path) -> None:
    texts = "texts: {headline: {en: Hello, de: Hallo}, cta: {en: Buy, de: Kauf, fr: '{{}}'}}\n"
    assert specs(folder, texts + CAMPAIGN.replace("    texts: texts.csv\n", "")) == specs(folder)


def test_a_text_may_be_the_same_everywhere_and_braces_are_written_twice(folder: Path) -> None:
    text = CAMPAIGN.replace("{cta} now", "{price} {{net}}").replace("texts.csv", "{price: '9.99', headline: Hi}")
    contents = [
        track["SubtitleTrackClips"][0]["Content"]
        for track in declared(folder, text).projects[0].timeline["SubtitleTracks"]
    ]
    assert contents == ["9.99 {net}", "Hi"]


@pytest.mark.parametrize(
    ("text", "brace"), [("{headline", "{"), ("headline}", "}"), ("{headline}}", "}"), ("a {} c", "{"), ("{0}", "}")]
)
@pytest.mark.parametrize("sizes_only", [False, True])
def test_a_single_brace_is_a_fault_where_names_are_filled_in(
    folder: Path, text: str, brace: str, sizes_only: bool
) -> None:
    written = CAMPAIGN.replace("{headline}", text)
    if sizes_only:
        written = written.replace("voice-{locale}", "a").replace("{cta} now", "Now")
        written = written.replace("      locale: [en, de]\n", "").replace("      length: {full: {}, short: 5s}\n", "")
        written = written.replace("texts: texts.csv", "texts: {headline: Hi}")
    said = f"c.yaml:11:10: projects.morning.captions[1].text: there is a single {brace} that belongs to no {{name}}"
    assert sum(fault.startswith(f"{said}: write {brace * 2} for a brace") for fault in faults(folder, written)) == 1


def test_braces_of_a_table_and_of_a_video_without_variants_stay(folder: Path) -> None:
    (folder / "texts.csv").write_text(TEXTS.replace("Hallo", "{Hallo"))
    own = '  p: {title: "}", video: [{clip: a, out: 1s}], captions: [{text: "a } b {} {", length: 1s}]}\n'
    text = CAMPAIGN.replace("projects:\n", f"projects:\n{own}") + "  plain: {project: p, size: 720x720}\n"
    found = {
        project.name: [track["SubtitleTrackClips"][0]["Content"] for track in project.timeline["SubtitleTracks"]]
        for project in declared(folder, text).projects
    }
    assert found["p"] == ["a } b {} {"]
    assert found["teaser-de"][1] == "{Hallo"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "texts.csv:1:1: the first column is headed `text`"),
        ("key,en\na,b\n", "texts.csv:1:1: the first column is headed `text` (a row for each text) or `locale`, not 'key'"),
        ("text,en,en\n", "texts.csv:1:1: the column 'en' is there twice"),
        ("text,en,\n", "texts.csv:1:1: column 3 has no head"),
        (TEXTS + "cta,Buy,Kauf,Achetez\n", "texts.csv:4:1: the text 'cta' is there twice"),
        (TEXTS + "more,Buy, or not,b\n,a,b,c\n", "texts.csv:5:1: the row names no text"),
        (TEXTS.replace("Buy", "Buy, or not"), "texts.csv:3:1: 5 columns, where the head has 4"),
        ('text,en\na,"b\n', "is not CSV"),
        ("text,en,fr\nheadline,Hello,Salut\ncta,Buy,Achetez\n", "c.yaml:19:5: videos.teaser.texts: there is nothing for the locale 'de'; there are en, fr"),
        (TEXTS.replace("Kauf", " "), "texts.csv:3:1: videos.teaser.texts.cta: there is no text for 'de'"),
        (TEXTS.replace("headline", "heading"), "c.yaml:11:10: projects.morning.captions[1].text: there is no text for {headline}; did you mean {heading}?"),
    ],
)  # fmt: skip
def test_a_table_that_lacks_something_is_told_once_at_its_line(folder: Path, table: str, said: str) -> None:
    (folder / "texts.csv").write_text(table)
    assert sum(said in fault for fault in faults(folder, CAMPAIGN)) == 1


# ── faults ──


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[en, de]", "[en, en]", "videos.teaser.variants.locale: 'en' is there twice; cells are named by it"),
        ("[en, de]", "[en, wide]", "videos.teaser.variants.size: 'wide' is a locale already"),
        ("[en, de]", "[e n]", "variants.locale[0]: 'e n' is no name"),
        ("1080x1920", "100x100", "variants.size.story: 100x100: each side is 128 to 4096"),
        ("short: 5s", "short: 9s", "c.yaml:18:26: videos.teaser.variants.length.short: the cut lasts only 7.5 s"),
        ("short: 5s", "short: {project: brief}", "length.short.project: there is no project 'brief'; there are morning"),
        ("short: 5s", "short: soon", "variants.length.short.to: 'soon' is not a time"),
        ("    texts: t", "    size: 720x720\n    texts: t", "videos.teaser.size: give it here or as an axis of variants"),
        ("      size: {", "      sise: {", "variants.sise: unknown key; did you mean 'size'?"),
        ("cells: {}", "cells: {de-stroy: {title: a}}", "c.yaml:20:13: videos.teaser.cells.de-stroy: there is no cell 'de-stroy'; did you mean 'de-story'?"),
        ("cells: {}", "cells: {de: {adopt_id: j}}", "cells.de.adopt_id: one job is one video: name a single cell. There are de-wide-full, de-wide-short, de-story-full, de-story-short"),
        ("cells: {}", "cells: {de-story: {adopt_id: j}}", "name a single cell. There are de-story-full, de-story-short"),
        ("    title: Morning", "    title: Morning\n    adopt_id: p", "c.yaml:6:5: projects.morning.adopt_id: variants get projects of their own"),
        ("cells: {}", "adopt_id: j", "videos.teaser.adopt_id: it is one cell's"),
        ("cells: {}", "pilot: de", "c.yaml:20:5: videos.teaser.pilot: there is no cell 'de'"),
        ("cells: {}", "cells: {de: {captions: [{text: '{nix}', length: 1s}]}}", "c.yaml:20:30: videos.teaser.cells.de.captions[0].text: there is no text for {nix}"),
        ("cells: {}", "cells: {de: {captions: [{text: x, at: 9s, length: 1s}]}}", "videos.teaser.cells.de.captions[0].at: the cut is over by then: it lasts 7.5 s (in projects.teaser-de)"),
        ("cells: {}", "cells: {de: {captions: [{text: x, length: 1s, style: loud}]}}", "c.yaml:20:51: videos.teaser.cells.de.captions[0].style: the brand has no style 'loud'; there are none"),
        ("voice-{locale}", "{locale}-voice", "c.yaml:8:10: projects.morning.video[1].clip: there is no source 'en-voice'"),
        ("clip: a, out: 4s", "clip: b, out: 4s", "c.yaml:7:10: projects.morning.video[0].clip: there is no source 'b'; there are a, voice-en, voice-de, voice-fr, score (in projects.teaser-en, projects.teaser-en-short and 2 more)"),
        ("cells: {}", "title: '{nix}'", "c.yaml:20:5: videos.teaser.title: there is no text for {nix}"),
        ("cells: {}", "cells: {}\n  teaser-de-wide: {project: morning, size: 720x720}", "c.yaml:21:3: videos.teaser-de-wide: there are two videos 'teaser-de-wide'"),
        ("cells: {}", "cells: {}\n  plain: {project: morning, size: 720x720, cells: {}}", "videos.plain.cells: only a video with variants has this"),
        ("cells: {}", "cells: {}\n  plain: {project: morning, size: 720x720}", "c.yaml:21:11: videos.plain.project: the cut holds {names}, and only variants fill them"),
        ("cells: {}", "cells: {}\n  plain: {project: mourning, size: 720x720}", "videos.plain.project: there is no project 'mourning'; there are morning"),
        ("texts: texts.csv", "texts: {headline: {en: Hi}, cta: Buy}", "videos.teaser.texts: there is nothing for the locale 'de'; there are en"),
        ("cells: {}", "cells: {}\n  plain: {project: morning}", "c.yaml:21:3: videos.plain.size: is missing"),
        ("  teaser:", f"  {'t' * 60}:", "has too long a name: at most 64 characters"),
        ("[en, de]", f"[{', '.join(f'l{n}' for n in range(2501))}]", "c.yaml:15:5: videos.teaser.variants: more than 10,000 cells"),
    ],
)  # fmt: skip
def test_each_fault_is_told_once_where_it_is_written(folder: Path, old: str, new: str, said: str) -> None:
    assert CAMPAIGN.count(old) == 1
    assert [fault for fault in faults(folder, CAMPAIGN.replace(old, new)) if said in fault]


def test_a_key_that_names_two_things_is_refused(folder: Path) -> None:
    text = CAMPAIGN.replace("[en, de]", "[de, de-short]").replace(
        "cells: {}", "cells: {de-short: {caption: {size: 40}}}"
    )
    said = (
        "c.yaml:20:13: videos.teaser.cells.de-short: 'de-short' may mean de with short and de-short: give one of these"
    )
    assert any(fault.startswith(said) for fault in faults(folder, text))


# ── the pilot ──


@pytest.mark.parametrize("service", ["ims", "vod", "huawei"])
def test_until_the_pilot_is_approved_it_is_all_that_is_declared(folder: Path, service: str) -> None:
    text = CAMPAIGN.replace("cells: {}", "pilot: de-wide").replace(", transition: {duration: 0.5s}", "")
    text = text[: text.index("    captions")] + text[text.index("videos:") :]
    file = folder / "c.yaml"
    file.write_text(text)
    whole = load(file, refused=partial(expand.refusals, service=service))
    waiting = expand.expand(whole, service)
    names = [*(one.name for one in waiting.videos), *(one.name for one in waiting.edits)]
    assert names == ["teaser-de-wide"]
    assert len(waiting.projects) == (service != "huawei")
    assert waiting.held == (expand.Held("teaser", "teaser-de-wide", 7),)
    for approved in ("teaser", "spring/teaser"):
        let = expand.expand(whole, service, ("other", approved))
        assert len((*let.videos, *let.edits)) == 8
        assert let.held == (expand.Held("teaser", "teaser-de-wide", 0),)


def test_projects_of_other_videos_stay_while_cells_wait(folder: Path) -> None:
    text = CAMPAIGN.replace("cells: {}", "pilot: de-wide\n  plain: {project: other, size: 720x720}")
    text = text.replace("videos:", "  other: {title: O, video: [{clip: a, out: 1s}]}\nvideos:")
    assert [project.name for project in declared(folder, text).projects] == ["other", "teaser-de"]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("", ()),
        ("spring/teaser", ("spring/teaser",)),
        (" a, b/c  d ", ("a", "b/c", "d")),
        ('["a", "b/c"]', ("a", "b/c")),
        ("[a, b/c]", ("a", "b/c")),
    ],
)
def test_approvals_are_written_as_a_list_or_with_commas(written: str, names: tuple[str, ...]) -> None:
    assert pilots.approved(written) == names


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("teaser", ""),
        ("spring/teaser", ""),
        ("teser", "did you mean teaser?"),
        ("spring/teaser-de-wide", "did you mean spring/teaser?"),
        ("x", "there are spring/teaser"),
    ],
)
def test_an_approval_of_what_is_no_video_with_variants_is_doubted(folder: Path, name: str, said: str) -> None:
    file = folder / "c.yaml"
    file.write_text(CAMPAIGN)
    found = list(pilots.strangers([name], expand.matrices([load(file)])))
    assert len(found) == bool(said)
    assert all(repr(name) in one and one.endswith(said) for one in found)


def test_what_a_service_cannot_do_is_told_once_for_all_cells(folder: Path) -> None:
    found = faults(folder, CAMPAIGN, "huawei")
    assert [fault.split(": ")[1] for fault in found] == [
        "projects.morning.video[0].transition",
        "projects.morning.captions[0]",
        "projects.morning.captions[1]",
    ]


def test_a_caption_that_goes_on_after_the_cut_is_remarked_once_for_all_cells_and_not_where_a_length_ends_it(
    folder: Path,
) -> None:
    file = folder / "c.yaml"
    own = 'cells: {de-story: {captions: [{text: "{cta}", at: 7s, length: 1s}]}}'
    file.write_text(CAMPAIGN.replace("at: 5s, length: 2s", "at: 5s, length: 3s").replace("cells: {}", own))
    lost = "ends at 8 s, 0.5 s after the cut: that part is not seen"
    assert load(file, shown_as="c.yaml").remarks == (
        f"c.yaml:10:9: projects.morning.captions[0]: “{{cta}} now” {lost} (in projects.teaser-en, projects.teaser-de)",
        f"c.yaml:20:35: videos.teaser.cells.de-story.captions[0]: “{{cta}}” {lost} (in projects.teaser-de-story)",
    )
