"""The schema that editors use says of a campaign what the loader says, as far as a schema can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from reelstack.campaign import schema
from reelstack.campaign.load import load
from reelstack.errors import ConfigError

EXAMPLES = sorted((Path(__file__).parents[3] / "stacks").glob("campaigns*/*.yaml"))
GOOD = """
campaign: spring
include: []
rate: 25
brand: {captions: {size: 50}, styles: {loud: {bold: true}}, transition: {type: fade}, music: {volume: 1}}
sources: {a: media-a, music: {media: media-b, kind: audio}}
projects:
  cut:
    title: Spring
    video:
      - {clip: a, in: 1.5s, out: "00:00:03.5", transition: {type: fade, duration: 250ms}}
      - {clip: a, length: 2, transition: none}
      - {clip: a, length: 50f}
    captions: [{text: Hello, at: 1, length: 1s, colour: "#ffcc00", style: loud}]
    music: {clip: music}
texts: {cta: {en: Buy, de: Kauf}, price: "9.99"}
videos:
  wide: {project: cut, size: 1280x720}
  teaser:
    project: cut
    variants: {locale: [en, de], size: {tall: 720x1280}, length: {full: , short: 3s, other: {project: cut}}}
    texts: {word: {en: Hello, de: Hallo}}
    cells: {de-tall: {texts: {word: Moin}, caption: {size: 60}, music: none}, de: {captions: []}}
    pilot: en-tall
"""


def faults(text: str) -> list[str]:
    document = YAML(typ="safe", pure=True).load(text)
    return [error.message for error in Draft202012Validator(schema.campaign()).iter_errors(document)]


def loads(text: str, directory: Path) -> bool:
    file = directory / "campaign.yaml"
    file.write_text(text)
    try:
        load(file)
    except ConfigError:
        return False
    return True


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema.campaign())


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_the_examples_hold_to_the_schema(file: Path) -> None:
    assert faults(file.read_text()) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("1.5s", "1 min"),
        ("in: 1.5s, out", "inn: 1.5s, out"),
        ("250ms", "250 miles"),
        ("type: fade", "type: fadde"),
        ("#ffcc00", "yellow"),
        ("1280x720", "1280 by 720"),
        ("campaign: spring", "campaign: '-spring'"),
        ("kind: audio", "kind: sound"),
        ("{project: cut, size: 1280x720}", "{project: cut}"),
        ("short: 3s", "short: {to: 75f}"),
        ("short: 3s", "short: []"),
        ("locale: [en, de]", "locale: {en: , de: }"),
        ("tall: 720x1280", "tall: high"),
        ("word: Moin", "word: {de: Moin}"),
        ("de: Hallo}", "de: 7}"),
        ("caption: {size: 60}", "caption: {text: a}"),
        ("length: 2", "length: -2"),
        ("50f", "50f@30"),
        ("50f", "50F"),
        ("music: {clip: music}", "music: none"),
        ("transition: none", "transition: no"),
        ("rate: 25", "rate: 0"),
        ("loud: {", "loud: {clip: a, "),
        ("captions: {size: 50}", "captions: {size: 50, colour: }"),
    ],
)
def test_schema_and_loader_agree(before: str, after: str, tmp_path: Path) -> None:
    text = GOOD.replace(before, after, 1).replace("00:00:03.5", "00:02:03.5")
    assert (faults(text) == []) is loads(text, tmp_path)


def test_a_fault_is_found_where_it_is() -> None:
    document: dict[str, Any] = YAML(typ="safe", pure=True).load(GOOD.replace("250ms", "250 miles"))
    (error,) = Draft202012Validator(schema.campaign()).iter_errors(document)
    assert list(error.absolute_path) == ["projects", "cut", "video", 0, "transition"]


def test_the_package_carries_the_schema_of_today() -> None:
    """When it does not: `reelstack schema -o providers/reelstack/campaign/campaign.schema.json`."""
    assert json.loads(schema.FILE.read_text(encoding="utf-8")) == schema.campaign()
