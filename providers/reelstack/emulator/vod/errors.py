"""The VOD service's own error codes; not those of IMS."""

from __future__ import annotations

from reelstack.emulator.errors import ApiError


def project_not_found(project_id: str) -> ApiError:
    """No such editing project, or it was deleted."""
    return ApiError(404, "InvalidEditingProject.NotFound", f"The editing project does not exist: {project_id}.")


def video_not_found(video_id: str) -> ApiError:
    """No such video, not yet or not any more. A look at one to come counts as a look, so it is kept."""
    return ApiError(404, "InvalidVideo.NotFound", f"The video does not exist: {video_id}.", kept=True)
