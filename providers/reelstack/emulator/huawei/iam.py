"""The identity service, as far as VOD needs it: a token for a user's name and password, scoped to a project.

`POST /v3/auth/tokens`; the token is in the answer's header X-Subject-Token and holds for 24 hours. Errors are in
Keystone's shape, `{"error": {"code", "message", "title"}}`. What its answers look like in detail is general knowledge
of this API, not read from the pages. Tokens are kept hashed.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reelstack.emulator.errors import ApiError
from reelstack.emulator.huawei.call import Call
from reelstack.emulator.huawei.errors import unauthenticated
from reelstack.emulator.huawei.keys import PROJECT_ID, REGION, REGIONS, USER
from reelstack.emulator.ids import Ids
from reelstack.emulator.store import Store, Table

ACTION = "KeystoneCreateUserTokenByPassword"
METHOD, PATH = "POST", "/v3/auth/tokens"
LIFE = timedelta(hours=24)
_TITLES = {400: "Bad Request", 401: "Unauthorized"}


@dataclass(frozen=True)
class Issued:
    """A token that was given out. Without a project it opens nothing of VOD."""

    user: str
    project_id: str
    expires: str


class Iam:
    """Gives tokens and knows them again."""

    def __init__(self, store: Store, ids: Ids) -> None:
        self._table: Table[Issued] = store.table("huawei.token", Issued)
        self._ids = ids

    def create(self, call: Call, now: datetime) -> tuple[str, dict[str, Any]]:
        """The token and the answer's body. Raises `ApiError` with the HTTP status as its code."""
        auth = _part(_document(call), "auth")
        identity = _part(auth, "identity")
        if identity.get("methods") != ["password"]:
            raise _refused(400, "auth.identity.methods must be [password]: it is the only method here")
        user = _part(_part(identity, "password"), "user")
        if not _known(user):
            raise _refused(401, "The username or password is wrong.")
        project_id = _project(auth)
        token = f"MIIReelstackLocalToken{self._ids.signature()}"
        expires = now + LIFE
        self._table.put(_hashed(token), Issued(USER.name, project_id, expires.isoformat()))
        return token, {"token": _described(project_id, now, expires)}

    def check(self, token: str, now: datetime) -> Issued:
        """Whose token it is; raises `ApiError` for one that is unknown or has expired."""
        found = self._table.get(_hashed(token))
        if found is None:
            raise unauthenticated("decrypt token fail")
        if now >= datetime.fromisoformat(found.expires):
            raise unauthenticated("token expires")
        return found


def shape(error: ApiError) -> dict[str, Any]:
    """An error in Keystone's words."""
    return {"error": {"code": error.status, "message": error.message, "title": _TITLES.get(error.status, "Error")}}


def _document(call: Call) -> dict[str, Any]:
    try:
        return call.document()
    except ApiError as error:
        raise _refused(400, "The request body is not a JSON object.") from error


def _refused(status: int, message: str) -> ApiError:
    return ApiError(status, str(status), message)


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name)
    if not isinstance(found, dict):
        raise _refused(400, f"The request body is invalid: {name} is missing.")
    return found


def _known(user: dict[str, Any]) -> bool:
    domain = user.get("domain")
    given = (user.get("name"), domain.get("name") if isinstance(domain, dict) else None)
    password = user.get("password")
    right = isinstance(password, str) and hmac.compare_digest(
        password.encode("utf-8", "replace"), USER.password.encode()
    )
    return right and given == (USER.name, USER.domain)


def _project(auth: dict[str, Any]) -> str:
    scope = auth.get("scope")
    project = scope.get("project") if isinstance(scope, dict) else None
    if not isinstance(project, dict):
        return ""
    if project.get("id", PROJECT_ID) != PROJECT_ID or project.get("name", REGION) not in REGIONS:
        raise _refused(401, "The project of the scope is not one of the user's.")
    return PROJECT_ID


def _described(project_id: str, now: datetime, expires: datetime) -> dict[str, Any]:
    domain = {"name": USER.domain, "id": hashlib.md5(USER.domain.encode(), usedforsecurity=False).hexdigest()}
    found = {
        "issued_at": _stamp(now),
        "expires_at": _stamp(expires),
        "methods": ["password"],
        "user": {"name": USER.name, "domain": domain},
        "roles": [],
        "catalog": [],
    }
    return found | ({"project": {"id": project_id, "name": REGION, "domain": domain}} if project_id else {})


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
