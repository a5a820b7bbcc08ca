# Commands, containers and ports whose streams go to a client, by SPDY and by WebSocket.
import base64
import hashlib
import json
import os
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import warnings

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

import runtime_pb2 as api
import spdy
from case import ServiceCase
from configs import Code
from service import Service

V4 = "v4.channel.k8s.io"
ECHO = """
import socketserver, threading
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            self.request.sendall(data)
class Server(socketserver.ThreadingTCPServer):
    daemon_threads, request_queue_size = True, 128
class Server6(Server):
    address_family = 10
servers = [Server(("127.0.0.1", 7), Echo), Server6(("::1", 8), Echo)]
for server in servers: threading.Thread(target=server.serve_forever).start()
print("ready", flush=True)
"""
SUCCESS = {"metadata": {}, "status": "Success"}


def converse(url, protocol, **more):
    """A WebSocket with channels."""
    protocols = [protocol] if protocol else None
    return connect(url.replace("http", "ws", 1), subprotocols=protocols, max_size=None, compression=None, **more)


def channels(websocket, is_base64=False):
    """Everything that comes until the end, by channel."""
    result = {}
    try:
        while True:
            message = websocket.recv(timeout=30)
            if is_base64:
                number, data = int(message[0]), base64.b64decode(message[1:])
            else:
                number, data = message[0], message[1:]
            result[number] = result.get(number, b"") + data
    except ConnectionClosed as closed:
        assert closed.rcvd is not None and closed.rcvd.code == 1000, closed
        return result


