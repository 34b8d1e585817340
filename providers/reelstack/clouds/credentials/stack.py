"""Keys among a stack's settings, as the engine hands them to the provider host: in this process's memory only.

The program never reads them, so that they become no input of a resource; the host is told them before its first
call (`resources.bridge`). Nothing here is ever pickled.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from reelstack.errors import ConfigError

NAMESPACE = "reelstack"
ALIBABA = ("accessKeyId", "accessKeySecret", "securityToken")
HUAWEI = ("huaweiAccessKey", "huaweiSecretKey", "huaweiSecurityToken")
HUAWEI_TOKEN = "huaweiToken"  # noqa: S105 - the setting's name
HUAWEI_USER = ("huaweiUser", "huaweiPassword", "huaweiDomain")
NAMES = (*ALIBABA, *HUAWEI, HUAWEI_TOKEN, *HUAWEI_USER)
# What must not lie in a file in plain text.
SECRET = (*ALIBABA[1:], *HUAWEI[1:], HUAWEI_TOKEN, "huaweiPassword")
SOURCE_NAME = "stack settings"

_told: Mapping[str, str] = {}


def tell(settings: Mapping[str, object]) -> None:
    """Take up the keys among these settings (`reelstack:NAME`); those that were told before are forgotten."""
    global _told
    given = {name: str(settings.get(f"{NAMESPACE}:{name}") or "").strip() for name in NAMES}
    _told = {name: value for name, value in given.items() if value}


def told() -> Mapping[str, str]:
    """What was told, by name."""
    return _told


def require_whole(given: Collection[str]) -> None:
    """Raise ConfigError for half a pair or half a user: going on would find another account's keys."""
    for group, needed in ((ALIBABA, ALIBABA[:2]), (HUAWEI, HUAWEI[:2]), (HUAWEI_USER, HUAWEI_USER)):
        missing = [name for name in needed if name not in given]
        if missing and any(name in given for name in group):
            listed = " and ".join(f"{NAMESPACE}:{name}" for name in missing)
            present = next(name for name in group if name in given)
            raise ConfigError(f"{NAMESPACE}:{present} is set, but {listed} is not.", hint="Set all or none of them.")


def require_secret(given: Collection[str], secret: Collection[str]) -> None:
    """Raise ConfigError for a key that lies among the settings in plain text; both are names without namespace."""
    plain = [name for name in SECRET if name in given and name not in secret]
    if plain:
        named = f"{NAMESPACE}:{plain[0]}"
        raise ConfigError(
            f"{named} is in the stack's settings in plain text; it would lie so in the state too.",
            hint=f"Make it a new one, then `pulumi config set --secret {named}`; or leave it to the environment.",
        )
