"""The IMS service's own error codes."""

from __future__ import annotations

from reelstack.emulator.errors import ApiError


def project_not_found(project_id: str) -> ApiError:
    """No such editing project, or it was deleted."""
    return ApiError(404, "ProjectNotFound", f"The specified project not found: {project_id}.")


def resource_not_found(kind: str, key: str) -> ApiError:
    """No such job, media or template."""
    return ApiError(404, "ResourceNotFound", f"The specified {kind} is not found: {key}.")


def token_mismatch() -> ApiError:
    """A client token came again with other parameters."""
    return ApiError(
        400,
        "IdempotentParameterMismatch",
        "The request uses the same client token as a previous, but non-identical request.",
    )


def media_exists(url: str, media_id: str) -> ApiError:
    """The address is registered already, and Overwrite was not asked for. The real code is not documented."""
    return ApiError(
        400,
        "InvalidParameter",
        f"The specified parameter InputURL is not valid: {url} is registered as {media_id}.",
    )
