"""The schemas in docs are those that the package prints."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from reelstack.preview import document

ROOT = Path(__file__).parents[2]


def test_the_schema_of_a_diff_is_the_published_one() -> None:
    assert json.loads((ROOT / "docs" / "diff.schema.json").read_text()) == document.schema()
    jsonschema.Draft202012Validator.check_schema(document.schema())
