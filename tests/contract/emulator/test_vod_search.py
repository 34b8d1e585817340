"""SearchMedia: its index, its pages, and the language of its filter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract.emulator.door import TIMELINE, Caller
from reelstack.emulator.errors import ApiError
from reelstack.emulator.render.synthesise import synthesise
from reelstack.emulator.vod import match

ROW: match.Row = {
    "VideoId": "v1",
    "Title": "Spring teaser",
    "Description": "",
    "Tags": "q2,teaser",
    "Status": "Normal",
    "CateId": 7,
    "Duration": 12.5,
    "CreationTime": match.seconds("2026-01-15T08:30:00Z"),
}


def produced(vod: Caller, **metadata: object) -> str:
    return str(vod.ok("ProduceEditingProjectVideo", Timeline=TIMELINE, MediaMetadata=metadata)["MediaId"])


def found(vod: Caller, **params: object) -> list[str]:
    return [each["MediaId"] for each in vod.ok("SearchMedia", **params)["MediaList"]]


MADE = "MediaSource = 'editing'"


def test_the_index_is_late_and_reading_by_id_is_not(vod: Caller) -> None:
    vod.control("POST", "settings", index_seconds=5)
    media_id = produced(vod)
    assert vod.ok("GetVideoInfo", VideoId=media_id)
    assert vod.ok("SearchMedia", Match=MADE) | {"RequestId": ""} == {
        "Total": 0,
        "ScrollToken": "",
        "MediaList": [],
        "RequestId": "",
    }
    vod.clock.move(5)
    assert found(vod, Match=MADE) == [media_id]
    vod.ok("DeleteVideo", VideoIds=media_id)
    assert found(vod, Match=MADE) == []


def test_late_lists_make_the_index_later(vod: Caller) -> None:
    vod.control("POST", "faults", kind="late_lists", seconds=60)
    media_id = produced(vod)
    vod.clock.move(59)
    assert found(vod, Match=MADE) == []
    vod.clock.move(1)
    assert found(vod, Match=MADE) == [media_id]


def test_a_video_is_found_as_soon_as_it_has_a_record(vod_stepwise: Caller) -> None:
    media_id = produced(vod_stepwise)
    vod_stepwise.clock.move(60)
    assert found(vod_stepwise, Match=MADE) == []
    for _ in range(2):
        vod_stepwise.ok("GetVideoInfos", VideoIds=media_id)
    assert found(vod_stepwise, Match=f"Status = 'Uploading' and {MADE}") == [media_id]
    assert found(vod_stepwise, Match="Status = 'Uploading'") == [media_id], "a search is not a look"


def test_a_hit_shows_what_was_asked_for_and_no_more(vod: Caller) -> None:
    media_id = produced(vod, Title="Teaser", Tags="a")
    vod.clock.move(1)
    hit = vod.ok("SearchMedia", Match=MADE)["MediaList"][0]
    assert hit == {
        "MediaId": media_id,
        "MediaType": "video",
        "CreationTime": "2026-01-15T08:30:00Z",
        "Video": {"VideoId": media_id, "CreationTime": "2026-01-15T08:30:00Z"},
    }
    asked = vod.ok("SearchMedia", Match=MADE, Fields="Title,Tags,Status,Duration,TranscodeMode,NoSuchField")
    assert asked["MediaList"][0]["Video"] == hit["Video"] | {
        "Title": "Teaser",
        "Tags": "a",
        "Status": "Normal",
        "Duration": 4.0,
        "TranscodeMode": "FastTranscode",
    }


def test_each_kind_of_media_is_searched_by_itself(vod: Caller, tmp_path: Path) -> None:
    path = tmp_path / "own.png"
    synthesise(path, kind="image", label="own", duration=0, width=192, height=128)
    vod.control("POST", "media", path=str(path), media_id="own", title="Own")
    audio = {**TIMELINE, "AudioTracks": [{"AudioTrackClips": [{"MediaId": "music000000000000001"}]}]}
    vod.ok("ProduceEditingProjectVideo", Timeline=audio)
    vod.clock.move(1)
    assert found(vod, SearchType="image") == ["own"]
    answer = vod.ok("SearchMedia", SearchType="audio", Match="AudioId = 'music000000000000001'")
    assert answer["MediaList"][0]["Audio"]["AudioId"] == "music000000000000001"
    assert len(found(vod)) == 2
    assert found(vod, SearchType="attached") == []


def test_pages_come_by_number(vod: Caller) -> None:
    ids = [produced(vod) for _ in range(5)]
    vod.clock.move(1)
    pages = [found(vod, Match=MADE, PageNo=number, PageSize=2) for number in (1, 2, 3, 4)]
    assert pages == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]], []]
    assert found(vod, Match=MADE, SortBy="CreationTime:Asc") == ids


def test_a_token_goes_on_where_the_last_page_ended(vod: Caller) -> None:
    ids = [produced(vod) for _ in range(3)]
    vod.clock.move(1)
    first = vod.ok("SearchMedia", Match=MADE, PageSize=2)
    late = produced(vod)
    vod.clock.move(1)
    second = vod.ok("SearchMedia", Match=MADE, PageSize=2, PageNo=2, ScrollToken=first["ScrollToken"])
    assert [each["MediaId"] for each in first["MediaList"] + second["MediaList"]] == ids[::-1]
    assert found(vod, Match=MADE, PageSize=1) == [late]
    rising = {"Match": MADE, "PageSize": 2, "SortBy": "CreationTime:Asc"}
    token = vod.ok("SearchMedia", **rising)["ScrollToken"]
    assert found(vod, **rising, ScrollToken=token) == [ids[2], late]
    assert vod.ok("SearchMedia", Match=MADE, PageNo=201, ScrollToken=second["ScrollToken"])["MediaList"] == []


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"PageNo": 201}, "ScrollToken is needed"),
        ({"PageSize": 101}, "PageSize"),
        ({"SearchType": "film"}, "SearchType"),
        ({"SortBy": "Title:Desc"}, "SortBy"),
        ({"ScrollToken": "x" * 32}, "ScrollToken"),
        ({"ScrollToken": "0" * 32}, "another search"),
        ({"Match": "Title"}, "Match"),
    ],
)
def test_what_is_wrong_is_named(vod: Caller, params: dict[str, Any], name: str) -> None:
    status, code, message = vod.refused("SearchMedia", **params)
    assert (status, code) == (400, "InvalidParameter")
    assert name in message


# The filter


@pytest.mark.parametrize(
    "text",
    [
        "",
        "VideoId = 'v1'",
        "VideoId='v1' AND Status='Normal'",
        "Status in ('Blocked', 'Normal')",
        "Title = 'spring'",
        "Title in ('winter','TEASER')",
        "Tags = 'q2'",
        "Tags in ('x','teaser')",
        "(Status = 'Blocked' or Tags = 'q2') and Title = 'Spring'",
        "(Status = 'Blocked' and Title = 'x' or VideoId = 'v1')",
        "((VideoId = 'v1'))",
        "CateId = 7",
        "CateId in ('6','7')",
        "Duration = (12,13)",
        "Duration = [12.5,13)",
        "Duration = (12,12.5]",
        "CreationTime = ['2026-01-15T08:30:00Z','2026-01-15T08:30:00Z']",
        "CreationTime = ('2026-01-15T08:29:59Z','2026-01-15T08:30:01Z')",
    ],
)
def test_a_filter_that_fits_takes_the_row(text: str) -> None:
    assert match.parse(text)(ROW)


@pytest.mark.parametrize(
    "text",
    [
        "VideoId = 'v'",
        "Status in ('Blocked')",
        "Title = 'winter'",
        "Tags = 'tea'",
        "VideoId = 'v1' and Status = 'Blocked'",
        "(Status = 'Blocked' or Tags = 'q3')",
        "Duration = (12.5,13)",
        "Duration = (12,12.5)",
        "Size = (0,1)",
        "CreationTime = ('2026-01-15T08:30:00Z','2026-01-16T08:30:00Z')",
        "StorageLocation = ''",
    ],
)
def test_a_filter_that_does_not_fit_leaves_it(text: str) -> None:
    assert not match.parse(text)(ROW)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Status = 'a' or Status = 'b'", "at 13: 'or'"),
        ("Color = 'red'", "'Color' is not a field"),
        ("Title", "at 5: 'the end' where = is expected"),
        ("Title = spring", "a text in single quotes"),
        ('Title = "spring"', "is not understood"),
        ("Title = 'spring", "is not understood"),
        ("Title in 'spring'", "where ( is expected"),
        ("Title in ('a'", "where ) is expected"),
        ("(Title = 'a'", "where ) is expected"),
        ("Title = 'a')", "where and, or nothing more is expected"),
        ("Title = ('a','b')", "Title has no ranges"),
        ("Duration = 'x'", "'x' is not a number"),
        ("CreationTime = 'today'", "is not a time"),
        ("(" * 40 + "Title = 'a'" + ")" * 40, "nested deeper"),
        ("Title = '" + "a" * 4096 + "'", "longer than 4096"),
        ("Title = 'a' and", "where a field is expected"),
    ],
)
def test_what_is_not_of_the_language_is_refused_with_its_place(text: str, told: str) -> None:
    with pytest.raises(ApiError, match="InvalidParameter") as caught:
        match.parse(text)
    assert told in caught.value.message
