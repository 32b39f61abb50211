"""Disks: how much is free, whether they can be written, and which of them a database cannot use."""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

MIB: Final = 2**20

NETWORK: Final = frozenset(
    "nfs nfs4 cifs smb3 smbfs afs ceph glusterfs lustre gpfs ocfs2 gfs2 beegfs davfs "
    "fuse.sshfs fuse.s3fs fuse.rclone fuse.glusterfs fuse.ceph fuse.davfs2 fuse.gcsfuse "
    "fuse.goofys fuse.mount-s3 fuse.blobfuse2".split()
)
"""Where a write-ahead log does not work, since its index is memory that all openers share
(https://www.sqlite.org/wal.html)."""

LENT: Final = frozenset("9p virtiofs drvfs fuse.grpcfuse fuse.osxfs vboxsf prl_fs".split())
"""Folders of a host, lent to a virtual machine or container on it: their locks are doubtful."""


class Room(Protocol):
    """What is read of `os.statvfs_result`."""

    @property
    def f_frsize(self) -> int: ...
    @property
    def f_bavail(self) -> int: ...
    @property
    def f_files(self) -> int: ...
    @property
    def f_favail(self) -> int: ...
    @property
    def f_flag(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Known:
    """A disk of a system that tells no more of it than what is free."""

    f_bavail: int
    f_frsize: int = 1
    f_files: int = 0
    f_favail: int = 0
    f_flag: int = 0


def _room(path: Path) -> Room:
    if os.name == "posix":
        return os.statvfs(path)
    return Known(shutil.disk_usage(path).free)


@dataclass(frozen=True, slots=True)
class Disks:
    """The machine's disks, as functions, so that a test can have others."""

    room: Callable[[Path], Room] = _room
    mounts: Callable[[], str] = lambda: _mounts()

    def kind(self, path: Path) -> str:
        """The file system that `path` is on, as in "ext4"; "" where nobody says."""
        return kind(path.resolve(), self.mounts())


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text("utf-8", "replace")
    except OSError:
        return ""


def kind(path: Path, mounts: str) -> str:
    """The file system of `path` by the lines of /proc/mounts: the longest mount point counts, of
    several there the last.
    """
    best, found = -1, ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[1]))
        if (path == point or point in path.parents) and len(point.parts) >= best:
            best, found = len(point.parts), fields[2]
    return found


def free(room: Room) -> int:
    """Bytes that may still be written."""
    return room.f_bavail * room.f_frsize


def nearest(path: Path) -> Path:
    """`path`, or the nearest folder above it that there is."""
    return next((each for each in (path, *path.absolute().parents) if each.exists()), Path("/"))
