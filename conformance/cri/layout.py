# An image made on the spot: the host's static busybox.
import gzip
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import tarfile


def make_tree(root):
    """A root file system with busybox under all its names, and a user."""
    os.makedirs(root + "/bin", exist_ok=True)
    shutil.copy("/bin/busybox", root + "/bin/busybox")
    for applet in subprocess.check_output(["/bin/busybox", "--list"], text=True).split():
        if applet != "busybox" and not os.path.lexists(f"{root}/bin/{applet}"):
            os.symlink("busybox", f"{root}/bin/{applet}")
    for folder in ("etc", "tmp", "proc", "sys", "dev", "home"):
        os.makedirs(f"{root}/{folder}", exist_ok=True)
    pathlib.Path(root, "etc/passwd").write_text("root:x:0:0::/:/bin/sh\nuser:x:1000:1000::/home:/bin/sh\n")
    pathlib.Path(root, "etc/group").write_text("root:x:0:\nuser:x:1000:\nextra:x:5000:user\n")


def make_layout(root, layout):
    """An image layout of one layer."""
    blobs = pathlib.Path(layout, "blobs/sha256")
    blobs.mkdir(parents=True, exist_ok=True)
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
