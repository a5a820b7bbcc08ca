# What all tests of the daemon share: a service, and the steps of a pod's life.
import json
import pathlib
import time
import unittest

import grpc

import runtime_pb2 as api
from configs import IMAGE, container_config, pod_config
from service import Service


class ServiceCase(unittest.TestCase):
    """One daemon for all tests of a class; each test makes pods of its own, which are removed behind it."""

    @classmethod
    def make_service(cls):
        return Service()

    @classmethod
    def setUpClass(cls):
        cls.service = cls.make_service()
        cls.service.load_image(IMAGE)
        cls.service.start()

    @classmethod
    def tearDownClass(cls):
        code = cls.service.remove()
        left = cls.service.leftovers()
        log = cls.service.read_log()
        cls.service.delete_folder()
        assert code == 0, f"apusd ended with {code}: {log}"
        assert not left, f"left behind: {left}\n{log}"

    @property
    def runtime(self):
        return self.service.runtime

    @property
    def images(self):
        return self.service.images

    def tearDown(self):
        for pod in self.runtime.ListPodSandbox(api.ListPodSandboxRequest()).items:
            self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod.id), timeout=60)

    def run_pod(self, name="pod", **more):
        return self.run_config(pod_config(self.service, name, **more))

    def run_config(self, config, handler=""):
        request = api.RunPodSandboxRequest(config=config, runtime_handler=handler)
        return self.runtime.RunPodSandbox(request, timeout=60).pod_sandbox_id, config

    def create(self, pod, name="c", command=("sleep", "1000"), **more):
        request = api.CreateContainerRequest(
            pod_sandbox_id=pod[0], config=container_config(name, command, **more), sandbox_config=pod[1])
        return self.runtime.CreateContainer(request, timeout=60).container_id

    def create_sharing(self, pod, name="c"):
        """A container in the process namespace of its pod. POD is 0, which no message merges over another."""
        config = container_config(name)
        config.linux.security_context.namespace_options.pid = api.POD
        return self.runtime.CreateContainer(api.CreateContainerRequest(
            pod_sandbox_id=pod[0], config=config, sandbox_config=pod[1]), timeout=60).container_id

    def start(self, container):
        self.runtime.StartContainer(api.StartContainerRequest(container_id=container), timeout=60)
        return container

    def status(self, container):
        return self.runtime.ContainerStatus(api.ContainerStatusRequest(container_id=container)).status

    def execute(self, container, *command, timeout=0):
        return self.runtime.ExecSync(
            api.ExecSyncRequest(container_id=container, cmd=command, timeout=timeout), timeout=60)

    def pid(self, container):
        """The first process of a container, in the ids of the host."""
        request = api.ContainerStatusRequest(container_id=container, verbose=True)
        return json.loads(self.runtime.ContainerStatus(request).info["info"])["pid"]

    def wait_until(self, condition, text):
        for _ in range(400):
            if condition():
                return
            time.sleep(0.025)
        self.fail(text)

    def wait_for(self, container, state):
        for _ in range(400):
            status = self.status(container)
            if status.state == state:
                return status
            time.sleep(0.025)
        self.fail(f"the container stays in state {status.state}")

    def run_to_end(self, pod, name, command, **more):
        container = self.start(self.create(pod, name, command, **more))
        return self.wait_for(container, api.CONTAINER_EXITED)

    def log(self, name, pod="pod"):
        return pathlib.Path(self.service.folder, "logs", pod, name + ".log").read_text()

    def logged(self, name, pod="pod"):
        """What a container wrote, by lines."""
        return [line.split(" ", 3)[3] for line in self.log(name, pod).splitlines()]

    def refused(self, code, call, request, text=""):
        with self.assertRaises(grpc.RpcError) as caught:
            call(request, timeout=60)
        self.assertEqual(caught.exception.code(), code, caught.exception.details())
        self.assertIn(text, caught.exception.details())
