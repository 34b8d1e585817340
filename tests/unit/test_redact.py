"""What is masked wherever it may be read."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelstack import redact

SECRET = "hush4hush+/Z=="

CARRIERS = [
    "Authorization: ACS3-HMAC-SHA256 Credential={},SignedHeaders=host,Signature={}",
    "{{'authorization': 'Bearer {}'}}",
    "x-acs-security-token: {}",
    "https://b.oss-cn-shanghai.aliyuncs.com/a.mp4?Expires=1&OSSAccessKeyId={}&Signature={}&x=1",
    '{{"AccessKeyId": "{}", "AccessKeySecret": "{}"}}',
    '{{\\"AccessKeySecret\\":\\"{}\\"}}',
    "access_key_secret={} next",
    "<AccessKeySecret>{}</AccessKeySecret>",
    "password: '{}'",
    "http://user:{}@proxy:8080",
    "secretKey={}",
    "Cookie: session={}",
    "X-Subject-Token: {}",
    "x-auth-token={}",
    '{{"credential": {{"access": "a", "secret": "{}", "securitytoken": "{}"}}}}',
    '{{"auth": {{"id_token": "{}"}}}}',
    "OIDCToken={}&RoleArn=r",
    "x-metadata-token: {}",
    "HUAWEICLOUD_SDK_SK={}",
    "reelstack:huaweiSecretKey: {}",
]


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_secret_is_masked_wherever_it_stands(carrier: str) -> None:
    secret = "hush4hush" if "@" in carrier else SECRET
    assert secret in carrier.format(secret, secret)
    assert "hush4hush" not in redact.text(carrier.format(secret, secret))


@pytest.mark.parametrize("times", [1, 2])
def test_a_secret_is_masked_in_an_encoded_query(times: int) -> None:
    query = json.dumps({"Width": 640, "AccessKeySecret": SECRET, "Bucket": "b"})
    for _ in range(times):
        query = quote(query, safe="")
    assert "hush4hush" not in redact.text(f"OutputMediaConfig={query}&Title=t")


@pytest.mark.parametrize(
    "bare", ["LTAI5tFAKEACCESSKEY0001", "STS.NUgYrLnoC37mZZCNnAbez", "CAISFAKEfakeFAKEfake0123+/="]
)
def test_keys_that_are_known_by_their_looks_are_masked(bare: str) -> None:
    assert bare not in redact.text(f"the key {bare} is unknown")


@pytest.mark.parametrize(
    "harmless",
    [
        "SignatureDoesNotMatch",
        "ClientToken=abc NextToken=def x-acs-signature-nonce: 123",
        "SignedHeaders=host;x-acs-date",
        "project fb2101bf24b4cb318787dc0000000001 is gone",
        "https://b.oss-cn-shanghai.aliyuncs.com/a.mp4",
    ],
)
def test_what_support_asks_for_stays_readable(harmless: str) -> None:
    assert redact.text(harmless) == harmless


def test_mappings_are_masked_at_any_depth() -> None:
    masked = redact.mapping(
        {"a": [{"AccessKeySecret": SECRET, "Width": 3}], "url": f"h?Signature={SECRET}", "sk": SECRET}
    )
    assert "hush4hush" not in repr(masked)
    assert masked["a"] == [{"AccessKeySecret": redact.MASK, "Width": 3}]


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = redact.text(f"Signature={text}")
    assert redact.text(once) == once
