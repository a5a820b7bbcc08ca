# Callers that go away, ask twice, or ask for one thing while another is being made.
import pathlib
import signal
import time

import grpc

import runtime_pb2 as api
from case import ServiceCase
from configs import Code, container_config, pod_config
from service import PROGRAMS, Service

SLOW = """#!/bin/sh
for word do [ "$word" = create ] && sleep 2; done
exec %s "$@"
"""


class CallerTests(ServiceCase):
    @classmethod
    def make_service(cls):
        service = Service()
        wrapper = pathlib.Path(service.folder, "slow-runtime")
        wrapper.write_text(SLOW % (PROGRAMS / "apus"))
        wrapper.chmod(0o755)
        service.more_flags = ["--runtime", f"slow={wrapper}"]
        return service

    def run_slow_pod(self, name="pod"):
        return self.run_config(pod_config(self.service, name), "slow")

    def creation(self, pod, name="c", **more):
        return self.runtime.CreateContainer.future(api.CreateContainerRequest(
            pod_sandbox_id=pod[0], config=container_config(name, **more), sandbox_config=pod[1]), timeout=60)

    def processes(self, container):
        return self.execute(container, "ps", "-o", "args").stdout.decode()

    # A command whose caller is gone

    def test_a_command_ends_with_its_caller(self):
        container = self.start(self.create(self.run_pod()))
        before = self.service.descriptors()
        script = "trap '' TERM; (setsid sleep 778 &); sleep 777"
        for leave in ("deadline", "cancel"):
            request = api.ExecSyncRequest(container_id=container, cmd=["sh", "-c", script], timeout=0)
            call = self.runtime.ExecSync.future(request, timeout=1 if leave == "deadline" else 60)
            self.wait_until(lambda: "sleep 777" in self.processes(container), "the command does not run")
            if leave == "cancel":
                call.cancel()
            else:
                self.assertEqual(call.exception().code(), Code.DEADLINE_EXCEEDED)
            self.wait_until(lambda: "sleep 77" not in self.processes(container), "the command goes on")
        self.wait_until(lambda: self.service.descriptors() <= before, "descriptors stay")

    def test_the_daemon_stops_while_a_command_runs(self):
        container = self.start(self.create(self.run_pod()))
        call = self.runtime.ExecSync.future(
            api.ExecSyncRequest(container_id=container, cmd=["sleep", "777"], timeout=0), timeout=60)
        self.wait_until(lambda: "sleep 777" in self.processes(container), "the command does not run")
        begin = time.monotonic()
        self.service.process.send_signal(signal.SIGTERM)
        try:
            self.assertEqual(self.service.process.wait(timeout=20), 0)
            self.assertLess(time.monotonic() - begin, 5)
            self.assertIsInstance(call.exception(), grpc.RpcError)
        finally:
            self.service.kill()
            self.service.start()
        self.assertNotIn("sleep 777", self.processes(container))

    # Work whose caller is gone

    def test_a_deadline_ends_the_wait_and_not_the_work(self):
        pod = self.run_slow_pod()
        request = api.CreateContainerRequest(
            pod_sandbox_id=pod[0], config=container_config("c"), sandbox_config=pod[1])
        with self.assertRaises(grpc.RpcError) as caught:
            self.runtime.CreateContainer(request, timeout=0.5)
        self.assertEqual(caught.exception.code(), Code.DEADLINE_EXCEEDED)
        self.wait_until(lambda: "CreateContainer is still under way, at the stage 'runtime'" in self.service.read_log(),
                        "the daemon does not tell")
        # Not asked for again, it is there.
        self.wait_until(lambda: self.runtime.ListContainers(api.ListContainersRequest()).containers, "it is not made")
        made = self.runtime.ListContainers(api.ListContainersRequest()).containers[0].id
        self.assertEqual(self.runtime.CreateContainer(request, timeout=60).container_id, made)

    # Who asks for something else meanwhile

    def test_another_container_of_the_same_name(self):
        pod = self.run_slow_pod()
        first = self.creation(pod)
        time.sleep(0.5)
        same, other = self.creation(pod), self.creation(pod, command=("sleep", "5"))
        self.assertEqual(other.exception().code(), Code.ALREADY_EXISTS)
        self.assertEqual(first.result().container_id, same.result().container_id)

    def test_a_pod_is_removed_while_a_container_is_made(self):
        for stage in (0.05, 0.5, 1.9):
            pod = self.run_slow_pod()
            call = self.creation(pod)
            time.sleep(stage)
            self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
            self.assertIn(call.exception().code(), (Code.FAILED_PRECONDITION, Code.NOT_FOUND))
            self.assertEqual(self.service.leftovers(), [], stage)

    def test_a_pod_is_stopped_while_a_container_is_made(self):
        pod = self.run_slow_pod()
        call = self.creation(pod)
        time.sleep(0.5)
        self.runtime.StopPodSandbox(api.StopPodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        self.assertEqual(call.exception().code(), Code.FAILED_PRECONDITION)
        self.assertEqual(list(self.runtime.ListContainers(api.ListContainersRequest()).containers), [])

    def test_a_stopped_pod_starts_nothing(self):
        pod = self.run_pod()
        container = self.create(pod)
        self.runtime.StopPodSandbox(api.StopPodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        self.refused(Code.FAILED_PRECONDITION, self.runtime.StartContainer,
                     api.StartContainerRequest(container_id=container))
