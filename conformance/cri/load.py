# Many pods at once, and calls while others do not get on.
import os
import threading
import time

import runtime_pb2 as api
from case import ServiceCase

# How many pods are up at once.
PODS = int(os.environ.get("APUS_PODS", "100"))


class LoadTests(ServiceCase):
    def side_by_side(self, count, body):
        """Calls the body with each number, eight at a time."""
        failures, numbers = [], iter(range(count))
        lock = threading.Lock()

        def work():
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None or failures:
                    return
                try:
                    body(number)
                except Exception as error:  # pylint: disable=broad-except
                    failures.append((number, error))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])

    def test_many_pods_up_and_down(self):
        """All are up at once; afterwards nothing of them is left anywhere, rows and leases included."""
        found = {}

        def up(number):
            pod = self.run_pod(f"many{number}")
            found[number] = pod[0], self.start(self.create(pod))

        def down(number):
            pod = found[number][0]
            self.runtime.StopPodSandbox(api.StopPodSandboxRequest(pod_sandbox_id=pod), timeout=120)
            self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod), timeout=120)

        self.side_by_side(PODS, up)
        self.assertEqual(len(self.runtime.ListPodSandbox(api.ListPodSandboxRequest()).items), PODS)
        request = api.ListContainersRequest(
            filter=api.ContainerFilter(state=api.ContainerStateValue(state=api.CONTAINER_RUNNING)))
        self.assertEqual(len(self.runtime.ListContainers(request).containers), PODS)
        for number in range(0, PODS, max(1, PODS // 5)):
            self.assertEqual(self.execute(found[number][1], "hostname").stdout, f"many{number}\n".encode())
        # As the kernel counts them: the ledger sees what there is.
        self.assertGreaterEqual(len(self.service.present()), 5 * PODS)
        self.side_by_side(PODS, down)
        self.assertEqual(self.service.leftovers(), [])

    def test_calls_while_containers_are_frozen(self):
        """Ten containers that do not react hold up nobody who asks for something else."""
        frozen = []
        for number in range(10):
            pod = self.run_pod(f"frozen{number}")
            frozen.append(self.start(self.create(pod)))
        for container in frozen:
            self.service.runtime_command("pause", container)
        waiting = []
        for container in frozen:
            request = api.StopContainerRequest(container_id=container, timeout=20)
            waiting.append(self.runtime.StopContainer.future(request, timeout=60))
            waiting.append(self.runtime.ExecSync.future(
                api.ExecSyncRequest(container_id=container, cmd=["true"], timeout=5), timeout=60))
        times = []
        for _ in range(100):
            begin = time.monotonic()
            self.runtime.Version(api.VersionRequest(), timeout=5)
            times.append(time.monotonic() - begin)
            self.runtime.Status(api.StatusRequest(), timeout=5)
            self.runtime.ListContainers(api.ListContainersRequest(), timeout=5)
            time.sleep(0.01)
        times.sort()
        # The last ones of a machine that does other things as well say nothing about the daemon.
        self.assertLess(times[94], 0.05, times)
        other = self.run_pod("other")
        self.assertEqual(self.execute(self.start(self.create(other)), "hostname").stdout, b"other\n")
        self.assertFalse(any(call.done() for call in waiting[::2]), "the containers were not frozen")
        for container in frozen:
            self.runtime.StopContainer(api.StopContainerRequest(container_id=container, timeout=0), timeout=60)
            self.assertEqual(self.status(container).exit_code, 137)
        for call in waiting[::2]:
            call.result()

    def test_output_of_many_commands_is_bounded(self):
        """A17: commands that never stop to write fill their own answer and nothing else."""
        container = self.start(self.create(self.run_pod()))
        before = self.service.memory()
        self.side_by_side(8, lambda _: self.assertEqual(
            len(self.execute(container, "sh", "-c", "head -c 20000000 /dev/zero").stdout), 16 << 20))
        self.assertLess(self.service.memory() - before, 8 * (64 << 20))

    def test_commands_that_leave_children_behind(self):
        """A18: what a probe leaves in the background holds neither descriptors nor threads of the daemon."""
        container = self.start(self.create(self.run_pod()))
        self.execute(container, "sh", "-c", "sleep 1000 & true")
        before = self.service.descriptors()
        for _ in range(30):
            self.execute(container, "sh", "-c", "sleep 1000 & true")
        self.assertLess(self.service.descriptors() - before, 10)
        self.assertLess(self.service.threads(), 64)
