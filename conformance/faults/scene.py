"""One container with everything that is put to the test: its bundle, its state root, and what must not be left."""

import json
import os
import re
import shutil
import subprocess
import time

from runner import bundle, host, leaks

SECONDS = 5             # that any command may take
PID = "pid"

PROBE = """
cat /proc/self/status; echo '@limits'; cat /proc/self/limits; echo '@mounts'; cat /proc/self/mountinfo
echo '@namespaces'; ls -l /proc/self/ns; echo '@descriptors'; ls /proc/self/fd; echo '@place'; pwd; hostname
echo '@cgroup'; for name in memory/memory.limit_in_bytes pids/pids.max devices/devices.list memory.max pids.max; do
  [ ! -e /sys/fs/cgroup/$name ] || cat /sys/fs/cgroup/$name; done
cat /proc/sys/net/ipv4/ip_default_ttl; echo '@end'
"""
STATUS = ("Umask", "Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp",
          "Seccomp_filters")


def plain():
    """A confined process of an ordinary user."""
    config = json.loads(json.dumps(bundle.DEFAULT_CONFIG))
    config["process"] |= {"args": ["sh", "-c", PROBE], "cwd": "/tmp", "oomScoreAdj": 100}
    config["process"]["user"] = {"uid": 1000, "gid": 1000, "additionalGids": [5], "umask": 0o27}
    config["process"]["capabilities"]["ambient"] = ["CAP_NET_BIND_SERVICE"]
    config["process"]["capabilities"]["inheritable"] = ["CAP_NET_BIND_SERVICE"]
    config["root"]["readonly"] = True
    config["mounts"] += [
        {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup",
         "options": ["nosuid", "noexec", "nodev", "ro"]},
        {"destination": "/var", "type": "bind", "source": "volume", "options": ["rbind", "ro", "nosuid"]},
    ]
    config["linux"]["sysctl"] = {"net.ipv4.ip_default_ttl": "33"}
    config["linux"]["resources"] |= {"memory": {"limit": 64 << 20}, "pids": {"limit": 50}}
    config["linux"]["seccomp"] = {
        "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"],
        "syscalls": [{"names": ["add_key", "ptrace", "swapon"], "action": "SCMP_ACT_ERRNO"}]}
    return config


def mapped():
    """Root of a user namespace, with the ways that go by the parent: maps, limits, hooks, sources of mounts."""
    config = plain()
    config["process"]["user"] = {"uid": 0, "gid": 0}
    ids = [{"containerID": 0, "hostID": 100000, "size": 65536}]
    config["linux"] |= {"uidMappings": ids, "gidMappings": ids}
    config["linux"]["namespaces"] += [{"type": "user"}, {"type": "cgroup"}]
    if os.path.exists("/proc/self/ns/time"):
        config["linux"]["namespaces"] += [{"type": "time"}]
        config["linux"]["timeOffsets"] = {"boottime": {"secs": 1000}}
    config["hooks"] = {"createRuntime": [{"path": "/bin/true"}], "poststop": [{"path": "/bin/true"}]}
    return config


PROFILES = {"plain": plain, "mapped": mapped}


class Report:
    """What `inject` says of a command: its calls as (process, call, number), the call hit, and how it ended."""

    def __init__(self, path):
        self.calls, self.hit, self.crash, self.end, self.code = [], None, None, "none", None
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                word, *numbers = line.split()
                numbers = [int(number) for number in numbers]
                if word == "call":
                    self.calls.append(tuple(numbers))
                elif word == "hit":
                    self.hit = numbers[0]
                elif word == "crash":
                    self.crash = numbers
                else:
                    self.end, self.code = word, numbers

    def succeeded(self):
        """Whether the command claims to have done its work."""
        return self.end == "exit" and self.code == [0]


