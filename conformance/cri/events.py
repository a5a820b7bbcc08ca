# Events of pods and containers: each once, in order, with the state of the pod; and clients that do not read.
import os
import threading
import time

import grpc

import runtime_pb2 as api
from case import ServiceCase
from configs import Code
from service import Service

# How many containers come and go.
CHURN = int(os.environ.get("APUS_EVENTS", "40"))
CREATED, STARTED, STOPPED, DELETED = range(4)


class Listener:
    """A client that keeps what it is told."""

    def __init__(self, runtime):
        self.call = runtime.GetContainerEvents(api.GetEventsRequest())
        # Once the headers have come the service tells of everything.
        self.call.initial_metadata()
        self.events = []
        self.code = None
        self.thread = threading.Thread(target=self.listen)
        self.thread.start()

    def listen(self):
        try:
            for event in self.call:
                self.events.append(event)
            self.code = Code.OK
        except grpc.RpcError as error:
            self.code = error.code()

    def kinds(self, name):
        return [event.container_event_type for event in list(self.events) if event.container_id == name]

    def wait_for(self, condition, seconds=30):
        end = time.monotonic() + seconds
        while not condition(self) and time.monotonic() < end:
            time.sleep(0.02)
        return self

    def stop(self):
        self.call.cancel()
        self.thread.join(timeout=10)
        assert not self.thread.is_alive()


class EventTests(ServiceCase):
    def listen(self):
        listener = Listener(self.runtime)
        self.addCleanup(listener.stop)
        # The subscription is made right after the headers are sent.
        time.sleep(0.2)
        return listener

    def test_life_of_a_pod(self):
        listener, other = self.listen(), self.listen()
        pod = self.run_pod()
        container = self.start(self.create(pod))
        self.runtime.StopContainer(api.StopContainerRequest(container_id=container, timeout=0), timeout=60)
        self.runtime.RemoveContainer(api.RemoveContainerRequest(container_id=container), timeout=60)
        second = self.create(pod, "unstarted")
        for _ in range(2):
            self.runtime.StopPodSandbox(api.StopPodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        listener.wait_for(lambda l: DELETED in l.kinds(pod[0]))
        got = [(event.container_id, event.container_event_type) for event in listener.events]
        self.assertEqual(got, [
            (pod[0], CREATED), (pod[0], STARTED),
            (container, CREATED), (container, STARTED), (container, STOPPED), (container, DELETED),
            (second, CREATED), (second, STOPPED), (pod[0], STOPPED), (second, DELETED), (pod[0], DELETED)])
        other.wait_for(lambda l: DELETED in l.kinds(pod[0]))
        self.assertEqual(list(other.events), list(listener.events))
        self.check_states(pod[0], listener.events)

    def check_states(self, pod, events):
        times = [event.created_at for event in events]
        self.assertEqual(times, sorted(times))
        self.assertLess(abs(times[-1] / 1e9 - time.time()), 60)
        for event in events:
            self.assertEqual(event.pod_sandbox_status.id, pod)
            self.assertEqual(event.pod_sandbox_status.metadata.uid, "u-pod")
        self.assertTrue(events[0].pod_sandbox_status.network.ip.startswith("10.213.0."))
        self.assertEqual([event.pod_sandbox_status.state for event in events],
                         [api.SANDBOX_READY] * 7 + [api.SANDBOX_NOTREADY] * 4)
        self.assertEqual([[status.state for status in event.containers_statuses] for event in events[:6]], [
            [], [], [api.CONTAINER_CREATED], [api.CONTAINER_RUNNING], [api.CONTAINER_EXITED], []])
        stopped = events[4].containers_statuses[0]
        self.assertEqual((stopped.exit_code, stopped.reason), (137, "Error"))
        self.assertGreaterEqual(stopped.finished_at, stopped.started_at)

    def test_every_start_and_exit_is_seen_once(self):
        """Short programs, long ones that are killed, and several callers at once."""
        listener = self.listen()
        pods = [self.run_pod(f"churn{number}") for number in range(4)]
        made, failures, lock = [], [], threading.Lock()

        def churn(pod, numbers):
            try:
                for number in numbers:
                    command = ("true",) if number % 2 else ("sleep", "1000")
                    container = self.start(self.create(pod, f"c{number}", command))
                    with lock:
                        made.append(container)
                    if number % 2:
                        self.wait_for(container, api.CONTAINER_EXITED)
                    elif number % 4:
                        request = api.StopContainerRequest(container_id=container, timeout=0)
                        self.runtime.StopContainer(request, timeout=60)
                    self.runtime.RemoveContainer(api.RemoveContainerRequest(container_id=container), timeout=60)
            except Exception as error:  # pylint: disable=broad-except
                failures.append(error)

        threads = [threading.Thread(target=churn, args=(pod, range(number, CHURN, 4)))
                   for number, pod in enumerate(pods)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(len(made), CHURN)
        listener.wait_for(lambda l: sum(e.container_event_type == DELETED for e in list(l.events)) >= CHURN)
        wrong = [name for name in made if listener.kinds(name) != [CREATED, STARTED, STOPPED, DELETED]]
        self.assertEqual([(name, listener.kinds(name)) for name in wrong], [])
        self.assertEqual(len(listener.events), 4 * CHURN + 2 * len(pods))


class SlowListenerTests(ServiceCase):
    """Ten events may wait for a client."""

    @classmethod
    def make_service(cls):
        service = Service()
        service.more_flags = ["--event-buffer", "10"]
        return service

    def test_a_client_that_does_not_read_is_ended(self):
        # Bytes that a client takes without asking for them are what this library reads ahead.
        with grpc.insecure_channel("unix://" + self.service.socket, options=[("grpc.http2.bdp_probe", 0)]) as channel:
            from service import stubs  # pylint: disable=import-outside-toplevel
            silent = stubs.RuntimeServiceStub(channel).GetContainerEvents(api.GetEventsRequest())
            silent.initial_metadata()
            listener = Listener(self.runtime)
            time.sleep(0.2)
            # 200 KB of annotations stand in each event.
            pod = self.run_pod(annotations={f"k{n}": "v" * 50000 for n in range(4)})
            ids = []
            for number in range(12):
                container = self.start(self.create(pod, f"c{number}", ("true",)))
                self.wait_for(container, api.CONTAINER_EXITED)
                ids.append(container)
                request = api.RemoveContainerRequest(container_id=container)
                begin = time.monotonic()
                self.runtime.RemoveContainer(request, timeout=60)
                self.assertLess(time.monotonic() - begin, 20)
            listener.wait_for(lambda l: l.kinds(ids[-1])[-1:] == [DELETED])
            self.assertTrue(all(listener.kinds(name) == [CREATED, STARTED, STOPPED, DELETED] for name in ids))
            listener.stop()
            with self.assertRaises(grpc.RpcError) as caught:
                for _ in range(100):
                    next(silent)
            self.assertEqual(caught.exception.code(), Code.RESOURCE_EXHAUSTED)
            self.assertIn("too slow", caught.exception.details())

    def test_a_client_that_does_not_read_does_not_hold_the_daemon(self):
        service = Service()
        service.start()
        try:
            silent = service.runtime.GetContainerEvents(api.GetEventsRequest())
            silent.initial_metadata()
            begin = time.monotonic()
            self.assertEqual(service.stop(), 0)
            self.assertLess(time.monotonic() - begin, 10)
        finally:
            service.delete_folder()
