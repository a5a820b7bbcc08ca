# Pods of other runtimes, by the same command line: runc and crun beside apus.
import os
import pathlib
import shutil
import subprocess
import unittest

import runtime_pb2 as api
from case import ServiceCase
from configs import Code, container_config, pod_config

UNIFIED = "/sys/fs/cgroup/unified"
# crun 1.8 refuses a host with both cgroup versions: it gets a mount namespace that shows only the first.
WITHOUT_UNIFIED = """#!/bin/sh
exec unshare --mount sh -c 'umount %s && exec crun "$@"' sh "$@"
"""


class HandlerTests(ServiceCase):
    @classmethod
    def make_service(cls):
        service = super().make_service()
        cls.handlers = {}
        for name in ("runc", "crun"):
            path = shutil.which(name)
            if not path:
                continue
            if name == "crun" and os.path.ismount(UNIFIED):
                path = service.folder + "/crun"
                pathlib.Path(path).write_text(WITHOUT_UNIFIED % UNIFIED)
                os.chmod(path, 0o755)
            cls.handlers[name] = path
            service.more_flags += ["--runtime", f"{name}={path}"]
        return service

    def setUp(self):
        if len(self.handlers) < 2:
            raise unittest.SkipTest("runc or crun is not installed")

    def run_pod_of(self, handler, **more):
        return self.run_config(pod_config(self.service, "pod-" + handler, **more), handler)

    def test_a_pod_lives_under_each_runtime(self):
        for handler in self.handlers:
            with self.subTest(handler):
                pod = self.run_pod_of(handler)
                limits = api.LinuxContainerConfig(resources=api.LinuxContainerResources(cpu_shares=512))
                c = self.start(self.create(
                    pod, "c", ("sh", "-c", "echo out; echo err >&2; trap 'exit 7' TERM; while :; do sleep 0.05; done"),
                    linux=limits))
                self.assertEqual(self.status(c).state, api.CONTAINER_RUNNING)
                # The state is kept where that runtime keeps it.
                self.assertTrue(os.path.isdir(f"{self.service.run}/runtimes/{handler}/{c}"))
                result = self.execute(c, "sh", "-c", "cat; echo $FROM; exit 3")
                self.assertEqual((result.stdout, result.exit_code), (b"image\n", 3))
                self.runtime.UpdateContainerResources(api.UpdateContainerResourcesRequest(
                    container_id=c, linux=api.LinuxContainerResources(cpu_shares=256)), timeout=60)
                self.assertEqual(self.status(c).resources.linux.cpu_shares, 256)
                self.service.kill()
                self.service.start()
                self.assertEqual(self.status(c).state, api.CONTAINER_RUNNING)
                self.assertEqual(self.execute(c, "true").exit_code, 0)
                self.runtime.StopContainer(api.StopContainerRequest(container_id=c, timeout=10), timeout=60)
                status = self.wait_for(c, api.CONTAINER_EXITED)
                self.assertEqual((status.exit_code, status.reason), (7, "Error"))
                self.assertIn("stdout F out", self.log("c", "pod-" + handler))
                self.assertIn("stderr F err", self.log("c", "pod-" + handler))
                status = self.runtime.PodSandboxStatus(api.PodSandboxStatusRequest(pod_sandbox_id=pod[0])).status
                self.assertEqual(status.runtime_handler, handler)
                self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
                self.assertEqual(self.service.leftovers(), [])

    def test_a_pod_has_a_process_1_of_each_runtime(self):
        for handler in self.handlers:
            with self.subTest(handler):
                config = pod_config(self.service, "shared-" + handler)
                config.linux.security_context.namespace_options.pid = api.POD
                pod = self.run_config(config, handler)
                c = self.start(self.create_sharing(pod))
                self.assertIn(b"/pause", self.execute(c, "cat", "/proc/1/cmdline").stdout)

    def test_an_unknown_handler_is_refused_with_the_known_ones(self):
        self.refused(Code.INVALID_ARGUMENT, self.runtime.RunPodSandbox, api.RunPodSandboxRequest(
            config=pod_config(self.service), runtime_handler="kata"),
            "failed to find runtime handler kata from runtime list [apus crun runc]")

    def test_features_are_those_that_each_runtime_names(self):
        answer = self.runtime.Status(api.StatusRequest())
        found = {h.name: (h.features.recursive_read_only_mounts, h.features.user_namespaces)
                 for h in answer.runtime_handlers}
        # runc 1.1 knows no mapped mounts, crun 1.8 not even the question.
        for name, path in self.handlers.items():
            output = subprocess.run([path, "features"], capture_output=True, text=True, check=False)
            known = output.stdout if output.returncode == 0 else ""
            self.assertEqual(found.pop(name)[0], '"rro"' in known, name)
        self.assertEqual(found, {"": (True, True), "apus": (True, True)})
        self.assertTrue(answer.features.user_namespaces_host_network)

    def test_what_a_runtime_cannot_do_is_refused(self):
        output = subprocess.run([self.handlers["runc"], "features"], capture_output=True, text=True, check=False).stdout
        config = pod_config(self.service)
        config.linux.security_context.namespace_options.userns_options.CopyFrom(api.UserNamespace(
            mode=api.POD, uids=[api.IDMapping(host_id=100000, container_id=0, length=65536)],
            gids=[api.IDMapping(host_id=100000, container_id=0, length=65536)]))
        if '"idmap"' not in output:
            self.refused(Code.FAILED_PRECONDITION, self.runtime.RunPodSandbox, api.RunPodSandboxRequest(
                config=config, runtime_handler="runc"), "'runc' does not support user namespaces")
        if subprocess.run([self.handlers["crun"], "features"], capture_output=True, check=False).returncode != 0:
            pod = self.run_pod_of("crun")
            self.refused(Code.FAILED_PRECONDITION, self.runtime.CreateContainer, api.CreateContainerRequest(
                pod_sandbox_id=pod[0], sandbox_config=pod[1], config=container_config(mounts=[api.Mount(
                    container_path="/m", host_path="/tmp", readonly=True, recursive_read_only=True)])),
                "RROUnsupported")