def repeated(value, size):
    return (value * (size // len(value) + 1))[:size]


class StreamCase(ServiceCase):
    """Steps of clients that stream."""

    def running(self, command=("sleep", "1000"), pod=None, name="c", **more):
        return self.start(self.create(pod or self.run_pod(), name, command, **more))

    def exec_url(self, container, *command, streams="oe", tty=False):
        return self.runtime.Exec(api.ExecRequest(
            container_id=container, cmd=command, tty=tty, stdin="i" in streams, stdout="o" in streams,
            stderr="e" in streams)).url

    def attach_url(self, container, streams="oe", tty=False):
        return self.runtime.Attach(api.AttachRequest(
            container_id=container, tty=tty, stdin="i" in streams, stdout="o" in streams, stderr="e" in streams)).url

    def spdy(self, url, streams="oe", protocols=(V4,), resize=False, **more):
        connection = spdy.Connection(url, *protocols, **more)
        kinds = {"i": "stdin", "o": "stdout", "e": "stderr"}
        names = ["error"] + [kinds[letter] for letter in streams] + (["resize"] if resize else [])
        connection.streams = {name: connection.open(streamtype=name) for name in names}
        return connection

    def text(self, connection, name):
        return bytes(connection.data[connection.streams[name]])

    def processes(self, container, word):
        return [line for line in self.execute(container, "ps").stdout.decode().splitlines() if word in line]


class StreamTests(StreamCase):
    # Commands over SPDY

    def test_exec_by_spdy(self):
        container = self.running()
        script = "cat; echo err >&2; exit 5"
        for protocol in (V4, "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"):
            with self.subTest(protocol):
                url = self.exec_url(container, "sh", "-c", script, streams="ioe")
                client = self.spdy(url, "ioe", (protocol, "v9.channel.k8s.io"))
                self.assertIn(f"X-Stream-Protocol-Version: {protocol}", client.head)
                client.ping(1)
                client.write(client.streams["stdin"], b"some input\n")
                client.write(client.streams["stdin"], last=True)
                client.wait_end()
                self.assertEqual(self.text(client, "stdout"), b"some input\n")
                self.assertEqual(self.text(client, "stderr"), b"err\n")
                self.assertTrue({client.streams[n] for n in ("stdout", "stderr", "error")} <= client.finished)
                self.assertEqual((client.pings, client.gone[1]), ([1], 0))
                self.assertEqual(set(client.replies.values()), {b"\0\0\0\0"})
                status = self.text(client, "error").decode()
                if protocol == V4:
                    status = json.loads(status)
                    self.assertEqual((status["status"], status["reason"]), ("Failure", "NonZeroExitCode"))
                    self.assertEqual(status["details"]["causes"], [{"reason": "ExitCode", "message": "5"}])
                else:
                    self.assertEqual(status, "command terminated with non-zero exit code: exit status 5")
        client = self.spdy(self.exec_url(container, "true")).wait_end()
        self.assertEqual(json.loads(self.text(client, "error")), SUCCESS)
        # The file of a session and its cgroup go with it.
        folder = pathlib.Path(self.service.run, "containers", container)
        self.wait_until(lambda: not list(folder.glob("exec-*")), "files of sessions stay")

    def test_a_url_is_good_once(self):
        container = self.running()
        url = self.exec_url(container, "true")
        self.assertRegex(url, r"^http://127\.0\.0\.1:\d+/exec/[0-9a-f]{32}$")
        self.spdy(url).wait_end()
        for method in ("POST", "GET"):
            with self.assertRaisesRegex(spdy.Refused, "HTTP/1.1 404 "):
                spdy.Connection(url, V4, method=method)
        with self.assertRaisesRegex(spdy.Refused, "HTTP/1.1 403 (?s:.)*X-Accepted-Stream-Protocol-Versions: " + V4):
            spdy.Connection(self.exec_url(container, "true"), "v9.channel.k8s.io")

    def test_errors_of_streams(self):
        pod = self.run_pod()
        container = self.create(pod)
        request = {"container_id": container, "cmd": ["true"], "stdout": True}
        self.refused(Code.FAILED_PRECONDITION, self.runtime.Exec, api.ExecRequest(**request), "not running")
        self.start(container)
        self.refused(Code.INVALID_ARGUMENT, self.runtime.Exec, api.ExecRequest(container_id=container, cmd=["true"]),
                     "stdin, stdout and stderr")
        self.refused(Code.INVALID_ARGUMENT, self.runtime.Exec, api.ExecRequest(tty=True, stderr=True, **request), "tty")
        self.refused(Code.INVALID_ARGUMENT, self.runtime.Exec, api.ExecRequest(container_id=container, stdout=True),
                     "cmd")
        self.refused(Code.NOT_FOUND, self.runtime.Attach, api.AttachRequest(container_id="none", stdout=True),
                     "no container")
        self.refused(Code.NOT_FOUND, self.runtime.PortForward, api.PortForwardRequest(pod_sandbox_id="none"), "no pod")
        self.refused(Code.INVALID_ARGUMENT, self.runtime.PortForward, api.PortForwardRequest(
            pod_sandbox_id=pod[0], port=[70000]), "port")
        client = self.spdy(self.exec_url(container, "/no/such")).wait_end()
        status = json.loads(self.text(client, "error"))
        self.assertEqual(status["reason"], "InternalError")
        self.assertIn("no such file or directory", status["message"])

    def test_exec_of_50_megabytes_each_way(self):
        container = self.running()
        data = repeated(os.urandom(1 << 20), 50 << 20)
        client = self.spdy(self.exec_url(container, "cat", streams="io"), "io")
        writer = threading.Thread(target=client.write, args=(client.streams["stdin"], data, True))
        writer.start()
        client.wait_end(120)
        writer.join()
        got = self.text(client, "stdout")
        self.assertEqual(len(got), len(data))
        self.assertEqual(hashlib.sha256(got).hexdigest(), hashlib.sha256(data).hexdigest())
        self.assertEqual(json.loads(self.text(client, "error")), SUCCESS)

    def test_exec_with_a_terminal(self):
        container = self.running()
        script = "echo ready; while read line; do [ $line = end ] && exit 4; stty size; done"
        url = self.exec_url(container, "sh", "-c", script, streams="io", tty=True)
        client = self.spdy(url, "io", resize=True)
        output = client.streams["stdout"]
        # Until the runtime has the container's terminal, both terminals add a carriage return.
        client.wait(lambda c: b"ready\r" in c.data[output] and c.data[output].endswith(b"\n"))
        begin = len(client.data[output])
        client.write(client.streams["resize"], b'{"Width":101,"Height":42}\n')

        def asked(c):
            client.write(client.streams["stdin"], b"\n")
            time.sleep(0.05)
            return b"42 101\r\n" in c.data[output]

        self.wait_until(lambda: asked(client), "the terminal keeps its size")
        client.write(client.streams["stdin"], b"end\n")
        client.wait_end()
        self.assertEqual(json.loads(self.text(client, "error"))["details"]["causes"][0]["message"], "4")
        self.assertNotIn(b"\r\r", self.text(client, "stdout")[begin:])

    # Clients that go away

    def test_clients_that_go_away(self):
        container = self.running()
        before = self.descriptors()
        for tty in (False, True):
            streams = "io" if tty else "ioe"
            for number in range(4):
                # The command leaves its group behind as a daemon does; and one writes without end, unread.
                script = ("setsid sleep 777 & sleep 777", "yes")[number % 2]
                url = self.exec_url(container, "sh", "-c", script, streams=streams, tty=tty)
                client = self.spdy(url, streams, resize=tty)
                self.wait_until(lambda w=("777", "yes")[number % 2]: self.processes(container, w), "nothing runs")
                client.close()
                self.wait_until(lambda: not self.processes(container, "777") and not self.processes(container, "yes"),
                                f"the command goes on: {self.execute(container, 'ps').stdout}")
        # Some never open their streams.
        for _ in range(10):
            spdy.Connection(self.exec_url(container, "sleep", "777"), V4).close()
        self.wait_until(lambda: self.descriptors() <= before, f"{before} descriptors, then {self.descriptors()}")
        folder = pathlib.Path(self.service.run, "containers", container)
        self.wait_until(lambda: not list(folder.glob("exec-*")), "files of sessions stay")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.service.process.pid}/fd"))

    # WebSocket

    def test_exec_by_websocket(self):
        container = self.running()
        protocols = ["", "channel.k8s.io", "base64.channel.k8s.io", V4, "v4.base64.channel.k8s.io", "v5.channel.k8s.io"]
        for protocol in protocols:
            with self.subTest(protocol):
                url = self.exec_url(container, "sh", "-c", "read x; echo got $x; echo err >&2; exit 3", streams="ioe")
                is_base64 = "base64" in protocol
                with converse(url, protocol) as client:
                    self.assertEqual(client.subprotocol or "", protocol)
                    client.send("0" + base64.b64encode(b"word\n").decode() if is_base64 else b"\0word\n")
                    client.ping().wait(10)
                    got = channels(client, is_base64)
                self.assertEqual((got[1], got[2]), (b"got word\n", b"err\n"))
                status = got[3].decode()
                if protocol.startswith(("v4", "v5")):
                    self.assertEqual(json.loads(status)["details"]["causes"][0]["message"], "3")
                else:
                    self.assertIn("exit status 3", status)
        for protocol in ("v6.channel.k8s.io", "v5.base64.channel.k8s.io"):
            # The library leaves the socket of a refused connection to the collector of garbage.
            warnings.simplefilter("ignore", ResourceWarning)
            with self.assertRaises(InvalidStatus) as caught:
                converse(self.exec_url(container, "true"), protocol)
            self.assertEqual(caught.exception.response.status_code, 400)

    def test_the_close_signal_of_version_5(self):
        container = self.running()
        with converse(self.exec_url(container, "sha256sum", streams="io"), "v5.channel.k8s.io") as client:
            data = os.urandom(3 << 20)
            for start in range(0, len(data), 32768):
                client.send(b"\0" + data[start:start + 32768])
            client.send(b"\xff\0")
            got = channels(client)
        self.assertEqual(got[1].decode().split()[0], hashlib.sha256(data).hexdigest())
        self.assertEqual(json.loads(got[3]), SUCCESS)

    def test_a_terminal_by_websocket(self):
        container = self.running()
        url = self.exec_url(container, "sh", "-c", "read x; stty size", streams="io", tty=True)
        with converse(url, "v5.channel.k8s.io") as client:
            client.send(b'\4{"Width":90,"Height":30}')
            time.sleep(0.3)
            # A message in fragments is one message.
            client.send([b"\0go", b"\n"])
            got = channels(client)
        self.assertIn(b"30 90\r\n", got[1])

    # Attached containers

    def test_attach_to_pipes(self):
        script = "while read x; do echo got $x; echo err $x >&2; done; echo end; exit 6"
        container = self.running(("sh", "-c", script), stdin=True, stdin_once=True)
        first = self.spdy(self.attach_url(container))
        self.wait_until(lambda: len(first.replies) == 3, "no streams")
        second = self.spdy(self.attach_url(container, "ioe"), "ioe")
        second.write(second.streams["stdin"], b"one\n")
        for client in (first, second):
            self.assertTrue(client.wait(lambda c: b"err one\n" in c.data[c.streams["stderr"]]), client.data)
        second.write(second.streams["stdin"], last=True)
        for client in (first, second):
            client.wait_end()
            self.assertEqual(self.text(client, "stdout"), b"got one\nend\n")
            self.assertEqual(json.loads(self.text(client, "error")), SUCCESS)
        self.assertEqual(self.wait_for(container, api.CONTAINER_EXITED).exit_code, 6)

    def test_attach_to_a_terminal(self):
        script = "while read x; do [ $x = end ] && exit; stty size; done"
        container = self.running(("sh", "-c", script), stdin=True, tty=True)
        with converse(self.attach_url(container, "io", tty=True), "v5.channel.k8s.io") as client:
            client.send(b'\4{"Width":77,"Height":33}')
            got = b""
            for _ in range(100):
                client.send(b"\0size\n")
                got += client.recv(timeout=10)[1:]
                if b"33 77\r\n" in got:
                    break
                time.sleep(0.05)
            self.assertIn(b"33 77\r\n", got)
        # The container goes on without its client.
        self.assertEqual(self.status(container).state, api.CONTAINER_RUNNING)
        client = self.spdy(self.attach_url(container, "io", tty=True), "io", resize=True)
        client.write(client.streams["stdin"], b"end\n")
        client.wait_end()
        self.wait_for(container, api.CONTAINER_EXITED)

    # Ports

    def echo_servers(self, pod):
        """Servers in the network of a pod: port 7 of 127.0.0.1 and port 8 of ::1 send back what comes."""
        info = self.runtime.PodSandboxStatus(api.PodSandboxStatusRequest(pod_sandbox_id=pod, verbose=True)).info
        namespace = json.loads(info["info"])["networkNamespace"]
        # pylint: disable-next=consider-using-with
        server = subprocess.Popen(["nsenter", "--net=" + namespace, sys.executable, "-c", ECHO], stdout=subprocess.PIPE)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        self.assertEqual(server.stdout.readline(), b"ready\n")

    def forward_url(self, pod, *ports):
        return self.runtime.PortForward(api.PortForwardRequest(pod_sandbox_id=pod, port=ports)).url

    def pair(self, client, port, number):
        headers = {"port": str(port), "requestid": str(number)}
        error = client.open(streamtype="error", last=True, **headers)
        return error, client.open(streamtype="data", **headers)

    def echoes(self, client, port, number, data=b"hello"):
        error, stream = self.pair(client, port, number)
        client.write(stream, data, last=True)
        client.wait(lambda c: {error, stream} <= c.finished)
        self.assertEqual(bytes(client.data[error]), b"")
        self.assertEqual(bytes(client.data[stream]), data)

    def test_ports_by_spdy(self):
        pod = self.run_pod()
        self.echo_servers(pod[0])
        client = spdy.Connection(self.forward_url(pod[0]), "portforward.k8s.io")
        self.echoes(client, 7, 1)
        self.echoes(client, 8, 2)
        error, _ = self.pair(client, 9, 3)
        client.wait(lambda c: error in c.finished)
        self.assertIn("connection refused", bytes(client.data[error]).decode())
        self.echoes(client, 7, 4, repeated(os.urandom(65536), 5 << 20))
        # 30 at once, each with its own bytes.
        pairs = [self.pair(client, 7, 100 + number) for number in range(30)]
        for number, (_, stream) in enumerate(pairs):
            client.write(stream, repeated(bytes([number]), 10000), last=True)
        client.wait(lambda c: all({error, stream} <= c.finished for error, stream in pairs))
        for number, (_, stream) in enumerate(pairs):
            self.assertEqual(bytes(client.data[stream]), repeated(bytes([number]), 10000))
        client.close()

    def test_ports_of_the_host(self):
        options = api.LinuxPodSandboxConfig(security_context=api.LinuxSandboxSecurityContext(
            namespace_options=api.NamespaceOption(network=api.NODE)))
        pod = self.run_pod("host", linux=options)
        client = spdy.Connection(self.forward_url(pod[0]), "portforward.k8s.io")
        with socket.create_server(("127.0.0.1", 0)) as server:
            _, stream = self.pair(client, server.getsockname()[1], 1)
            peer, _ = server.accept()
            peer.sendall(b"from the host")
            peer.close()
            client.wait(lambda c: stream in c.finished)
            self.assertEqual(bytes(client.data[stream]), b"from the host")
        client.close()

    def test_ports_by_websocket(self):
        pod = self.run_pod()
        self.echo_servers(pod[0])
        for protocol in ("", V4, "v4.base64.channel.k8s.io"):
            with self.subTest(protocol), converse(self.forward_url(pod[0], 7, 9), protocol) as client:
                is_base64 = "base64" in protocol
                client.send("0" + base64.b64encode(b"word").decode() if is_base64 else b"\0word")
                got = {number: b"" for number in range(4)}
                while got[0][2:] != b"word" or b"refused" not in got[3]:
                    message = client.recv(timeout=10)
                    number = int(message[0]) if is_base64 else message[0]
                    got[number] += base64.b64decode(message[1:]) if is_base64 else message[1:]
                self.assertEqual([got[n][:2] for n in range(4)], [b"\7\0", b"\7\0", b"\x09\0", b"\x09\0"])
        tunnel = spdy.Tunnel(self.forward_url(pod[0]), "SPDY/3.1+portforward.k8s.io")
        self.echoes(tunnel, 7, 1)
        self.echoes(tunnel, 7, 2, repeated(os.urandom(65536), 1 << 20))
        tunnel.send_message(struct.pack(">H", 1000), opcode=8)
        tunnel.wait_end()
        self.assertEqual(tunnel.close_code, 1000)


class SecureStreamTests(StreamCase):
    """A daemon whose streams are encrypted and end when they are idle."""

    @classmethod
    def make_service(cls):
        service = Service()
        key, cls.certificate = service.folder + "/key.pem", service.folder + "/certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", key, "-out", cls.certificate, "-days", "2", "-subj", "/CN=apusd", "-addext",
                        "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        service.more_flags = [
            "--stream-tls-cert", cls.certificate, "--stream-tls-key", key, "--stream-idle-timeout", "2"]
        return service

    def test_tls_and_the_idle_timeout(self):
        container = self.running()
        context = ssl.create_default_context(cafile=self.certificate)
        url = self.exec_url(container, "echo", "secret")
        self.assertRegex(url, "^https://127.0.0.1:")
        client = self.spdy(url, context=context).wait_end()
        self.assertEqual(self.text(client, "stdout"), b"secret\n")
        with self.assertRaises(ssl.SSLError):
            spdy.Connection(self.exec_url(container, "true"), V4)
        with converse(self.exec_url(container, "echo", "secret"), "v5.channel.k8s.io", ssl=context) as client:
            self.assertEqual(channels(client)[1], b"secret\n")
        data = repeated(os.urandom(65536), 5 << 20)
        client = self.spdy(self.exec_url(container, "cat", streams="io"), "io", context=context)
        client.write(client.streams["stdin"], data, last=True)
        self.assertEqual(self.text(client.wait_end(), "stdout"), data)
        began = time.monotonic()
        client = self.spdy(self.exec_url(container, "sleep", "888"), context=context).wait_end()
        self.assertTrue(1.5 < time.monotonic() - began < 20)
        self.wait_until(lambda: not self.processes(container, "888"), "an idle command goes on")
