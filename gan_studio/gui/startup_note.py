"""Tells an X11 desktop that a start is over which has handed everything to an open window.

Else the desktop shows a busy pointer until it loses patience: it waits for a window that never
comes. Qt tells it where there is a window; here is none, and no Qt. Standard library only.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BEGIN, GOES_ON = b"_NET_STARTUP_INFO_BEGIN", b"_NET_STARTUP_INFO"
PIECE = 20  # bytes that one message of X11 takes
CLIENT_MESSAGE, PROPERTY_CHANGES, INPUT_ONLY = 33, 1 << 22, 2


def end_start(environment: Mapping[str, str] = os.environ) -> None:
    """Say it, where a desktop on X11 waits; nothing is raised, it does no more than hide a sign."""
    name, display = environment.get("DESKTOP_STARTUP_ID"), environment.get("DISPLAY")
    if not name or not display or not sys.platform.startswith("linux"):
        return
    try:
        library = ctypes.CDLL("libxcb.so.1")
        _tell(library, display, list(pieces(name)))
    except (OSError, AttributeError):
        return


def pieces(name: str) -> Iterator[bytes]:
    """The message of the startup notification protocol, cut as X11 wants it."""
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    text = f'remove: ID="{quoted}"'.encode() + b"\0"
    for at in range(0, len(text), PIECE):
        yield text[at : at + PIECE].ljust(PIECE, b"\0")


class _Screens(ctypes.Structure):
    """xcb_screen_iterator_t; a screen begins with the number of its root window."""

    _fields_ = (
        ("screen", ctypes.POINTER(ctypes.c_uint32)),
        ("left", ctypes.c_int),
        ("index", ctypes.c_int),
    )


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


def _tell(xcb: Any, display: str, messages: list[bytes]) -> None:
    xcb.xcb_connect.restype = xcb.xcb_get_setup.restype = ctypes.c_void_p
    xcb.xcb_setup_roots_iterator.restype = _Screens
    xcb.xcb_generate_id.restype = ctypes.c_uint32
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    try:
        if xcb.xcb_connection_has_error(connection):
            return
        setup = ctypes.c_void_p(xcb.xcb_get_setup(connection))
        root = xcb.xcb_setup_roots_iterator(setup).screen[0]
        window = xcb.xcb_generate_id(connection)
        place = [ctypes.c_int16(-1)] * 2 + [ctypes.c_uint16(1)] * 2 + [ctypes.c_uint16(0)]
        xcb.xcb_create_window(
            connection, 0, window, root, *place, INPUT_ONLY, 0, 0, None
        )  # whom the messages come from
        kinds = [_atom(xcb, connection, name) for name in (BEGIN, GOES_ON)]
        for index, message in enumerate(messages):
            kind = kinds[min(index, 1)]
            event = struct.pack("=BBHII20s", CLIENT_MESSAGE, 8, 0, window, kind, message)
            xcb.xcb_send_event(connection, 0, root, PROPERTY_CHANGES, event)
        xcb.xcb_flush(connection)
        _atom(xcb, connection, BEGIN)  # its answer comes after all of them are handled
    finally:
        xcb.xcb_disconnect(connection)


def _atom(xcb: Any, connection: ctypes.c_void_p, name: bytes) -> int:
    xcb.xcb_intern_atom.restype = _Cookie
    xcb.xcb_intern_atom_reply.restype = ctypes.POINTER(ctypes.c_uint32)
    cookie = xcb.xcb_intern_atom(connection, 0, ctypes.c_uint16(len(name)), name)
    reply = xcb.xcb_intern_atom_reply(connection, cookie, None)
    return int(reply[2]) if reply else 0
