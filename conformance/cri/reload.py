# Settings that change while the daemon runs (SIGHUP), and limits of whole pods.
import json
import pathlib
import signal

import runtime_pb2 as api
from case import ServiceCase
from configs import Code, pod_config
from service import PROGRAMS


class ReloadTests(ServiceCase):
    @classmethod
    def make_service(cls):
        service = super().make_service()
        cls.file = pathlib.Path(service.folder, "apusd.toml")
        cls.file.write_text("")
        service.more_flags = ["--config", str(cls.file)]
        return service

    def reload(self, text, expected="settings are read anew"):
        """Writes the file, sends the signal and waits for what the log says."""
        size = pathlib.Path(self.service.log).stat().st_size

        def new():
            return pathlib.Path(self.service.log).read_bytes()[size:].decode()

        self.file.write_text(text)
        self.service.process.send_signal(signal.SIGHUP)
        self.wait_until(lambda: expected in new(), f"'{expected}' is not logged")
        return new()

    def run_pod_of(self, handler, name="pod"):
        return self.run_config(pod_config(self.service, name), handler)

    def info(self):
        return json.loads(self.runtime.Status(api.StatusRequest(verbose=True)).info["config"])

    def test_what_can_change_changes(self):
        other = f'[runtime.runtimes.other]\npath = "{PROGRAMS / "apus"}"\n'
        self.refused(Code.INVALID_ARGUMENT, self.runtime.RunPodSandbox, api.RunPodSandboxRequest(
            config=pod_config(self.service), runtime_handler="other"), "runtime handler other")
        log = self.reload('[apusd]\nlog_level = "debug"\n[runtime]\npids_limit = 55\n' + other)
        self.assertIn("runtime.pids_limit", log)
        pod = self.run_pod_of("other")
        c = self.start(self.create(pod))
        pids, = [p for p in self.service.cgroups(f"{self.service.cgroup}/apus-{c}") if (p / "pids.max").exists()]
        self.assertEqual((pids / "pids.max").read_text(), "55\n")
        names = [h.name for h in self.runtime.Status(api.StatusRequest()).runtime_handlers]
        self.assertEqual(names, ["", "apus", "other"])
        # A debug level shows each call.
        self.assertIn("call=Status", pathlib.Path(self.service.log).read_text())
        # A runtime that is taken away stays as long as its pods.
        self.reload("", "a runtime stays, as pods use it")
        self.assertEqual(self.execute(c, "true").exit_code, 0)
        self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        self.reload("[runtime]\npids_limit = 56\n")
        self.refused(Code.INVALID_ARGUMENT, self.runtime.RunPodSandbox, api.RunPodSandboxRequest(
            config=pod_config(self.service), runtime_handler="other"), "runtime handler other")
        self.reload("")

    def test_another_default_leaves_pods_with_their_runtime(self):
        pod = self.run_pod()
        c = self.start(self.create(pod))
        other = f'[runtime.runtimes.other]\npath = "{PROGRAMS / "apus"}"\n'
        self.reload('[runtime]\ndefault_runtime = "other"\n' + other)
        self.assertEqual(self.info()["defaultRuntimeHandler"], "other")
        self.assertEqual(self.execute(c, "true").exit_code, 0)
        second = self.run_pod("second")
        d = self.start(self.create(second, "d"))
        self.assertEqual(self.execute(d, "true").exit_code, 0)
        self.assertTrue(pathlib.Path(self.service.run, "runtimes/other", d).is_dir())
        self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=second[0]), timeout=60)
        self.reload("")
        self.runtime.StopContainer(api.StopContainerRequest(container_id=c), timeout=60)

    def test_what_cannot_change_is_told(self):
        root = self.info()["root"]
        log = self.reload('[streaming]\nstream_idle_timeout = 77\n', "settings that change with the next start only")
        self.assertIn("streaming.stream_idle_timeout", log)
        self.assertEqual(self.info()["root"], root)
        self.reload("")

    def test_a_broken_file_leaves_the_old_settings(self):
        self.reload('[runtime]\npids_limit = 66\n')
        for text, reason in (("[runtime\n", "apusd.toml"), ("[runtime]\npids_limit = 'x'\n", "runtime.pids_limit"),
                             ("[runtime]\nnone = 1\n", "there is no such setting"),
                             ('[runtime]\ndefault_runtime = "none"\n', "there is no runtime 'none'")):
            log = self.reload(text, "the old ones stay in force")
            self.assertIn(reason, log)
        c = self.start(self.create(self.run_pod()))
        pids, = [p for p in self.service.cgroups(f"{self.service.cgroup}/apus-{c}") if (p / "pids.max").exists()]
        self.assertEqual((pids / "pids.max").read_text(), "66\n")
        self.reload("")

    # Limits of whole pods

    def test_limits_of_a_pod_are_noted(self):
        pod = self.run_pod(linux=api.LinuxPodSandboxConfig(
            resources=api.LinuxContainerResources(cpu_shares=100), overhead=api.LinuxContainerResources(cpu_quota=7)))
        request = api.UpdatePodSandboxResourcesRequest(
            pod_sandbox_id=pod[0], resources=api.LinuxContainerResources(memory_limit_in_bytes=1 << 24))
        self.runtime.UpdatePodSandboxResources(request, timeout=60)
        self.service.kill()
        self.service.start()
        answer = self.runtime.PodSandboxStatus(api.PodSandboxStatusRequest(pod_sandbox_id=pod[0], verbose=True))
        info = json.loads(next(iter(answer.info.values())))
        self.assertEqual((info["resources"]["cpuShares"], info["resources"]["memoryLimit"]), (100, 1 << 24))
        self.assertEqual(info["overhead"]["cpuQuota"], 7)
        # Asked again for the same pod, it is the one that is there.
        self.assertEqual(
            self.runtime.RunPodSandbox(api.RunPodSandboxRequest(config=pod[1]), timeout=60).pod_sandbox_id, pod[0])
        request.pod_sandbox_id = "none"
        self.refused(Code.NOT_FOUND, self.runtime.UpdatePodSandboxResources, request)
        request.pod_sandbox_id = pod[0]
        request.resources.cpu_period = -1
        self.refused(Code.INVALID_ARGUMENT, self.runtime.UpdatePodSandboxResources, request, "cpu_period")
