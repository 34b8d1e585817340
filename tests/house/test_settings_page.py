"""Every setting and every variable that the code reads is on the page of settings, and nothing else."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from reelstack.clouds.credentials import stack
from reelstack.reconcile import budget
from reelstack.resources.settings import NAMESPACE, Settings

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "settings.md"
VARIABLE = re.compile(r"\b(?:ALIBABA_CLOUD|HUAWEICLOUD|REELSTACK|HC_CONTAINER)_[A-Z0-9_]*[A-Z0-9]\b")
# Composed in the code from a beginning and a name.
COMPOSED = {
    *(f"HUAWEICLOUD_SDK_{name}" for name in ("SECURITY_TOKEN", "DOMAIN_ID")),
    *(f"HUAWEICLOUD_SDK_REGION_{name}_REGION" for name in ("VOD", "IAM")),
}
# Between the parts of the product: nobody sets it by hand.
OURS_ALONE = {"REELSTACK_INTERRUPT_FILE"}
STALE = "bring docs/settings.md up to date: a row for each setting, in the code's order, and for each variable"


def first_cells(page: str) -> list[str]:
    return [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| `")]


def test_the_table_of_settings_is_what_the_code_reads() -> None:
    named = [cell for cell in first_cells(PAGE.read_text(encoding="utf-8")) if NAMESPACE in cell]
    known = (*(field.name for field in fields(Settings)), *budget.NAMES, *stack.NAMES)
    assert named == [f"`{NAMESPACE}:{name}`" for name in known], STALE


def test_every_variable_that_the_code_reads_is_on_the_page_and_no_other() -> None:
    source = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "providers").rglob("*.py"))
    read = set(VARIABLE.findall(source)) - {"HUAWEICLOUD_SDK", "HUAWEICLOUD_SDK_REGION"} - OURS_ALONE
    assert set(VARIABLE.findall(PAGE.read_text(encoding="utf-8"))) == read | COMPOSED, STALE
