# The commands of apusd for people without a cluster: run-pod, ps, logs, exec, stop, rm.
import os
import pathlib
import subprocess
import time

from case import ServiceCase
from configs import IMAGE
from service import DAEMON

POD = """
apiVersion: v1
kind: Pod
metadata: {name: %(name)s, namespace: tests, uid: %(name)s-uid}
spec:
  hostname: webhost
  volumes:
  - {name: pages, emptyDir: {}}
  - {name: memory, emptyDir: {medium: Memory}}
  - {name: host, hostPath: {path: %(folder)s/data, type: DirectoryOrCreate}}
  initContainers:
  - name: first
    image: test.example/busybox:1
    imagePullPolicy: Never
    command: [sh, -c, "echo a page >/pages/index.html; echo ready"]
    volumeMounts: [{name: pages, mountPath: /pages}]
  containers:
  - name: web
    image: test.example/busybox:1
    command: [httpd, -f, -p, "$(PORT)", -h, /pages]
    env: [{name: PORT, value: "80"}]
    volumeMounts: [{name: pages, mountPath: /pages, readOnly: true}]
  - name: talk
    image: test.example/busybox:1
    command: [sh, -c, "echo one; echo two >&2; printf three; sleep 1; echo four; exec sleep 1000"]
    volumeMounts:
    - {name: memory, mountPath: /memory}
    - {name: host, mountPath: /host, subPath: a/b}
    resources: {limits: {cpu: 500m, memory: 64Mi}}
    securityContext: {runAsUser: 1000, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true}
"""


