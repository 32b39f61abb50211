"""No test reaches another machine, whichever process it runs in.

conftest uses this for its own, and names this folder in PYTHONPATH, so that Python reads it at the
start of every program that a test begins.
"""

import ipaddress
import sys


def refuse_other_machines(event: str, args: tuple[object, ...]) -> None:
    """An audit hook: Python asks it before every connection and every look-up of a name."""
    if event == "socket.connect":
        address = args[1]
        where = address[0] if isinstance(address, tuple) else ""
    elif event == "socket.getaddrinfo":
        where = args[0] or ""
    else:
        return
    host = where.decode() if isinstance(where, bytes) else str(where)
    if not is_here(host):
        raise PermissionError(f"a test may not reach {host}")


def is_here(host: str) -> bool:
    """Whether a host is this machine; a socket of the file system is."""
    try:
        return not host or ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


sys.addaudithook(refuse_other_machines)
