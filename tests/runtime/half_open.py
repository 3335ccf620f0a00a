"""Whether the daemon gives up a connection whose network has gone: half_open.py SETTINGS, in a network namespace of its
own (unshare --net).  Prints {"gone": ..., "seconds": ...}."""
import fcntl
import json
import pathlib
import socket
import struct
import sys
import time

import area

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1  # linux/sockios.h, net/if.h
PATIENCE_SECONDS = 15


def loopback(up):
    with socket.socket() as s:
        flags = struct.unpack("16xH14x", fcntl.ioctl(s, SIOCGIFFLAGS, struct.pack("16sH14x", b"lo", 0)))[0]
        flags = flags | IFF_UP if up else flags & ~IFF_UP
        fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags))


def connections(a):
    """Established connections of the daemon's side, as its kernel has them: nobody can be asked over this network."""
    port = f"{int(a.intake.rsplit(':', 1)[1]):04X}"
    rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(":" + port) and row[3] == "01" for row in rows)


def main():
    loopback(True)
    with area.Area(json.loads(sys.argv[1])) as a:
        client = a.client("rosewood-house")
        client.submit(area.concern())
        assert connections(a) == 1, connections(a)
        loopback(False)
        began = time.monotonic()
        while connections(a) and time.monotonic() < began + PATIENCE_SECONDS:
            time.sleep(0.05)
        print(json.dumps({"gone": connections(a) == 0, "seconds": time.monotonic() - began}))
        loopback(True)
        client.close()


if __name__ == "__main__":
    main()