def _lines(text):
    """The parts of what the probe prints, without what differs from run to run."""
    parts = {"@status": []}
    part = parts["@status"]
    for line in text.splitlines():
        if line.startswith("@"):
            part = parts.setdefault(line, [])
        else:
            part.append(line)
    parts["@status"] = [line for line in parts["@status"] if line.split(":")[0] in STATUS]
    mounts = []
    for line in parts.get("@mounts", []):
        fields = line.split()
        optional = [field.split(":")[0] for field in fields[6:fields.index("-")]]
        mounts.append(" ".join(fields[3:6] + optional + fields[fields.index("-"):]))
    # Where a device cannot be made, the host's own one is bound: the same device at the same place.
    parts["@mounts"] = [mount for mount in mounts if not re.match(r"/(\w+) /dev/\1 rw,\S* - devtmpfs ", mount)]
    own = [os.readlink(f"/proc/self/ns/{name}") for name in os.listdir("/proc/self/ns")]
    parts["@namespaces"] = [f"{fields[-3]}: {'of the host' if fields[-1] in own else 'new'}" for fields in
                            (line.split() for line in parts.get("@namespaces", [])) if "->" in fields]
    return parts


class Scene:
    """A bundle and all commands on its container."""

    def __init__(self, runtime, injector, work, profile):
        self.runtime, self.injector = runtime, injector
        self.profile = profile
        self.work = os.path.join(work, profile)
        self.bundle, self.root = f"{self.work}/bundle", f"{self.work}/state"
        self.run_folder = f"{self.work}/run"
        self.id, self.cgroup = f"apusfault-{os.getpid()}-{profile}", f"/apusfaults-{os.getpid()}"
        self.out, self.err = f"{self.work}/out", f"{self.work}/err"
        os.makedirs(self.run_folder)
        bundle.make_rootfs(f"{self.bundle}/rootfs", shutil.which("busybox"))
        os.makedirs(f"{self.bundle}/volume")
        self.configure(PROFILES[profile]())
        self.mounts = leaks.mounts()
        self.process = None             # a command of ours that runs
        self.expected = {}

    def configure(self, config):
        """Writes config.json, and another bundle whose program waits."""
        config["linux"]["cgroupsPath"] = f"{self.cgroup}/{self.id}"
        config["root"]["path"] = f"{self.bundle}/rootfs"
        config["mounts"][-1]["source"] = f"{self.bundle}/volume"
        waiting = json.loads(json.dumps(config))
        waiting["process"]["args"] = ["sleep", "1000"]
        quick = json.loads(json.dumps(config))
        quick["process"]["args"] = ["true"]
        for name, value in (("", config), ("-waiting", waiting), ("-quick", quick)):
            folder = f"{self.bundle}{name}"
            os.makedirs(folder, exist_ok=True)
            with open(f"{folder}/config.json", "w", encoding="utf-8") as output:
                json.dump(value, output)

    def words(self, words):
        """The command line with names filled in."""
        names = {"{id}": self.id, "{bundle}": self.bundle, "{pidfile}": f"{self.run_folder}/{PID}", "{probe}": PROBE}
        filled = []
        for word in words:
            for name, value in names.items():
                word = word.replace(name, value)
            filled.append(word)
        return [self.runtime, "--root", self.root, *filled]

    def _spawn(self, command):
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=self.work)
            return self.process

    def call(self, *words):
        """Runs a command as it is; its exit code, or None when it takes too long."""
        process = self._spawn(self.words(words))
        # A PID namespace ends when all its dead are buried, and what came in by `exec` was left to us.
        if not self.wait_for(lambda: process.poll() is not None, SECONDS):
            process.kill()
            process.wait()
        self.process = None
        return process.returncode if process.returncode >= 0 else None

    def inject(self, point, words, pids=()):
        """Runs a command with one fault, or with none for the point `-`."""
        path = f"{self.work}/report"
        line = [self.injector, path, str(SECONDS), point, *[str(pid) for pid in pids], "--", *self.words(words)]
        code = self._spawn(line).wait()
        self.process = None
        if code != 0:
            raise SystemExit(f"faults: inject ended with {code}: {self.shown()}")
        report = Report(path)
        report.killed_container = point.endswith(":kill") and not point.startswith("0:")
        return report

    def shown(self):
        """What the last command, and the container that it left, wrote."""
        with open(self.out, encoding="utf-8", errors="replace") as out, \
             open(self.err, encoding="utf-8", errors="replace") as err:
            return out.read() + err.read()

    def pid(self):
        """The container's process, from the file of `create`."""
        with open(f"{self.run_folder}/{PID}", encoding="utf-8") as source:
            return int(source.read())

    def status(self):
        """The container's status, or None when the runtime knows none."""
        shown = subprocess.run(self.words(["state", "{id}"]), stdin=subprocess.DEVNULL, capture_output=True,
                               check=False, timeout=SECONDS)
        return json.loads(shown.stdout)["status"] if shown.returncode == 0 else None

    def wait_for(self, holds, seconds=2):
        """Whether the condition comes true in time."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                return False
            self.reap()
            time.sleep(0.003)
        return True

    def is_whole(self):
        """Whether the probe has printed everything."""
        with open(self.out, encoding="utf-8", errors="replace") as out:
            return out.read().rstrip().endswith("@end")

    def probed(self):
        """What the probe in the container saw."""
        with open(self.out, encoding="utf-8", errors="replace") as out:
            return _lines(out.read())

    def weaker(self, kind):
        """In words, what the probe saw otherwise than without a fault."""
        seen, expected = self.probed(), self.expected[kind]
        if seen == expected:
            return []
        for part, lines in expected.items():
            found = seen.get(part, [])
            if found != lines:
                gone = [line for line in lines if line not in found]
                new = [line for line in found if line not in lines]
                return [f"another sandbox: {part}: {new} in place of {gone}"]
        return ["another sandbox"]

    def reap(self):
        """Collects the dead that were left to us; returns the living."""
        living = []
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="utf-8") as children:
            pids = [int(word) for word in children.read().split()]
        for pid in pids:
            if self.process is not None and pid == self.process.pid:
                continue
            try:
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    living.append(pid)
            except ChildProcessError:
                pass
        return living

    def left(self):
        """What is on the host and should not be, in words."""
        found = [f"left: process {pid}" for pid in self.reap()]
        found += [f"left: cgroup {point}{self.cgroup}/{self.id}" for point in host.hierarchies()
                  if os.path.exists(f"{point}{self.cgroup}/{self.id}")]
        found += [f"left: mount {point}" for _, point in leaks.mounts() ^ self.mounts]
        if os.path.isdir(self.root):
            found += [f"left: {self.root}/{name}" for name in os.listdir(self.root) if name != "@seccomp"]
        # Who is killed while writing the file leaves it under the name that the next one takes, and removes.
        found += [f"left: {self.run_folder}/{name}" for name in os.listdir(self.run_folder)
                  if name not in (PID, f".{PID}")]
        return found

    def clear(self):
        """One `delete --force`, after which nothing may be there and the id can be used again."""
        code = self.call("delete", "--force", "{id}")
        found = [] if code == 0 else [f"delete --force ended with {code}: {self.shown().strip()}"]
        if not self.wait_for(lambda: not self.left()):
            found += self.left()
        code = self.call("run", "--pid-file", "{pidfile}", "--bundle", "{bundle}-quick", "{id}")
        if code != 0:
            found.append(f"the id and the pid file cannot be used again: {code}: {self.shown().strip()}")
            self.sweep()
        if os.path.exists(f"{self.run_folder}/.{PID}"):
            found.append(f"left: {self.run_folder}/.{PID}")
        return found

    def sweep(self):
        """After a finding: by hand, so that the next point begins with nothing."""
        for pid in self.reap():
            os.kill(pid, 9)
        self.call("delete", "--force", "{id}")
        for point in host.hierarchies():
            folder = f"{point}{self.cgroup}/{self.id}"
            if os.path.exists(folder):
                with open(f"{folder}/cgroup.procs", encoding="utf-8") as members:
                    for pid in members.read().split():
                        os.kill(int(pid), 9)
                time.sleep(0.05)
                self.reap()
                os.rmdir(folder)
        for _, point in leaks.mounts() - self.mounts:
            host.libc.umount2(os.fsencode(point), 2)
        for name in os.listdir(self.root):
            if name != "@seccomp":
                shutil.rmtree(f"{self.root}/{name}", ignore_errors=True)

    def close(self):
        """Takes away the folders of the cgroups."""
        for point in host.hierarchies():
            try:
                os.rmdir(f"{point}{self.cgroup}")
            except OSError:
                pass


