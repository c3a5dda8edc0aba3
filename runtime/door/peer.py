"""Who is at the other end of a local socket: asked of the operating system, never of the peer."""

import asyncio
import os
import socket
import struct
import sys

_MACOS_SOL_LOCAL, _MACOS_LOCAL_PEERCRED = 0, 1


def peer_is_me(writer: asyncio.StreamWriter) -> bool:
    """Whether the process at the other end runs as this person. Named pipes are guarded by their access list."""
    if sys.platform == "win32":
        return True
    connection = writer.get_extra_info("socket")
    return connection is not None and peer_uid(connection) == os.getuid()


def peer_uid(connection: socket.socket) -> int | None:
    """The user id at the other end, or None where the system does not say."""
    try:
        if sys.platform == "darwin":
            # struct xucred: version, uid, number of groups, sixteen groups
            answer = connection.getsockopt(_MACOS_SOL_LOCAL, _MACOS_LOCAL_PEERCRED, 76)
            return int(struct.unpack_from("=II", answer)[1])
        if hasattr(socket, "SO_PEERCRED"):
            answer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            return int(struct.unpack("3i", answer)[1])
    except OSError:
        return None
    return None
