"""A terminal of its own for a command, and what stands on it."""
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

import pyte

WAIT = 30  # seconds until something that must come is given up


class Terminal:
    """A terminal with a command on it."""

    def __init__(self, command, columns=80, lines=24, environment=None):
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.sent = b""
        self.master, slave = pty.openpty()
        self.size(columns, lines)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen(
            list(map(str, command)), stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "TERM": "xterm-256color", **(environment or {})})

    def size(self, columns, lines):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def resize(self, columns, lines):
        self.screen.resize(lines, columns)
        self.size(columns, lines)

    def keys(self, keys):
        os.write(self.master, keys.encode())

    def read(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            data = os.read(self.master, 65536)
            self.sent += data
            self.stream.feed(data)

    @property
    def text(self):
        return "\n".join(self.screen.display)

    def until(self, true, what):
        end = time.monotonic() + WAIT
        while not true(self.text):
            assert time.monotonic() < end, f"{what}\n{self.text}"
            self.read(0.2)
        return self.text

    def shows(self, words):
        return self.until(lambda text: words in text, f"{words!r} did not come")

    def ended(self):
        end = time.monotonic() + WAIT
        while self.process.poll() is None:
            assert time.monotonic() < end, "it did not end\n" + self.text
            self.read(0.1)
        while select.select([self.master], [], [], 0)[0]:
            self.read(0)
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.slave)
        os.close(self.master)
