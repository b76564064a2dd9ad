"""Which calls to the kernel are refused behind the walls, as a filter of the kernel's own kind.

Reading pages needs none of them. With a user namespace of its own a child could mount
memory that no limit counts; memory that is shared or without a name (mmap, memfd, System V)
is not counted with a process either, once it looks away from it; and some sockets reach
the machine below, whatever network they are in.
"""

from __future__ import annotations

import errno
import os
import platform
import struct
from functools import cache

_INSTRUCTION = struct.Struct("=HBBI")
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_NUMBER, _MACHINE, _FIRST_ARGUMENT, _FOURTH_ARGUMENT = 0, 4, 16, 40
"""Where the kernel puts them in what a filter sees."""

_NAMESPACES = 0x7E020000
"""The flags of clone(2) that ask for namespaces."""
_OTHER_ABI = 0x40000000
_SHARED = 1
"""The flag of mmap(2) that asks for memory which others may see."""

_NEW_ANYWHERE = (425, 428, 429, 430, 431, 432, 442, 447)
"""io_uring_setup, open_tree, move_mount, fsopen, fsconfig, fsmount, mount_setattr, memfd_secret."""
_CLONE3 = 435

_BY_MACHINE = {
    # unshare setns mount umount2 pivot_root ptrace memfd_create bpf add_key request_key keyctl
    # userfaultfd perf_event_open process_vm_readv process_vm_writev
    # shmget semget msgget mq_open socket socketpair
    "x86_64": (
        0xC000003E,
        (56, 9),
        (272, 308, 165, 166, 155, 101, 319, 321, 248, 249, 250, 323, 298, 310, 311),
        (29, 64, 68, 240, 41, 53),
    ),
    "aarch64": (
        0xC00000B7,
        (220, 222),
        (97, 268, 40, 39, 41, 117, 279, 280, 217, 218, 219, 282, 241, 270, 271),
        (194, 190, 186, 180, 198, 199),
    ),
}
"""Machine → its mark, the numbers of clone(2) and mmap(2), of the refused calls, of the means to share."""


@cache
def _file() -> int:
    """Return the descriptor of a file that holds the filter, or -1 on a machine it is not written for."""
    known = _BY_MACHINE.get(platform.machine())
    if known is None:
        return -1
    handle = os.memfd_create("calls")
    os.write(handle, _program(*known))
    return handle


def rules() -> tuple[int, ...]:
    """Return the descriptor that bubblewrap reads the filter from, if there is one."""
    handle = _file()
    if handle < 0:
        return ()
    # Its place is shared with those who read it before.
    os.lseek(handle, 0, os.SEEK_SET)
    return (handle,)


def _program(
    mark: int, looked_into: tuple[int, int], refused: tuple[int, ...], shared: tuple[int, ...]
) -> bytes:
    no, unknown = _ERROR | errno.EPERM, _ERROR | errno.ENOSYS
    steps = [(_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, mark), (_RETURN, 0, 0, no), (_LOAD, 0, 0, _NUMBER)]
    steps += [(_AT_LEAST, 0, 1, _OTHER_ABI), (_RETURN, 0, 0, unknown)]
    for number in (*refused, *shared, *_NEW_ANYWHERE):
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, no)]
    # A filter cannot look into what clone3 is given; the C library then takes the old call.
    steps += [(_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, unknown)]
    clone, mmap = looked_into
    for number, place, bits in ((clone, _FIRST_ARGUMENT, _NAMESPACES), (mmap, _FOURTH_ARGUMENT, _SHARED)):
        steps += [(_EQUAL, 0, 4, number), (_LOAD, 0, 0, place)]
        steps += [(_ANY_BIT, 0, 1, bits), (_RETURN, 0, 0, no), (_RETURN, 0, 0, _ALLOW)]
    steps += [(_RETURN, 0, 0, _ALLOW)]
    return b"".join(_INSTRUCTION.pack(*step) for step in steps)
