# What becomes of pods when the daemon dies.
import os
import pathlib
import random
import re
import subprocess
import threading
import time

import grpc

import runtime_pb2 as api
from case import ServiceCase
from configs import Code, pod_config
from service import REPOSITORY

# How often the daemon is killed under load.
KILLS = int(os.environ.get("APUS_KILLS", "30"))
# The points of a pod's life at which a daemon in debug ends itself.
POINTS = re.findall(r'case \w+ = "([\w-]+)"', (REPOSITORY / "Sources/Pods/Operations/KillPoint.swift").read_text())


class RestartTests(ServiceCase):
    def again(self, call):
        """Calls until there is an answer: as a kubelet repeats what a daemon that died did not answer."""
        for _ in range(600):
            try:
                return call()
            except ValueError:
                # The connection of the daemon before.
                time.sleep(0.05)
            except grpc.RpcError as error:
                if error.code() not in (Code.UNAVAILABLE, Code.CANCELLED):
                    raise
                time.sleep(0.05)
        raise AssertionError("no answer")

    def life(self, name, **namespaces):
        """Makes a pod with a container that runs and works, and takes it away; every call is repeated if need be."""
        config = pod_config(self.service, name)
        for kind, mode in namespaces.items():
            # Not by MergeFrom, to which POD, a zero, is no value.
            setattr(config.linux.security_context.namespace_options, kind, mode)
        request = api.RunPodSandboxRequest(config=config)
        pod = self.again(lambda: self.runtime.RunPodSandbox(request, timeout=60)).pod_sandbox_id
        container = self.again(lambda: self.create((pod, config)))
        self.again(lambda: self.start(container))
        result = self.again(lambda: self.execute(container, "echo", "x"))
        assert result.stdout == b"x\n", result
        self.again(lambda: self.runtime.StopContainer(
            api.StopContainerRequest(container_id=container, timeout=0), timeout=60))
        ended = self.again(lambda: self.status(container))
        assert (ended.state, ended.exit_code) == (api.CONTAINER_EXITED, 137), ended
        self.again(lambda: self.runtime.RemovePodSandbox(
            api.RemovePodSandboxRequest(pod_sandbox_id=pod), timeout=60))

    def test_killed_at_named_points(self):
        """Whatever the daemon was about to do when it died, it is taken back or finished, and nothing is left."""
        self.assertGreater(len(POINTS), 10)
        self.service.stop()
        for point in POINTS:
            with self.subTest(point=point):
                self.service.start(APUSD_KILL_AT=point)
                failures = []

                def body(failures=failures):
                    try:
                        self.life("point", pid=api.POD)
                    except Exception as error:  # pylint: disable=broad-except
                        failures.append(error)

                thread = threading.Thread(target=body)
                thread.start()
                try:
                    code = self.service.process.wait(timeout=60)
                except subprocess.TimeoutExpired:
                    code = None
                self.service.kill()
                self.service.start()
                thread.join(timeout=120)
                left = self.service.leftovers()
                self.service.stop()
                self.assertEqual(code, -9, "the daemon did not come to the point")
                self.assertEqual(failures, [])
                self.assertEqual(left, [])
        self.service.start()

    def test_restart_after_kill(self):
        pod = self.run_pod()
        lives = self.start(self.create(pod, "lives", ("sh", "-c", "while true; do echo tick; sleep 0.1; done")))
        waits = self.create(pod, "waits")
        ends = self.start(self.create(pod, "ends", ("sh", "-c", "sleep 1; exit 5")))
        self.service.kill()
        time.sleep(2)
        self.service.start()
        self.assertEqual(self.status(lives).state, api.CONTAINER_RUNNING)
        self.assertEqual(self.status(waits).state, api.CONTAINER_CREATED)
        ended = self.status(ends)
        self.assertEqual((ended.state, ended.exit_code), (api.CONTAINER_EXITED, 5))
        before = self.log("lives").count("tick")
        time.sleep(0.5)
        self.assertGreater(self.log("lives").count("tick"), before)
        self.assertEqual(self.execute(lives, "echo", "still").stdout, b"still\n")
        self.start(waits)
        self.runtime.StopContainer(api.StopContainerRequest(container_id=lives, timeout=0), timeout=60)
        self.assertEqual(self.status(lives).exit_code, 137)

    def test_restart_under_churn(self):
        """Pods come and go while the daemon is killed again and again; a request is repeated until it is answered.
        What runs meanwhile goes on, with its log, and how a container ends is known."""
        ending, failures, rounds = threading.Event(), [], []
        pod = self.run_pod("stays")
        script = "n=0; while [ ! -e /end ]; do echo $n; n=$((n + 1)); sleep 0.01; done; exit 5"
        lives = self.start(self.create(pod, "lives", ("sh", "-c", script)))
        ends = self.start(self.create(pod, "ends", ("sh", "-c", f"sleep {KILLS / 3}; exit 6")))

        def churn(number):
            try:
                while not ending.is_set():
                    self.life(f"churn{number}")
                    rounds.append(number)
            except Exception as error:  # pylint: disable=broad-except
                failures.append(error)

        threads = [threading.Thread(target=churn, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            time.sleep(random.uniform(0.05, 1.5))
            self.service.kill()
            self.service.start()
        ending.set()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertGreater(len(rounds), KILLS // 10)
        self.assertEqual(self.wait_for(ends, api.CONTAINER_EXITED).exit_code, 6)
        self.assertEqual(self.execute(lives, "touch", "/end").exit_code, 0)
        self.assertEqual(self.wait_for(lives, api.CONTAINER_EXITED).exit_code, 5)
        numbers = [int(line.split()[3]) for line in self.log("lives", "stays").splitlines()]
        self.assertEqual(numbers, list(range(len(numbers))))
        self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        self.assertEqual(self.service.leftovers(), [])

    def test_restart_when_monitor_and_daemon_die(self):
        pod = self.run_pod()
        container = self.start(self.create(pod))
        process = self.pid(container)
        monitor = int(pathlib.Path(self.service.folder, "run/containers", container, "monitor.pid").read_text())
        self.service.kill()
        os.kill(monitor, 9)
        os.kill(process, 9)
        time.sleep(0.3)
        self.service.start()
        status = self.wait_for(container, api.CONTAINER_EXITED)
        self.assertEqual((status.exit_code, status.reason), (255, "ContainerStatusUnknown"))

    def test_restart_in_the_middle(self):
        """Half-made pods are taken back or complete, wherever the daemon dies; the same request then works."""
        for delay in (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3):
            config = pod_config(self.service, "middle")
            call = self.runtime.RunPodSandbox.future(api.RunPodSandboxRequest(config=config))
            time.sleep(delay)
            self.service.kill()
            call.cancel()
            self.service.start()
            pod = self.run_pod("middle")
            self.start(self.create(pod))
            self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
            self.assertEqual(self.service.leftovers(), [], f"after {delay} s")
