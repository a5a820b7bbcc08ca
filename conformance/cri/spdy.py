# A client of SPDY/3.1 as the specification has it, for the streams of commands and ports.
import base64
import collections
import hashlib
import itertools
import os
import socket
import ssl
import struct
import threading
import urllib.parse
import zlib

WORDS = """options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age
allow authorization cache-control connection content-base content-encoding content-language content-length
content-location content-md5 content-range content-type date etag expect expires from host if-match if-modified-since
if-none-match if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate
proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning
www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie keep-alive origin""".split()
REST = ("100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
        "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized"
        "403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable"
        "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
        "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,"
        "text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.")
DICTIONARY = b"".join(
    struct.pack(">I", len(word)) + word.encode() for word in (w.replace("_", " ") for w in WORDS)) + REST.encode()


class Refused(Exception):
    """The answer was no upgrade: its first line, headers and text."""


class Connection:
    """A connection over which this side opens streams; a thread reads what comes."""

    def __init__(self, url, *protocols, method="POST", context=None):
        parts = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=30)
        if parts.scheme == "https":
            self.socket = (context or ssl.create_default_context()).wrap_socket(
                self.socket, server_hostname=parts.hostname)
        lines = [f"{method} {parts.path} HTTP/1.1", f"Host: {parts.netloc}", "Connection: Upgrade", "Upgrade: SPDY/3.1"]
        lines += ["X-Stream-Protocol-Version: " + protocol for protocol in protocols]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        rest = b""
        while b"\r\n\r\n" not in rest:
            more = self.socket.recv(65536)
            if not more:
                break
            rest += more
        head, _, self.rest = rest.partition(b"\r\n\r\n")
        self.head = head.decode()
        if not self.head.startswith("HTTP/1.1 101 "):
            self.socket.close()
            raise Refused(rest.decode())
        self.begin(lambda: self.socket.recv(65536), self.socket.sendall)

    def begin(self, receive, send):
        self.receive, self.send = receive, send
        self.compressor = zlib.compressobj(zdict=DICTIONARY)
        self.decompressor = zlib.decompressobj(zdict=DICTIONARY)
        self.last = -1
        self.data = collections.defaultdict(bytearray)
        self.replies, self.finished, self.resets, self.pings, self.gone = {}, set(), {}, [], None
        self.changed = threading.Condition()
        self.closed = False
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    # Receiving

    def take(self, size):
        while len(self.rest) < size:
            more = self.receive()
            if not more:
                raise EOFError
            self.rest += more
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken

    def read(self):
        try:
            while True:
                first, second = struct.unpack(">II", self.take(8))
                body = self.take(second & 0xFFFFFF)
                with self.changed:
                    self.handle(first, second >> 24, body)
                    self.changed.notify_all()
        except (OSError, EOFError, ValueError):
            self.socket.close()
            with self.changed:
                self.closed = True
                self.changed.notify_all()

    def handle(self, first, flags, body):
        if not first >> 31:
            self.data[first] += body
            if flags & 1:
                self.finished.add(first)
            return
        assert first >> 16 == 0x8003, hex(first)
        kind = first & 0xFFFF
        if kind == 2:
            (stream,) = struct.unpack(">I", body[:4])
            self.replies[stream] = self.decompressor.decompress(body[4:])
        elif kind == 3:
            stream, reason = struct.unpack(">II", body)
            self.resets[stream] = reason
        elif kind == 6:
            self.pings.append(struct.unpack(">I", body)[0])
        elif kind == 7:
            self.gone = struct.unpack(">II", body)
        else:
            raise ValueError(f"a frame of type {kind}")

    def wait(self, condition, timeout=30):
        """Waits until a condition on this object holds or the connection is closed."""
        with self.changed:
            if not self.changed.wait_for(lambda: condition(self) or self.closed, timeout):
                raise TimeoutError(f"replies {self.replies}, data {dict(self.data)}, finished {self.finished}")
            return condition(self)

    def wait_end(self, timeout=60):
        self.wait(lambda c: c.closed, timeout)
        return self

    # Sending

    def control(self, kind, body, flags=0):
        self.send(struct.pack(">HHI", 0x8003, kind, flags << 24 | len(body)) + body)

    def open(self, last=False, **headers):
        plain = struct.pack(">I", len(headers))
        for name, value in headers.items():
            plain += struct.pack(">I", len(name)) + name.encode() + struct.pack(">I", len(value)) + value.encode()
        block = self.compressor.compress(plain) + self.compressor.flush(zlib.Z_SYNC_FLUSH)
        self.last += 2
        self.control(1, struct.pack(">IIH", self.last, 0, 0) + block, flags=int(last))
        return self.last

    def write(self, stream, data=b"", last=False):
        for start in range(0, len(data) or 1, 1 << 16):
            piece = data[start:start + (1 << 16)]
            end = last and start + (1 << 16) >= len(data)
            self.send(struct.pack(">II", stream, int(end) << 24 | len(piece)) + piece)

    def reset(self, stream):
        self.control(3, struct.pack(">II", stream, 5))

    def ping(self, number):
        self.control(6, struct.pack(">I", number))

    def close(self):
        # A socket that a thread waits on is not closed by close(2) alone.
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
        self.thread.join(10)


class Tunnel(Connection):
    """The same inside of binary messages of a WebSocket (RFC 6455), whose protocol has a name that is no token:
    libraries refuse it."""

    def __init__(self, url, protocol):  # pylint: disable=super-init-not-called
        parts = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=30)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall("\r\n".join([
            f"GET {parts.path} HTTP/1.1", f"Host: {parts.netloc}", "Connection: Upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", f"Sec-WebSocket-Protocol: {protocol}", "", "",
        ]).encode())
        self.frames = self.socket.makefile("rb")
        self.rest, self.head, self.close_code = b"", "", None
        while not self.head.endswith("\r\n\r\n"):
            self.head += self.frames.readline().decode()
        if not self.head.startswith("HTTP/1.1 101 "):
            raise Refused(self.head)
        accept = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        assert "sec-websocket-accept: " + base64.b64encode(accept).decode().lower() in self.head.lower(), self.head
        self.begin(self.next_message, self.send_message)

    def next_message(self):
        while True:
            head = self.frames.read(2)
            if len(head) < 2:
                return b""
            size = head[1]
            if size == 126:
                (size,) = struct.unpack(">H", self.frames.read(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", self.frames.read(8))
            message = self.frames.read(size)
            if head[0] & 15 == 8:
                (self.close_code,) = struct.unpack(">H", message[:2])
                return b""
            if head[0] & 15 == 2 and message:
                return message

    def send_message(self, data, opcode=2):
        mask = os.urandom(4)
        size = bytes([0x80 | len(data)]) if len(data) < 126 else struct.pack(">BQ", 0xFF, len(data))
        masked = bytes(a ^ b for a, b in zip(data, itertools.cycle(mask)))
        self.socket.sendall(bytes([0x80 | opcode]) + size + mask + masked)
