# The daemon as a program: settings, flags, logs, the service manager, what is installed.
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import grpc

import runtime_pb2 as api
from service import DAEMON, REPOSITORY, Service, stubs

# A plugin of CNI 1.1.0 that notes how it was called.
PLUGIN = """#!/bin/sh
echo "$CNI_COMMAND" >>%s
cat >/dev/null
case "$CNI_COMMAND" in
VERSION) echo '{"cniVersion":"1.1.0","supportedVersions":["1.1.0"]}' ;;
esac
"""


def call(*words, code=0):
    result = subprocess.run([DAEMON, *words], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == code, f"{words}: {result}"
    return result


class OperationTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="apusd-", dir="/tmp")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, text, mode=0o644):
        path = pathlib.Path(self.folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def service(self):
        service = Service()
        self.addCleanup(service.delete_folder)
        return service

    def end(self, service):
        self.assertEqual(service.remove(), 0, service.read_log())
        self.assertEqual(service.leftovers(), [])

    # Settings

    def test_config_prints_a_file_that_means_the_same(self):
        default = call("config", "--default").stdout
        self.assertIn('[network]\n', default)
        names = re.findall(r"^(\w+) = ", default, re.MULTILINE)
        self.assertEqual(len(names) - 1, default.count("\n# ") - default.count("\n# Settings"))
        path = self.file("apusd.toml", default)
        self.assertEqual(call("config", "--config", path).stdout, default)

    def test_flags_come_after_drop_ins_and_these_after_the_file(self):
        path = self.file("apusd.toml", '[apusd]\nlog_level = "error"\nroot = "/a"\nrun_root = "/r"\n'
                         '[runtime]\npids_limit = 7\n')
        self.file("apusd.toml.d/20-b.toml", '[apusd]\nroot = "/c"\n[network]\nplugin_dirs = ["/x", "/y"]\n')
        self.file("apusd.toml.d/10-a.toml", '[apusd]\nroot = "/b"\nlog_level = "debug"\n')
        self.file("apusd.toml.d/30-c.conf", "no settings at all")
        text = call("config", "--config", path, "--run-root", "/flag", "--gc-interval", "9").stdout
        for line in ('root = "/c"', 'log_level = "debug"', 'run_root = "/flag"', "pids_limit = 7", "gc_interval = 9",
                     'plugin_dirs = ["/x", "/y"]'):
            self.assertIn(line + "\n", text)

    def test_every_setting_has_a_flag(self):
        usage = call("config", "--help").stdout
        for name in re.findall(r"^(\w+) = ", call("config", "--default").stdout, re.MULTILINE):
            if name != "path":
                self.assertIn(f"--{name.replace('_', '-')} ", usage)

    def test_settings_that_are_refused(self):
        for text, message in (
                ("[apusd]\nroot = 5\n", "apusd.root: expected a text, found 5"),
                ("[apusd]\nroots = '/a'\n", "apusd.roots: there is no such setting"),
                ("root = '/a'\n", "root: is no table"),
                ("[apusd]\nlog_level = 'loud'\n", "apusd.log_level: expected one of debug, info, warning, error"),
                ("[runtime]\npids_limit = -2\n", "runtime.pids_limit: expected a number from -1 on, found -2"),
                ("[network]\nplugin_dirs = [1]\n", "network.plugin_dirs: neither a text, a number nor a list"),
                ("[runtime.runtimes.x]\npath = 'x'\n", "runtime.runtimes.x: expected an absolute path"),
                ("[runtime]\ndefault_runtime = 'none'\n", "there is no runtime 'none'"),
                ("[apusd\n", "apusd.toml: ")):
            path = self.file("apusd.toml", text)
            error = call("serve", "--config", path, code=1).stderr
            self.assertTrue(error.startswith("apusd: ") and error.count("\n") == 1, error)
            self.assertIn(message, error)
        self.assertIn("'/nowhere.toml'", call("serve", "--config", "/nowhere.toml", code=1).stderr)
        self.assertIn("expected NAME=PATH", call("serve", "--runtime", "x", code=1).stderr)
        self.assertIn("--no-such-flag", call("serve", "--no-such-flag", code=64).stderr)

    # Version, status, logs

    def test_version_and_status(self):
        self.assertRegex(call("version").stdout, r"^apusd version \d+\.\d+\.\d+\n$")
        service = self.service().start()
        socket_flag = ("--socket", service.socket)
        for _ in range(100):
            result = subprocess.run([DAEMON, "status", *socket_flag], capture_output=True, text=True, check=False)
            if result.returncode == 0:
                break
            time.sleep(0.05)
        self.assertRegex(result.stdout, r"^apus \d+\.\d+\.\d+\nRuntimeReady: yes\nNetworkReady: yes\n$")
        os.unlink(service.folder + "/net.d/10-test.conflist")
        for _ in range(100):
            result = subprocess.run([DAEMON, "status", *socket_flag], capture_output=True, text=True, check=False)
            if result.returncode == 1:
                break
            time.sleep(0.05)
        self.assertRegex(result.stdout, r"NetworkReady: no, .*no network is described in")
        self.end(service)
        self.assertIn(f"apusd: asking at '{service.socket}': ", call("status", *socket_flag, code=1).stderr)

    def test_logs_are_lines_of_json_with_fields(self):
        service = self.service()
        service.more_flags = ["--log-format", "json", "--log-level", "debug"]
        service.start()
        with self.assertRaises(grpc.RpcError):
            service.runtime.StartContainer(api.StartContainerRequest(container_id="none"))
        with self.assertRaises(grpc.RpcError):
            service.runtime.RunPodSandbox(api.RunPodSandboxRequest())
        self.end(service)
        lines = [json.loads(line) for line in pathlib.Path(service.log).read_text().splitlines()]
        self.assertTrue(all({"time", "level", "msg"} <= line.keys() for line in lines), lines)
        refused = [line for line in lines if line.get("call") == "RunPodSandbox"]
        self.assertEqual([(line["level"], line["code"]) for line in refused], [("warning", "invalidArgument")])
        self.assertIn("metadata", refused[0]["msg"])
        self.assertTrue(refused[0]["ms"].isdigit())
        self.assertIn(("debug", "served"), [(line["level"], line["msg"]) for line in lines])
        self.assertTrue([line for line in lines if line["msg"] == "serving" and line["socket"] == service.socket])

    # The service manager

    def test_the_service_manager_is_told(self):
        service = self.service()
        path = service.folder + "/notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(30)
            service.environment = {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "400000"}
            with open(service.log, "a", encoding="utf-8") as log:
                service.process = subprocess.Popen(
                    [DAEMON, "serve", *service.flags()], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    env={**os.environ, **service.environment})
            # The first call after it may come at once.
            while manager.recv(100) != b"READY=1":
                pass
            with grpc.insecure_channel("unix://" + service.socket) as channel:
                runtime = stubs.RuntimeServiceStub(channel)
                self.assertEqual(runtime.Version(api.VersionRequest(), timeout=10).runtime_name, "apus")
            begin, count = time.monotonic(), 0
            while time.monotonic() - begin < 1.5:
                self.assertEqual(manager.recv(100), b"WATCHDOG=1")
                count += 1
            self.assertGreaterEqual(count, 4)
            service.process.send_signal(signal.SIGTERM)
            while manager.recv(100) != b"STOPPING=1":
                pass
            self.assertEqual(service.process.wait(timeout=30), 0)

    def test_the_watchdog_of_another_process_is_none_of_ours(self):
        service = self.service()
        path = service.folder + "/notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            service.environment = {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"}
            service.start()
            time.sleep(0.5)
            self.end(service)
            manager.setblocking(False)
            self.assertEqual([manager.recv(100), manager.recv(100)], [b"READY=1", b"STOPPING=1"])
            self.assertRaises(BlockingIOError, manager.recv, 100)

    # Networks that collect garbage

    def test_garbage_of_the_network_is_collected_at_the_start_and_now_and_then(self):
        service = self.service()
        calls = service.folder + "/calls"
        self.file("bin/notes", PLUGIN % calls, 0o755)
        pathlib.Path(service.folder, "net.d", "10-test.conflist").write_text(
            '{"cniVersion": "1.1.0", "name": "notes", "plugins": [{"type": "notes"}]}')
        service.more_flags = ["--plugin-dirs", self.folder + "/bin", "--gc-interval", "1"]
        service.start()
        for _ in range(200):
            count = pathlib.Path(calls).read_text().splitlines().count("GC") if os.path.exists(calls) else 0
            if count >= 3:
                break
            time.sleep(0.05)
        self.assertGreaterEqual(count, 3)
        self.end(service)

    # What is installed

    def test_what_is_installed(self):
        built = self.folder + "/built"
        os.mkdir(built)
        for name in ("apusd", "apus-image"):
            os.symlink(os.path.join(os.path.dirname(DAEMON), name), f"{built}/{name}")
        target = self.folder + "/target"
        environment = {**os.environ, "BUILT": built, "DESTDIR": target, "PREFIX": "/opt/apus"}
        for _ in range(2):
            subprocess.run([str(REPOSITORY / "tools/install.sh")], env=environment, check=True)
            # What an administrator wrote stays.
            pathlib.Path(target, "etc/crictl.yaml").write_text("mine\n")
        self.assertEqual(pathlib.Path(target, "etc/crictl.yaml").read_text(), "mine\n")
        self.assertEqual(os.stat(target + "/opt/apus/bin/apusd").st_mode & 0o777, 0o755)
        settings = target + "/etc/apus/apusd.toml"
        self.assertIn('monitor = "/opt/apus/bin/apus-monitor"', pathlib.Path(settings).read_text())
        call("config", "--config", settings)
        unit = pathlib.Path(target, "opt/apus/lib/systemd/system/apusd.service").read_text()
        for line in ("Type=notify", "ExecStart=/opt/apus/bin/apusd serve", "KillMode=process", "Delegate=yes",
                     "OOMScoreAdjust=-999"):
            self.assertIn(line + "\n", unit)
        for option in ("PrivateTmp", "ProtectSystem", "ProtectHome", "ReadOnlyPaths", "PrivateMounts", "MountFlags"):
            self.assertNotIn(option, unit)
        for path in ("share/bash-completion/completions/apusd", "share/zsh/site-functions/_apusd",
                     "share/fish/vendor_completions.d/apusd.fish"):
            self.assertIn("gc-interval", pathlib.Path(target, "opt/apus", path).read_text())

    def test_the_unit_is_one_for_systemd(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("systemd-analyze is not installed")
        text = (REPOSITORY / "packaging/apusd.service").read_text().replace("/usr/local/bin/apusd", "/bin/true")
        path = self.file("apusd.service", text)
        result = subprocess.run(["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True,
                                check=False)
        own = [line for line in (result.stdout + result.stderr).splitlines() if "apusd.service" in line]
        self.assertEqual(own, [])
