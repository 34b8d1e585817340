"""The page that says which operation is where agrees with the code, and the way it is found out finds it out."""

from __future__ import annotations

import pytest

from house import coverage

STALE = f"docs/coverage.md is stale: run `{coverage.COMMAND}`"


def test_the_coverage_page_is_what_the_code_says() -> None:
    assert coverage.PAGE.read_text(encoding="utf-8") == coverage.page(), STALE


@pytest.fixture(scope="module")
def ims() -> dict[str, coverage.Row]:
    cloud, room = coverage.SERVICES["Alibaba Cloud IMS"]
    return {row.operation: row for row in coverage.table(cloud, room, coverage.uses())}


def test_an_operation_is_found_in_its_client_its_resource_and_its_room(ims: dict[str, coverage.Row]) -> None:
    submit = ims["SubmitMediaProducingJob"]
    assert (submit.methods, submit.resources) == (("submit_media_producing_job",), ("ProduceJob",))
    assert (submit.handler, submit.rendered) == ("jobs.submit", True)
    assert "Delivery" in ims["GetMediaProducingJob"].resources
    assert ims["CreateEditingProject"].resources == ("EditingProject",)
    assert ims["RegisterMediaInfo"].resources == ()


@pytest.mark.parametrize("service", coverage.SERVICES)
def test_every_operation_that_a_client_sends_is_answered_by_the_local_cloud(service: str) -> None:
    cloud, room = coverage.SERVICES[service]
    rows = coverage.table(cloud, room, coverage.uses())
    assert rows
    assert not [row.operation for row in rows if row.methods and not row.handler]
    assert [row.operation for row in rows if row.rendered]


def test_a_resource_stands_only_with_the_services_that_it_takes() -> None:
    assert set(coverage.services_of("ProduceJob")) == {"ims", "vod"}
    assert set(coverage.services_of("VodEditTask")) == {"huawei"}
    assert set(coverage.services_of("Delivery")) == {"ims", "vod", "huawei"}
