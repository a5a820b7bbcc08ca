# A daemon of a test run, and a connection to it by an independent implementation of gRPC.
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

import grpc

import runtime_pb2 as api
import runtime_pb2_grpc as stubs
from layout import make_layout, make_tree

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("APUS_BIN", REPOSITORY / "build/bin"))
DAEMON = os.environ.get("APUSD", str(REPOSITORY / ".build/debug/apusd"))
IMAGE_TOOL = os.environ.get("APUS_IMAGE", str(REPOSITORY / ".build/debug/apus-image"))
LIMIT = 80 << 20

CONFLIST = """{"cniVersion": "1.0.0", "name": "%s", "plugins": [
  {"type": "bridge", "bridge": "%s", "isGateway": true, "ipMasq": false,
   "ipam": {"type": "host-local", "dataDir": "%s", "ranges": [[{"subnet": "10.213.0.0/24"}]]}}%s]}
"""
PORTMAP = """,
  {"type": "portmap", "capabilities": {"portMappings": true}, "snat": false}"""


class Service:
    """An apusd with every folder of its own below one temporary folder."""

    def __init__(self, disk=None, run="mode=755", ports=False):
        """With `disk`, options of a tmpfs, what is stored lies on a file system of its own; `run` are the options of
        the one for what lives until the next boot."""
        self.folder = tempfile.mkdtemp(prefix="apusd-", dir="/tmp")
        self.name = "cri" + os.path.basename(self.folder)[-6:].replace("_", "x")
        self.bridge = self.name[:14]
        self.log = self.folder + "/log"
        self.cgroup = "/" + self.name
        self.environment = {}
        self.more_flags = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.registry_port = probe.getsockname()[1]
        for name in ("net.d", "logs", "run", "disk"):
            os.makedirs(f"{self.folder}/{name}")
        # A file system of its own, as /run is one.
        self.run = self.folder + "/run"
        self.disk = self.folder + "/disk"
        self.own_mounts = []
        self.mount(self.run, run)
        if disk:
            self.mount(self.disk, disk)
        self.socket = self.run + "/s/apusd.sock"
        self.image_root = self.disk + "/images"
        text = CONFLIST % (self.name, self.bridge, self.folder + "/ipam", PORTMAP if ports else "")
        pathlib.Path(self.folder, "net.d", "10-test.conflist").write_text(text)
        self.process = None
        self.channel = None

    def mount(self, path, options):
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "apusd-test", path], check=True)
        self.own_mounts.append(path)

    def flags(self):
        f = self.folder
        return [
            "--socket", self.socket, "--root", self.disk + "/root", "--run-root", self.run,
            "--image-root", self.image_root,
            "--network-dir", f + "/net.d", "--plugin-dirs", "/usr/lib/cni", "--cni-cache", f + "/cni",
            "--namespace-dir", f + "/netns", "--monitor", str(PROGRAMS / "apus-monitor"),
            "--pause", str(PROGRAMS / "apus-pause"), "--runtime", f"apus={PROGRAMS / 'apus'}",
            "--insecure-registries", f"127.0.0.1:{self.registry_port}",
            "--cgroup-parent", self.cgroup, "--monitor-cgroup", self.cgroup + "-monitors", *self.more_flags,
        ]

    def start(self, **environment):
        with open(self.log, "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [DAEMON, "serve", *self.flags()], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment, **environment})
        options = [("grpc.max_receive_message_length", LIMIT), ("grpc.max_send_message_length", LIMIT)]
        self.channel = grpc.insecure_channel("unix://" + self.socket, options=options)
        self.runtime = stubs.RuntimeServiceStub(self.channel)
        self.images = stubs.ImageServiceStub(self.channel)
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError("apusd ended: " + self.read_log())
            try:
                self.runtime.Version(api.VersionRequest(), timeout=5)
                return self
            except grpc.RpcError:
                time.sleep(0.05)
        raise RuntimeError("apusd does not answer: " + self.read_log())

    def read_log(self):
        return pathlib.Path(self.log).read_text()[-4000:]

    def kill(self):
        """Ends the daemon without a chance to clean up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.channel.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        self.channel.close()
        return code

    def remove(self):
        """Removes all pods, stops the daemon and takes away what it leaves on purpose."""
        for pod in self.runtime.ListPodSandbox(api.ListPodSandboxRequest()).items:
            self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod.id), timeout=60)
        code = self.stop()
        subprocess.run(["ip", "link", "delete", self.bridge], stderr=subprocess.DEVNULL, check=False)
        for name in (self.cgroup, self.cgroup + "-monitors"):
            for folder in self.cgroups(name):
                for _ in range(100):
                    try:
                        folder.rmdir()
                        break
                    except OSError:
                        time.sleep(0.02)
        return code

    @staticmethod
    def cgroups(name):
        """The folders of a cgroup in every hierarchy that has it."""
        for line in pathlib.Path("/proc/mounts").read_text().splitlines():
            fields = line.split()
            folder = pathlib.Path(fields[1] + name)
            if fields[2] in ("cgroup", "cgroup2") and folder.is_dir():
                yield folder

    def leftovers(self):
        """What stays there of pods and containers although there should be none, a line each."""
        for _ in range(100):
            # A monitor ends a moment after its container.
            left = self.present()
            if not left:
                break
            time.sleep(0.05)
        return left

    def present(self):
        """What there is of pods and containers."""
        return [*self.mounts(), *self.processes(), *self.files(), *self.groups(), *self.rows(), *self.devices()]

    def mounts(self):
        own = tuple(f"apusd-test {path} " for path in self.own_mounts)
        lines = pathlib.Path("/proc/self/mounts").read_text().splitlines()
        return [line for line in lines if self.folder in line and not line.startswith(own)]

    def processes(self):
        for pid in filter(str.isdigit, os.listdir("/proc")):
            if self.process.poll() is None and int(pid) == self.process.pid:
                continue
            try:
                words = pathlib.Path("/proc", pid, "cmdline").read_bytes()
            except OSError:
                continue
            if self.folder.encode() in words:
                yield f"process {pid}: {words!r}"

    def files(self):
        """Folders of pods and containers, exit codes, namespaces, states of runtimes, leases and attachments."""
        runtimes = ["run/runtimes/" + name for name in os.listdir(self.run + "/runtimes")]
        for folder in ("run/containers", "run/pods", "run/exits", "run/ns", "netns", "cni", f"ipam/{self.name}",
                       *runtimes, "disk/images/s", "disk/images/trash"):
            path = pathlib.Path(self.folder, folder)
            for entry in path.iterdir() if path.is_dir() else []:
                if not entry.name.startswith("@") and entry.name not in ("lock", "last_reserved_ip.0"):
                    yield str(entry)

    def groups(self):
        for folder in self.cgroups(self.cgroup):
            for entry in folder.iterdir():
                if entry.is_dir():
                    yield str(entry)
        for folder in self.cgroups(self.cgroup + "-monitors"):
            for pid in (folder / "cgroup.procs").read_text().split():
                yield f"monitor {pid}"

    def rows(self):
        path = pathlib.Path(self.disk, "root/state.db")
        if not path.exists():
            return
        with sqlite3.connect(path, timeout=10) as database:
            for table in ("pod", "container", "undo"):
                for row in database.execute(f"SELECT * FROM {table}"):
                    yield f"{table}: {row}"
        database.close()

    def devices(self):
        folder = pathlib.Path("/sys/class/net", self.bridge, "brif")
        return [f"device {entry.name}" for entry in folder.iterdir()] if folder.is_dir() else []

    def runtime_command(self, *words):
        root = self.run + "/runtimes/apus"
        subprocess.run([str(PROGRAMS / "apus"), "--root", root, *words], check=True)

    def memory(self, kind="VmRSS"):
        """Bytes of the daemon that are in memory, by a name of proc(5), status."""
        lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(dict(line.split(":", 1) for line in lines)[kind].split()[0]) << 10

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def threads(self):
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    def delete_folder(self):
        for path in reversed(self.own_mounts):
            subprocess.run(["umount", path], check=True)
        shutil.rmtree(self.folder)

    def load_image(self, name):
        """An image of the host's static busybox, made on the spot and loaded from an archive."""
        make_tree(self.folder + "/tree")
        make_layout(self.folder + "/tree", self.folder + "/layout")
        subprocess.run(
            [IMAGE_TOOL, "pull", "--root", self.image_root, "--name", name, "oci:" + self.folder + "/layout"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
