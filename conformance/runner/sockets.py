"""The far ends of the sockets a runtime talks to: console, pidfd, seccomp agent."""

import array
import fcntl
import json
import os
import re
import select
import signal
import socket
import struct
import termios
import threading
import time

SECCOMP_NOTIF = struct.Struct("<QIIiIQ6Q")
SECCOMP_RESPONSE = struct.Struct("<QqiI")
SECCOMP_RECEIVE, SECCOMP_SEND = 0xC0502100, 0xC0182101
PIDFD_SEND_SIGNAL = 424


class Listener:
    """A Unix socket that takes one connection and the descriptors sent over it."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.bind(path)
        self.socket.listen(8)
        self.descriptors = []
        self.message = b""

    def receive(self, timeout=5):
        """Waits for a connection and keeps its message and descriptors."""
        self.socket.settimeout(timeout)
        connection, _ = self.socket.accept()
        with connection:
            connection.settimeout(timeout)
            while True:
                data, descriptors, _, _ = socket.recv_fds(connection, 65536, 8)
                self.descriptors += descriptors
                self.message += data
                if not data or self.is_complete():
                    return

    def is_complete(self):
        """Whether enough has come: runtimes do not always close the connection at once."""
        return bool(self.descriptors)

    def close(self):
        """Closes the socket and every descriptor that came over it."""
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors = []
        self.socket.close()


class Console(Listener):
    """Receives the master end of the container's terminal and talks over it."""

    shown = ""

    def master(self):
        """The master descriptor, received on first use."""
        if not self.descriptors:
            self.receive()
        return self.descriptors[0]

    def show(self, pattern, timeout=5):
        """Reads until the pattern is on the screen; returns all that was shown since the last send."""
        deadline = time.monotonic() + timeout
        while not re.search(pattern, self.shown, re.M) and time.monotonic() < deadline:
            if select.select([self.master()], [], [], 0.05)[0]:
                try:
                    data = os.read(self.master(), 65536)
                except OSError:
                    break
                self.shown += data.decode(errors="replace")
        return self.shown

    def send(self, text):
        """Types text; what is shown is counted from here on."""
        self.shown = ""
        os.write(self.master(), text.encode())

    def resize(self, rows, columns):
        """Changes the size of the terminal."""
        fcntl.ioctl(self.master(), termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


class PidfdReceiver(Listener):
    """Receives the pidfd of the container's process."""

    def send_signal(self, name):
        """Sends a signal through the descriptor."""
        if not self.descriptors:
            self.receive()
        signal.pidfd_send_signal(self.descriptors[0], getattr(signal, name))

    def pid(self):
        """The process behind the descriptor."""
        if not self.descriptors:
            self.receive()
        with open(f"/proc/self/fdinfo/{self.descriptors[0]}", encoding="utf-8") as info:
            return int(re.search(r"^Pid:\s*(\d+)", info.read(), re.M).group(1))


class SeccompAgent(Listener):
    """Answers every call that the filter hands over with one errno."""

    def __init__(self, path, errno):
        super().__init__(path)
        self.errno = errno
        self.calls = 0
        self.states = []
        self.ends = False
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def is_complete(self):
        try:
            return bool(json.loads(self.message))
        except ValueError:
            return False

    def _serve(self):
        while not self.ends:
            for descriptor in list(self.descriptors):
                self._answer(descriptor)
            if select.select([self.socket], [], [], 0.02)[0]:
                self.message = b""
                self.receive()
                self.states.append(json.loads(self.message))

    def _answer(self, descriptor):
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        for _, event in poll.poll(0):
            if not event & select.POLLIN:
                os.close(descriptor)
                self.descriptors.remove(descriptor)
                return
            request = array.array("B", bytes(SECCOMP_NOTIF.size))
            try:
                fcntl.ioctl(descriptor, SECCOMP_RECEIVE, request, True)
                number = SECCOMP_NOTIF.unpack(request.tobytes())[0]
                fcntl.ioctl(descriptor, SECCOMP_SEND, SECCOMP_RESPONSE.pack(number, 0, -self.errno, 0))
            except OSError:
                return
            self.calls += 1

    def close(self):
        self.ends = True
        self.thread.join(2)
        super().close()
