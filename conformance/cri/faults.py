# Faults around the daemon: full disks, monitors that die, a machine that was started anew.
import json
import os
import pathlib
import shutil
import sqlite3
import time

import grpc

import runtime_pb2 as api
from case import ServiceCase
from configs import Code, IMAGE
from service import Service


class FaultTests(ServiceCase):
    def info(self, container):
        request = api.ContainerStatusRequest(container_id=container, verbose=True)
        return json.loads(self.runtime.ContainerStatus(request).info["info"])

    def monitor(self, container):
        return int(pathlib.Path(self.service.run, "containers", container, "monitor.pid").read_text())

    def wait_for_log(self, text):
        for _ in range(200):
            if text in self.service.read_log():
                return
            time.sleep(0.05)
        self.fail(f"nothing is said of '{text}': {self.service.read_log()}")

    def test_a_monitor_that_dies_is_told_and_the_exit_is_known(self):
        pod = self.run_pod()
        script = "trap 'exit 42' TERM; while true; do sleep 0.1; done"
        container = self.start(self.create(pod, "c", ("sh", "-c", script)))
        pid = self.info(container)["pid"]
        os.kill(self.monitor(container), 9)
        self.wait_for_log(f"container={container}")
        self.assertIn("a monitor has ended before its container", self.service.read_log())
        self.assertEqual(self.status(container).state, api.CONTAINER_RUNNING)
        self.assertEqual(self.execute(container, "echo", "still").stdout, b"still\n")
        os.kill(pid, 15)
        ended = self.wait_for(container, api.CONTAINER_EXITED)
        release = tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2])
        # The kernel tells how a process ended since 6.15; before it only the monitor knew.
        known = (42, "Error") if release >= (6, 15) else (255, "ContainerStatusUnknown")
        self.assertEqual((ended.exit_code, ended.reason), known)

    def test_a_new_boot_takes_pods_away_and_keeps_images(self):
        pod = self.run_pod()
        self.start(self.create(pod))
        image = self.images.ImageStatus(api.ImageStatusRequest(image=api.ImageSpec(image=IMAGE))).image.id
        self.assertTrue(self.service.present())
        self.service.stop()
        with sqlite3.connect(self.service.disk + "/root/state.db") as database:
            database.execute("UPDATE boot SET id = 'another boot'")
        database.close()
        self.service.start()
        self.assertEqual(len(self.runtime.ListPodSandbox(api.ListPodSandboxRequest()).items), 0)
        self.assertEqual(self.service.leftovers(), [])
        self.assertEqual(
            self.images.ImageStatus(api.ImageStatusRequest(image=api.ImageSpec(image=IMAGE))).image.id, image)
        self.start(self.create(self.run_pod()))


class DiskTests(ServiceCase):
    """What is stored, and what is kept for a boot, lies on two small disks, which become full."""

    @classmethod
    def make_service(cls):
        return Service(disk="size=48m,nr_inodes=4000", run="mode=755,size=8m,nr_inodes=4000")

    def fill_bytes(self, disk):
        with open(disk + "/filler", "wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    pass

    def fill_inodes(self, disk):
        os.mkdir(disk + "/fillers")
        try:
            for number in range(100000):
                os.close(os.open(f"{disk}/fillers/{number}", os.O_CREAT | os.O_WRONLY))
        except OSError:
            pass

    def empty(self, disk):
        if os.path.exists(disk + "/filler"):
            os.unlink(disk + "/filler")
        shutil.rmtree(disk + "/fillers", ignore_errors=True)

    def check(self, disk, fill):
        """A node whose disk is full says the truth, refuses what needs room, and takes away what is to go."""
        pod = self.run_pod()
        runs = self.start(self.create(pod, "runs"))
        script = "trap 'exit 7' USR1; while true; do sleep 0.1; done"
        ends = self.start(self.create(pod, "ends", ("sh", "-c", script)))
        pid = self.pid(ends)
        self.addCleanup(self.empty, disk)
        fill(disk)
        status = self.runtime.Status(api.StatusRequest()).status
        self.assertTrue(all(condition.status for condition in status.conditions), status)
        self.assertEqual(self.status(runs).state, api.CONTAINER_RUNNING)
        # A folder takes no room on this kind of disk: where bytes alone are missing there may be enough.
        try:
            self.create(pod, "more")
            self.assertEqual((disk, fill), (self.service.disk, self.fill_bytes))
        except grpc.RpcError as error:
            self.assertEqual(error.code(), Code.RESOURCE_EXHAUSTED, error.details())
        os.kill(pid, 10)
        ended = self.wait_for(ends, api.CONTAINER_EXITED)
        self.assertEqual((ended.exit_code, ended.reason), (7, "Error"))
        self.runtime.StopContainer(api.StopContainerRequest(container_id=runs, timeout=0), timeout=60)
        self.assertEqual(self.status(runs).exit_code, 137)
        self.runtime.RemoveContainer(api.RemoveContainerRequest(container_id=ends), timeout=60)
        self.runtime.StopPodSandbox(api.StopPodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        self.assertEqual(self.service.leftovers(), [])
        self.empty(disk)
        again = self.start(self.create(self.run_pod()))
        self.assertEqual(self.execute(again, "echo", "x").stdout, b"x\n")

    def test_no_room_where_things_are_stored(self):
        self.check(self.service.disk, self.fill_bytes)

    def test_no_inodes_where_things_are_stored(self):
        self.check(self.service.disk, self.fill_inodes)

    def test_no_room_for_what_lives_until_the_next_boot(self):
        self.check(self.service.run, self.fill_bytes)

    def test_no_inodes_for_what_lives_until_the_next_boot(self):
        self.check(self.service.run, self.fill_inodes)

    def test_a_daemon_that_died_comes_back_on_a_full_disk(self):
        pod = self.run_pod()
        runs = self.start(self.create(pod, "runs"))
        self.service.kill()
        self.addCleanup(self.empty, self.service.disk)
        self.fill_bytes(self.service.disk)
        self.service.start()
        self.assertEqual(self.status(runs).state, api.CONTAINER_RUNNING)
        self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        self.assertEqual(self.service.leftovers(), [])
