"""A network that holds nothing but loopback.

Home Assistant looks for ESPHome devices by multicast DNS. In a network namespace of its own, whose
only interface is loopback, the kernel sees to it that nothing leaves this machine.
"""

import ctypes
import fcntl
import os
import socket
import struct

# linux/if.h, linux/sockios.h, linux/route.h
_SIOCADDRT = 0x890B
_SIOCSIFFLAGS = 0x8914
_IFF_UP, _IFF_LOOPBACK, _IFF_RUNNING, _IFF_MULTICAST = 0x1, 0x8, 0x40, 0x1000
_RTF_UP = 0x1


def enclose() -> None:
    """Move this process, and whatever it starts, into a network of its own.

    Raises:
        OSError: If the machine does not allow it.
    """
    try:
        os.unshare(os.CLONE_NEWNET)
    except PermissionError:
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        flags = _IFF_UP | _IFF_LOOPBACK | _IFF_RUNNING | _IFF_MULTICAST
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags))
        _route_everything_to_loopback(any_socket)


def _route_everything_to_loopback(any_socket: socket.socket) -> None:
    """Give multicast somewhere to go: without a default route it is an error to send it."""
    name = ctypes.create_string_buffer(b"lo")
    nowhere = struct.pack("HH4s8x", socket.AF_INET, 0, bytes(4))
    entry = struct.pack(
        "L16s16s16sHhLPhPLLH",
        0,
        nowhere,
        nowhere,
        nowhere,
        _RTF_UP,
        0,
        0,
        0,
        0,
        ctypes.addressof(name),
        0,
        0,
        0,
    )
    fcntl.ioctl(any_socket, _SIOCADDRT, entry)
