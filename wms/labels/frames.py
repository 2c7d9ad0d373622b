"""How the press and its child speak: a length of four bytes, then that many bytes. Called by those two only."""

import socket
import struct
import time

MAX_FRAME_BYTES = 64 * 1024 * 1024
"""Far above any sheet of labels; a larger length means that the other end talks nonsense."""

READY = b"R"
DONE = b"P"
FAILED = b"F"


def send_frame(connection: socket.socket, payload: bytes, deadline: float | None = None) -> None:
    """One frame, whole. Raises TimeoutError at the deadline (monotonic seconds)."""
    connection.settimeout(_left(deadline))
    connection.sendall(struct.pack(">I", len(payload)) + payload)


def receive_frame(connection: socket.socket, deadline: float | None = None) -> bytes:
    """One frame, whole. Raises EOFError when the other end is gone, TimeoutError at the deadline.

    The deadline is for the whole frame: an end that drips bytes could stretch a limit per call for ever.
    """
    (length,) = struct.unpack(">I", _exactly(connection, 4, deadline))
    if length > MAX_FRAME_BYTES:
        raise ValueError(f"a frame of {length} bytes is none of ours")
    return _exactly(connection, length, deadline)


def _exactly(connection: socket.socket, length: int, deadline: float | None) -> bytes:
    received = bytearray()
    while len(received) < length:
        connection.settimeout(_left(deadline))
        piece = connection.recv(min(length - len(received), 1 << 20))
        if not piece:
            raise EOFError("the other end of the press is gone")
        received += piece
    return bytes(received)


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the deadline has passed")
    return left
