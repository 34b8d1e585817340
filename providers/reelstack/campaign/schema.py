"""The JSON Schema of campaign files, made from the models: what editors complete and check with.

It knows the forms that people write (times with units, sizes as WIDTHxHEIGHT, sources by their id alone). Rules over
several keys are not in it; `reelstack validate` has them all. The package carries it as `FILE`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reelstack.models.campaign import Campaign
from reelstack.models.transitions import TRANSITIONS

FILE = Path(__file__).with_name("campaign.schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def campaign() -> dict[str, Any]:
    """The schema of a campaign file (JSON Schema, draft 2020-12)."""
    found = Campaign.model_json_schema(by_alias=True, mode="validation")
    definitions = found["$defs"]
    definitions["Transition"]["properties"]["type"]["enum"] = sorted(TRANSITIONS)
    for model, key in (("Clip", "transition"), ("Project", "music"), ("Override", "music")):
        definitions[model]["properties"][key]["anyOf"].append({"const": "none", "description": "Not the brand's."})
    definitions["Video"]["anyOf"] = [{"required": ["size"]}, {"required": ["variants"]}]
    spans = definitions["Length"]
    definitions["Length"] = {"anyOf": [spans, {"type": "null"}, *spans["properties"]["to"]["anyOf"][0]["anyOf"]]}
    named = found["properties"]["sources"]["patternProperties"]
    short = {"type": "string", "minLength": 1, "description": "The media id alone: a video."}
    for pattern, whole in named.items():
        named[pattern] = {"anyOf": [short, whole]}
    for names in ("sources", "projects", "videos"):
        found["properties"][names]["additionalProperties"] = False
    return {"$schema": DIALECT, **found, "title": "Reelstack campaign"}
