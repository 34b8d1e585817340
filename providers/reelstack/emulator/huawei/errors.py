"""The room's error codes. Decided by `error_code`: "does not exist" is 400 or 403, an internal error is 403."""

from __future__ import annotations

from reelstack.emulator.errors import ApiError


def illegal(name: str, why: str) -> ApiError:
    """VOD.10053: a parameter is missing or cannot be used; the message names it."""
    return ApiError(400, "VOD.10053", f"The parameter is illegal: {name} {why}.")


def absent(key: str, status: int = 403) -> ApiError:
    """VOD.10062: there is no such asset or task. 403 in the asset pages, 400 in those of tasks."""
    return ApiError(status, "VOD.10062", f"The media asset or resource does not exist: {key}.")


def not_now(why: str) -> ApiError:
    """VOD.10083: not in this state."""
    return ApiError(400, "VOD.10083", f"The operation is not allowed in the current state: {why}.")


def other_project() -> ApiError:
    """VOD.10054: the caller is somebody, but nobody in this project."""
    return ApiError(403, "VOD.10054", "Identity authentication failed: the project is not one of the caller's.")


def internal() -> ApiError:
    """VOD.10051."""
    return ApiError(403, "VOD.10051", "Internal system error.")


def no_such_api(method: str, path: str) -> ApiError:
    """APIGW.0101."""
    return ApiError(
        404,
        "APIGW.0101",
        f"The API does not exist or has not been published in the environment: {method} {path}",
    )


def bad_request(why: str, status: int = 400) -> ApiError:
    """APIGW.0201."""
    return ApiError(status, "APIGW.0201", f"Bad request: {why}")


def unauthenticated(why: str) -> ApiError:
    """APIGW.0301: a key, signature or token that is not accepted."""
    return ApiError(401, "APIGW.0301", f"Incorrect IAM authentication information: {why}")


def out_of_time() -> ApiError:
    """APIGW.0303: the request was signed too long ago, or too far in the future."""
    return ApiError(401, "APIGW.0303", "Incorrect app authentication information: the X-Sdk-Date is out of range")


def throttled(code: str = "", status: int = 0, retry_after: int | None = None) -> ApiError:
    """APIGW.0308."""
    return ApiError(
        status or 429, code or "APIGW.0308", "The throttling threshold has been reached", retry_after=retry_after
    )