class CommandTests(ServiceCase):
    def tearDown(self):
        """Pods go by the commands themselves."""

    def call(self, command, *words, given=None, code=0):
        words = [DAEMON, command, "--socket", self.service.socket, *words]
        result = subprocess.run(words, input=given, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(result.returncode, code, f"{words}: {result.stdout}{result.stderr}")
        return result

    def run_manifest(self, name):
        self.addCleanup(lambda: self.call("rm", "--force", "tests/" + name))
        manifest = POD % {"name": name, "folder": self.service.folder}
        return self.call("run-pod", "-", given=manifest).stdout.split()

    def test_a_pod_of_a_manifest_lives_as_it_says(self):
        identity, address = self.run_manifest("whole")
        rows = [line.split() for line in self.call("ps", "--all").stdout.splitlines()]
        self.assertEqual(rows[0], ["POD", "ID", "CONTAINER", "STATE", "IMAGE", "AGE"])
        own = [row for row in rows[1:] if row[1] == identity[:13]]
        self.assertEqual([row[:1] + row[2:5] for row in own], [
            ["tests/whole", "first", "exited", IMAGE], ["tests/whole", "web", "running", IMAGE],
            ["tests/whole", "talk", "running", IMAGE]])
        self.assertIn(identity, self.call("ps", "-q").stdout.split())
        script = ("id -u; hostname; grep NoNewPrivs /proc/self/status; touch /x; echo kept >/host/file; "
                  "wget -q -O - http://localhost/; stat -f -c %T /memory; exit 7")
        done = self.call("exec", "whole", "-c", "talk", "--", "sh", "-c", script, code=7)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[:2] + lines[3:], ["1000", "webhost", "a page", "tmpfs"], done.stderr)
        self.assertEqual(lines[2].split(), ["NoNewPrivs:", "1"])
        self.assertIn("Read-only file system", done.stderr)
        kept = pathlib.Path(self.service.folder, "data/a/b/file")
        self.assertTrue(address and not kept.exists(), "the user of the container may not write there")
        for line in pathlib.Path("/proc/mounts").read_text().splitlines():
            fields = line.split()
            if fields[2] == "cgroup" and "memory" in fields[3].split(","):
                limits = list(pathlib.Path(fields[1]).glob(f"**/*/memory.limit_in_bytes"))
                self.assertIn("67108864", {limit.read_text().strip() for limit in limits})

    def test_logs_show_streams_parts_times_and_the_end(self):
        self.run_manifest("logs")
        time.sleep(1.5)
        shown = self.call("logs", "-c", "talk", "logs")
        self.assertEqual((shown.stdout, shown.stderr), ("one\nthreefour\n", "two\n"))
        self.assertEqual(self.call("logs", "-c", "talk", "--tail", "1", "logs").stdout, "threefour\n")
        self.assertEqual(self.call("logs", "-c", "talk", "--tail", "0", "logs").stdout, "")
        self.assertEqual(self.call("logs", "-c", "first", "logs").stdout, "ready\n")
        self.assertRegex(self.call("logs", "-c", "first", "--timestamps", "logs").stdout, r"^20\d\d-\S+T\S+ ready\n$")
        follower = subprocess.Popen([DAEMON, "logs", "--socket", self.service.socket, "-f", "-c", "talk", "logs"],
                                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.call("stop", "--timeout", "0", "logs")
        self.assertEqual(follower.communicate(timeout=60)[0], "one\nthreefour\n")

    def test_what_runs_is_stopped_before_it_is_removed(self):
        identity, _ = self.run_manifest("stopped")
        self.assertIn("is running; stop it", self.call("rm", "stopped", code=1).stderr)
        self.call("stop", "-t", "0", identity[:8])
        self.assertNotIn(identity[:13], self.call("ps").stdout)
        self.assertIn(identity[:13], self.call("ps", "-a").stdout)
        for folder in ("/var/lib/apusd/volumes", "/run/apusd/volumes"):
            self.assertIn("stopped-uid", os.listdir(folder))
        self.call("rm", "tests/stopped")
        for folder in ("/var/lib/apusd/volumes", "/run/apusd/volumes"):
            self.assertNotIn("stopped-uid", os.listdir(folder))
        self.assertFalse(os.path.exists("/var/log/pods/tests_stopped_stopped-uid"))
        self.assertEqual(self.call("rm", "stopped", code=1).stderr, "apusd: there is no pod 'stopped'\n")
        self.call("rm", "--force", "stopped")

    def test_a_pod_that_cannot_run_whole_is_taken_away_again(self):
        before = self.call("ps", "-a").stdout
        for old, new, message in (
                ("[httpd, -f", "[no-such-program, -f", "no-such-program"),
                ("echo ready", "exit 9",
                 "container 'first' ended with 9; its log is /var/log/pods/tests_broken_broken-uid"),
                ("name: web\n    image: test.example/busybox:1",
                 "name: web\n    imagePullPolicy: Never\n    image: test.example/absent:1",
                 "image 'test.example/absent:1' is not here, and must not be pulled"),
                ("    resources:", "    livenessProbe: {}\n    resources:",
                 "apusd: spec.containers[1].livenessProbe: is not supported")):
            manifest = (POD % {"name": "broken", "folder": self.service.folder}).replace(old, new)
            error = self.call("run-pod", "-", given=manifest, code=1).stderr
            self.assertIn(message, error)
            self.assertEqual(self.call("ps", "-a").stdout, before, message)
            for folder in ("/var/lib/apusd/volumes", "/run/apusd/volumes"):
                self.assertFalse(os.path.exists(f"{folder}/broken-uid"), message)

    def test_a_name_that_is_taken_or_not_there_is_told(self):
        self.run_manifest("taken")
        manifest = POD % {"name": "taken", "folder": self.service.folder}
        self.assertIn("pod 'tests/taken' is there already", self.call("run-pod", "-", given=manifest, code=1).stderr)
        self.assertEqual(self.call("exec", "absent", "--", "true", code=1).stderr, "apusd: there is no pod 'absent'\n")
        self.assertIn("has no container 'absent'", self.call("logs", "-c", "absent", "taken", code=1).stderr)
        self.assertIn("no program is named", self.call("exec", "taken", code=64).stderr)
        self.assertIn("'/nowhere.yaml' cannot be opened", self.call("run-pod", "/nowhere.yaml", code=1).stderr)
        words = [DAEMON, "ps", "--socket", self.service.folder + "/nowhere.sock"]
        result = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"apusd: asking at '{self.service.folder}/nowhere.sock': ", result.stderr)

