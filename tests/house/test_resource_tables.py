"""The page of properties agrees with the code, and says of a change what the resource does."""

from __future__ import annotations

import dataclasses

import pytest

from house import resource_tables
from house.resource_tables import TABLES, Table, rows

STALE = f"docs/resources.md is stale: run `{resource_tables.COMMAND}`"


def row(resource: str, shown: str) -> list[str]:
    (table,) = (table for table in TABLES if table.name == resource)
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in rows(table)]
    (found,) = (each for each in cells if each[0] == f"`{shown}`")
    return found


def test_the_page_of_properties_is_what_the_code_says() -> None:
    assert resource_tables.PAGE.read_text(encoding="utf-8") == resource_tables.page(), STALE


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_every_argument_has_a_row(table: Table) -> None:
    shown = {line.split("`")[1] for line in rows(table)}
    assert {each.name for each in dataclasses.fields(table.args)} <= shown


@pytest.mark.parametrize(
    ("resource", "shown", "means"),
    [
        ("EditingProject", "title", "update"),
        ("EditingProject", "material_maps.video", "replace"),
        ("EditingProject", "business_status", "update"),
        ("EditingProject", "content", "nothing"),
        ("EditingProject", "region", "refused"),
        ("ProduceJob", "timeline", "replace"),
        ("ProduceJob", "title", "nothing"),
        ("ProduceJob", "output.width", "replace"),
        ("ProduceJob", "output.video.fps", "replace"),
        ("ProduceJob", "output.access_key_id.env", "nothing"),
        ("ProduceJob", "endpoint", "refused"),
        ("VodEditTask", "inputs[].start", "replace"),
        ("VodEditTask", "settings.codec", "replace"),
        ("VodEditTask", "adopt_id", "nothing"),
        ("VodEditTask", "on_delete", "update"),
        ("Delivery", "timeout", "nothing"),
        ("Delivery", "wait_for", "update"),
    ],
)
def test_what_a_change_does_is_what_the_resource_decides(resource: str, shown: str, means: str) -> None:
    assert row(resource, shown)[4] == means


def test_a_row_says_type_unit_limits_and_both_spellings() -> None:
    assert row("ProduceJob", "output.width")[1:] == [
        *("whole number", "pixels", ">= 128, <= 4096; shorter side <= 2160", "replace"),
        "Alibaba IMS: `OutputMediaConfig.Width`; Alibaba VOD: `ProduceConfig.Width`",
    ]
