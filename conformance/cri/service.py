# A daemon of a test run, and a connection to it by an independent implementation of gRPC.
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import grpc

import runtime_pb2 as api
import runtime_pb2_grpc as stubs

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("APUS_BIN", REPOSITORY / "build/bin"))
DAEMON = os.environ.get("APUSD", str(REPOSITORY / ".build/debug/apusd"))
IMAGE_TOOL = os.environ.get("APUS_IMAGE", str(REPOSITORY / ".build/debug/apus-image"))
LIMIT = 80 << 20

CONFLIST = """{"cniVersion": "1.0.0", "name": "%s", "plugins": [
  {"type": "bridge", "bridge": "%s", "isGateway": true, "ipMasq": false,
   "ipam": {"type": "host-local", "dataDir": "%s", "ranges": [[{"subnet": "10.213.0.0/24"}]]}}]}
"""


class Service:
    """An apusd with every folder of its own below one temporary folder."""

    def __init__(self, network=True):
        self.folder = tempfile.mkdtemp(prefix="apusd-", dir="/tmp")
        self.name = "cri" + os.path.basename(self.folder)[-6:].replace("_", "x")
        self.bridge = self.name[:14]
        self.socket = self.folder + "/run/s/apusd.sock"
        self.log = self.folder + "/log"
        self.cgroup = "/" + self.name
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.registry_port = probe.getsockname()[1]
        os.makedirs(self.folder + "/net.d")
        os.makedirs(self.folder + "/logs")
        # A file system of its own, as /run is one.
        self.run = self.folder + "/run"
        os.makedirs(self.run)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "apusd-test", self.run], check=True)
        if network:
            self.write_network()
        self.process = None
        self.channel = None

    def write_network(self):
        text = CONFLIST % (self.name, self.bridge, self.folder + "/ipam")
        pathlib.Path(self.folder, "net.d", "10-test.conflist").write_text(text)

    def flags(self):
        f = self.folder
        return [
            "--socket", self.socket, "--root", f + "/root", "--run-root", f + "/run", "--image-root", f + "/images",
            "--network-dir", f + "/net.d", "--plugin-dirs", "/usr/lib/cni", "--cni-cache", f + "/cni",
            "--namespace-dir", f + "/netns", "--monitor", str(PROGRAMS / "apus-monitor"),
            "--pause", str(PROGRAMS / "apus-pause"), "--runtime", f"apus={PROGRAMS / 'apus'}",
            "--insecure-registries", f"127.0.0.1:{self.registry_port}",
            "--cgroup-parent", self.cgroup, "--monitor-cgroup", self.cgroup + "-monitors",
        ]

    def start(self):
        with open(self.log, "a", encoding="utf-8") as log:
            self.process = subprocess.Popen([DAEMON, "serve", *self.flags()], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT)
        options = [("grpc.max_receive_message_length", LIMIT), ("grpc.max_send_message_length", LIMIT)]
        self.channel = grpc.insecure_channel("unix://" + self.socket, options=options)
        self.runtime = stubs.RuntimeServiceStub(self.channel)
        self.images = stubs.ImageServiceStub(self.channel)
        for _ in range(600):
            try:
                self.runtime.Version(api.VersionRequest(), timeout=5)
                return self
            except grpc.RpcError:
                if self.process.poll() is not None:
                    raise RuntimeError("apusd ended: " + self.read_log())
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
        for line in pathlib.Path("/proc/mounts").read_text().splitlines():
            fields = line.split()
            if fields[2] in ("cgroup", "cgroup2"):
                for name in (self.cgroup, self.cgroup + "-monitors"):
                    for _ in range(100):
                        try:
                            os.rmdir(fields[1] + name)
                        except FileNotFoundError:
                            break
                        except OSError:
                            time.sleep(0.02)
                        else:
                            break
        return code

    def leftovers(self):
        """Mounts, namespaces and processes of this service that stay there, the daemon itself not counted."""
        for _ in range(100):
            # A monitor ends a moment after its container.
            left = self.present()
            if not left:
                break
            time.sleep(0.05)
        return left

    def present(self):
        mounts = pathlib.Path("/proc/self/mounts").read_text().splitlines()
        left = [line for line in mounts if self.folder in line and not line.startswith(f"apusd-test {self.run} ")]
        for pid in filter(str.isdigit, os.listdir("/proc")):
            if self.process.poll() is None and int(pid) == self.process.pid:
                continue
            try:
                words = pathlib.Path("/proc", pid, "cmdline").read_bytes()
            except OSError:
                continue
            if self.folder.encode() in words:
                left.append(f"process {pid}: {words!r}")
        return left

    def delete_folder(self):
        subprocess.run(["umount", self.run], check=True)
        shutil.rmtree(self.folder)

    def load_image(self, name):
        """An image of the host's static busybox, made on the spot and loaded from an archive."""
        layout = self.folder + "/layout"
        root = self.folder + "/tree"
        os.makedirs(root + "/bin", exist_ok=True)
        shutil.copy("/bin/busybox", root + "/bin/busybox")
        for applet in subprocess.check_output(["/bin/busybox", "--list"], text=True).split():
            if applet != "busybox" and not os.path.lexists(f"{root}/bin/{applet}"):
                os.symlink("busybox", f"{root}/bin/{applet}")
        for folder in ("etc", "tmp", "proc", "sys", "dev", "home"):
            os.makedirs(f"{root}/{folder}", exist_ok=True)
        pathlib.Path(root, "etc/passwd").write_text(
            "root:x:0:0::/:/bin/sh\nuser:x:1000:1000::/home:/bin/sh\n")
        pathlib.Path(root, "etc/group").write_text("root:x:0:\nuser:x:1000:\nextra:x:5000:user\n")
        make_archive(root, layout)
        store = self.folder + "/images"
        subprocess.run(
            [IMAGE_TOOL, "pull", "--root", store, "--name", name, "oci:" + layout], check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def make_archive(root, layout):
    """An image layout of one layer."""
    import gzip
    import hashlib
    import io
    import json
    import tarfile

    blobs = pathlib.Path(layout, "blobs/sha256")
    blobs.mkdir(parents=True)
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        tar.add(root, arcname=".")

    def put(data, kind):
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"mediaType": kind, "digest": "sha256:" + digest, "size": len(data)}

    layer = put(gzip.compress(raw.getvalue(), 1), "application/vnd.oci.image.layer.v1.tar+gzip")
    machine = {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]
    config = put(json.dumps({
        "architecture": machine, "os": "linux",
        "config": {"Cmd": ["sleep", "1000"], "Env": ["PATH=/bin", "FROM=image"], "User": "", "WorkingDir": "/home"},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(raw.getvalue()).hexdigest()]},
    }).encode(), "application/vnd.oci.image.config.v1+json")
    manifest = put(json.dumps({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config,
        "layers": [layer]}).encode(), "application/vnd.oci.image.manifest.v1+json")
    pathlib.Path(layout, "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [manifest]}))
    pathlib.Path(layout, "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


if __name__ == "__main__":
    sys.exit("run conformance/cri/run")
