"""Object storage, as far as the local cloud needs it: files under DIR/objects/<bucket>/<key>, served on /objects/.

Names come from hostile input (timelines, addresses): this is the only module that turns them into paths, and it
lets none out of its folder.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
_OSS_HOST = re.compile(
    r"(?P<bucket>[a-z0-9][a-z0-9-]{1,61}[a-z0-9])\.oss-(?P<region>[a-z0-9-]+?)(-internal)?\.aliyuncs\.com"
)


class ObjectNameError(ValueError):
    """An object name or address that cannot be used; the message says why."""


@dataclass(frozen=True)
class Name:
    """One object. Only names that stay inside their bucket can be made."""

    bucket: str
    key: str

    def __post_init__(self) -> None:
        parts = self.key.split("/")
        if not _BUCKET.fullmatch(self.bucket) or ".." in self.bucket:
            raise ObjectNameError(f"{self.bucket!r} is not a bucket name")
        if any(part in ("", ".", "..") for part in parts) or any(len(part.encode()) > 200 for part in parts):
            raise ObjectNameError(f"{self.key[:80]!r} is not an object name")
        if len(self.key.encode()) > 1023 or re.search(r"[\x00-\x1f\\]", self.key):
            raise ObjectNameError(f"{self.key[:80]!r} is not an object name")

    def __str__(self) -> str:
        return f"{self.bucket}/{self.key}"

    @classmethod
    def parse(cls, text: str) -> Name:
        """Read `bucket/key` back."""
        bucket, _, key = text.partition("/")
        return cls(bucket, key)


def from_oss_url(url: str, region: str) -> Name:
    """The object behind an OSS address. `ObjectNameError` for other hosts (CDN, acceleration, external) and regions."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise ObjectNameError(f"{url[:120]!r} is not an address") from error
    if parts.scheme == "oss":
        return Name(parts.netloc, unquote(parts.path.removeprefix("/")))
    found = _OSS_HOST.fullmatch(host)
    if parts.scheme not in ("http", "https") or not found:
        raise ObjectNameError(f"{url[:120]!r} is not an OSS address (https://<bucket>.oss-{region}.aliyuncs.com/<key>)")
    if found["region"] != region:
        raise ObjectNameError(
            f"bucket {found['bucket']!r} is in region {found['region']!r}, the service is in {region!r}"
        )
    return Name(found["bucket"], unquote(parts.path.removeprefix("/")))


def own_place(bucket: str, key: str, file_name: str) -> Name:
    """Where a user's file lies in a room, under an id of the user's. The id may be anything, even the beginning of
    another; its digest is a folder of its own.
    """
    return Name(bucket, f"{hashlib.sha256(key.encode()).hexdigest()[:32]}/{file_name}")


def oss_url(name: Name, region: str) -> str:
    """The address that the cloud would give the object."""
    return f"https://{name.bucket}.oss-{region}.aliyuncs.com/{quote(name.key)}"


class Objects:
    """The folder of objects."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.root.mkdir(parents=True, exist_ok=True)

    def path(self, name: Name) -> Path:
        """Where the object's file is, or would be."""
        found = self.root / name.bucket / name.key
        if not found.resolve().is_relative_to(self.root):
            raise ObjectNameError(f"{str(name)!r} leads out of the object store")
        return found

    def prepare(self, name: Name) -> Path:
        """The path, its folders made. `ObjectNameError` where a file system cannot hold what an object store can."""
        path = self.path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise ObjectNameError(f"{str(name)!r} lies below an object that is a file here") from error
        if path.is_dir():
            raise ObjectNameError(f"{str(name)!r} is a folder of other objects here")
        return path

    def link(self, name: Name, path: Path) -> None:
        """Put the user's file at that name, without a copy where the file system allows it; theirs is left alone."""
        place = self.prepare(name)
        place.unlink(missing_ok=True)
        try:
            place.hardlink_to(path.resolve())
        except OSError:  # another file system
            place.write_bytes(path.read_bytes())

    def exists(self, name: Name) -> bool:
        """Whether there is such a file."""
        return self.path(name).is_file()

    def remove(self, name: Name) -> None:
        """Delete the file; it is no fault when there is none."""
        self.path(name).unlink(missing_ok=True)

    def remove_folder(self, name: Name) -> None:
        """Delete the file with the folder that it has to itself."""
        shutil.rmtree(self.path(name).parent, ignore_errors=True)
