# What containers and pods use, compared with the files of their cgroups.
import pathlib
import subprocess
import time

import runtime_pb2 as api
from case import ServiceCase
from configs import Code, IMAGE

BURN = ("sh", "-c", "while :; do :; done")


class StatsTests(ServiceCase):
    def run_own_pod(self, name="pod", **more):
        """A pod with a cgroup of its own, as a kubelet makes one."""
        parent = f"{self.service.cgroup}/{name}"
        for root in self.roots():
            path = pathlib.Path(root + parent)
            path.mkdir(parents=True, exist_ok=True)
            for folder in (path.parent, path):
                for file in ("cpuset.cpus", "cpuset.mems"):
                    # A new group of version 1 has neither and lets nobody in.
                    if (folder / file).is_file() and not (folder / file).read_text().strip():
                        (folder / file).write_text((folder.parent / file).read_text())
            self.addCleanup(self.remove_group, path)
        config = api.LinuxPodSandboxConfig(cgroup_parent=parent)
        return self.run_pod(name, linux=config, **more)

    def remove_group(self, path):
        self.tearDown()
        for _ in range(100):
            try:
                return path.rmdir()
            except OSError:
                time.sleep(0.02)
        return None

    @staticmethod
    def roots():
        for line in pathlib.Path("/proc/mounts").read_text().splitlines():
            fields = line.split()
            if fields[2] in ("cgroup", "cgroup2"):
                yield fields[1]

    def group(self, container, controller):
        """The folder of a container's group."""
        for line in pathlib.Path(f"/proc/{self.pid(container)}/cgroup").read_text().splitlines():
            _, names, path = line.split(":", 2)
            if controller in names.split(",") or not names and self.is_unified():
                return pathlib.Path(self.root(controller) + path)
        return self.fail("no such group")

    @staticmethod
    def is_unified():
        return pathlib.Path("/sys/fs/cgroup/cgroup.controllers").exists()

    def root(self, controller):
        for line in pathlib.Path("/proc/mounts").read_text().splitlines():
            fields = line.split()
            if fields[2] == "cgroup2" and self.is_unified():
                return fields[1]
            if fields[2] == "cgroup" and controller in fields[3].split(","):
                return fields[1]
        return self.fail("no such hierarchy")

    def stats(self, container):
        return self.runtime.ContainerStats(api.ContainerStatsRequest(container_id=container)).stats

    def number(self, folder, separate, unified, factor=1, key=None):
        """A number of the group's files by their names of version 1 and 2."""
        text = (folder / (unified if self.is_unified() else separate)).read_text()
        if key:
            key = key[1] if self.is_unified() else key[0]
            return int(dict(line.split() for line in text.splitlines())[key])
        return int(text) * factor

    def cpu_time(self, container):
        folder = self.group(container, "cpuacct")
        if self.is_unified():
            return self.number(folder, "", "cpu.stat", key=("", "usage_usec")) * 1000
        return self.number(folder, "cpuacct.usage", "")

    # Containers

    def test_processor_time(self):
        container = self.start(self.create(self.run_pod(), command=BURN))
        before = self.cpu_time(container)
        first = self.stats(container)
        after = self.cpu_time(container)
        self.assertTrue(before <= first.cpu.usage_core_nano_seconds.value <= after)
        self.assertLess(abs(first.cpu.timestamp / 1e9 - time.time()), 30)
        time.sleep(1.5)
        second = self.stats(container)
        used = second.cpu.usage_core_nano_seconds.value - first.cpu.usage_core_nano_seconds.value
        rate = used / (second.cpu.timestamp - first.cpu.timestamp) * 1e9
        self.assertGreater(second.cpu.usage_nano_cores.value, 0)
        # The sampler may have begun its own interval in between.
        self.assertAlmostEqual(second.cpu.usage_nano_cores.value / rate, 1, delta=0.7)

    def test_memory(self):
        resources = api.LinuxContainerResources(memory_limit_in_bytes=200 << 20, memory_swap_limit_in_bytes=200 << 20)
        command = ("sh", "-c", "head -c 20000000 /dev/zero >/tmp/data; x=$(head -c 8000000 /dev/zero | tr '\\0' x);"
                   "echo ready; sleep 1000; true")
        config = api.LinuxContainerConfig(resources=resources)
        container = self.start(self.create(self.run_pod(), "memory", command, linux=config))
        self.wait_until(lambda: "ready" in self.log("memory"), "nothing is ready")
        memory = self.stats(container).memory
        folder = self.group(container, "memory")
        usage = self.number(folder, "memory.usage_in_bytes", "memory.current")
        inactive = self.number(folder, *["memory.stat"] * 2, key=("total_inactive_file", "inactive_file"))
        rss = self.number(folder, *["memory.stat"] * 2, key=("total_rss", "anon"))
        faults = self.number(folder, *["memory.stat"] * 2, key=("total_pgfault", "pgfault"))
        self.assertAlmostEqual(memory.usage_bytes.value, usage, delta=1 << 20)
        self.assertAlmostEqual(memory.working_set_bytes.value, usage - inactive, delta=1 << 20)
        self.assertGreater(memory.usage_bytes.value, memory.working_set_bytes.value)
        self.assertAlmostEqual(memory.rss_bytes.value, rss, delta=1 << 20)
        self.assertGreaterEqual(memory.rss_bytes.value, 8000000)
        self.assertEqual(memory.available_bytes.value, (200 << 20) - memory.working_set_bytes.value)
        self.assertTrue(0 < memory.page_faults.value <= faults)
        self.assertTrue(memory.HasField("major_page_faults"))
        swap = self.stats(container).swap
        self.assertEqual((swap.swap_usage_bytes.value, swap.swap_available_bytes.value), (0, 0))
        self.assertTrue(swap.HasField("swap_usage_bytes"))

    def test_the_writable_layer_is_measured_in_the_background(self):
        container = self.start(self.create(self.run_pod(), annotations={"x": "y"}, labels={"l": "1"}))
        self.execute(container, "sh", "-c", "head -c 3000000 /dev/urandom >/home/data; touch /home/more")
        for _ in range(200):
            begin = time.monotonic()
            stats = self.stats(container)
            self.assertLess(time.monotonic() - begin, 2)
            if stats.writable_layer.used_bytes.value >= 3000000:
                break
            time.sleep(0.1)
        self.assertTrue(3000000 <= stats.writable_layer.used_bytes.value < 4000000)
        self.assertGreaterEqual(stats.writable_layer.inodes_used.value, 3)
        self.assertEqual(stats.writable_layer.fs_id.mountpoint, self.service.image_root)
        self.assertEqual(stats.attributes.id, container)
        self.assertEqual(stats.attributes.metadata.name, "c")
        self.assertEqual((dict(stats.attributes.labels), dict(stats.attributes.annotations)), ({"l": "1"}, {"x": "y"}))

    def test_filters_and_what_is_not_there(self):
        one, other = self.run_pod("one"), self.run_pod("other")
        first = self.start(self.create(one, labels={"tier": "a"}))
        second = self.create(other, labels={"tier": "b"})
        ended = self.run_to_end(other, "ended", ("true",)).id

        def listed(**words):
            request = api.ListContainerStatsRequest(filter=api.ContainerStatsFilter(**words))
            unary = self.runtime.ListContainerStats(request).stats
            stream = api.StreamContainerStatsRequest(filter=api.ContainerStatsFilter(**words))
            parts = [item for part in self.runtime.StreamContainerStats(stream) for item in part.container_stats]
            self.assertEqual([s.attributes.id for s in unary], [s.attributes.id for s in parts])
            return {s.attributes.id for s in unary}

        self.assertEqual(listed(), {first, second})
        self.assertEqual(listed(id=first[:9]), {first})
        self.assertEqual(listed(pod_sandbox_id=other[0][:9]), {second})
        self.assertEqual(listed(label_selector={"tier": "a"}), {first})
        self.assertEqual(listed(label_selector={"tier": "a"}, id=second), set())
        # One that has ended is not listed; asked for by its id it uses no more than room on the disk.
        stats = self.stats(ended)
        self.assertEqual(stats.attributes.id, ended)
        self.assertFalse(stats.HasField("cpu") or stats.HasField("memory"))
        self.refused(Code.NOT_FOUND, self.runtime.ContainerStats, api.ContainerStatsRequest(container_id="none"))
        self.refused(Code.NOT_FOUND, self.runtime.PodSandboxStats, api.PodSandboxStatsRequest(pod_sandbox_id="none"))

        def pods(**words):
            request = api.ListPodSandboxStatsRequest(filter=api.PodSandboxStatsFilter(**words))
            unary = self.runtime.ListPodSandboxStats(request).stats
            stream = api.StreamPodSandboxStatsRequest(filter=api.PodSandboxStatsFilter(**words))
            parts = [item for part in self.runtime.StreamPodSandboxStats(stream) for item in part.pod_sandbox_stats]
            self.assertEqual([s.attributes.id for s in unary], [s.attributes.id for s in parts])
            return {s.attributes.id: [c.attributes.id for c in s.linux.containers] for s in unary}

        self.assertEqual(pods(), {one[0]: [first], other[0]: [second]})
        self.assertEqual(pods(id=one[0][:9]), {one[0]: [first]})
        self.assertEqual(pods(label_selector={"app": "other"}), {other[0]: [second]})

    # Pods

    def test_a_pod_with_a_group_of_its_own(self):
        pod = self.run_own_pod()
        self.start(self.create(pod, "burn", BURN))
        container = self.start(self.create(pod, "sleeps", ("sh", "-c", "sleep 1000 & sleep 1000; true")))
        time.sleep(0.5)
        stats = self.runtime.PodSandboxStats(api.PodSandboxStatsRequest(pod_sandbox_id=pod[0])).stats
        folder = self.group(container, "memory").parent
        usage = self.number(folder, "memory.usage_in_bytes", "memory.current")
        self.assertAlmostEqual(stats.linux.memory.usage_bytes.value, usage, delta=2 << 20)
        sums = sum(c.cpu.usage_core_nano_seconds.value for c in stats.linux.containers)
        self.assertGreater(sums, 0)
        self.assertGreaterEqual(stats.linux.cpu.usage_core_nano_seconds.value, sums * 0.9)
        self.assertEqual(stats.linux.process.process_count.value, 4)
        self.assertEqual(stats.attributes.metadata.uid, "u-pod")
        self.assertEqual(len(stats.linux.containers), 2)

    def test_the_network_of_a_pod(self):
        pod = self.run_pod()
        container = self.start(self.create(pod))
        status = self.runtime.PodSandboxStatus(api.PodSandboxStatusRequest(pod_sandbox_id=pod[0])).status
        # What comes by a ping goes back.
        subprocess.run(["/bin/busybox", "ping", "-c", "3", "-s", "1000", status.network.ip], check=True,
                       stdout=subprocess.DEVNULL)
        network = self.runtime.PodSandboxStats(api.PodSandboxStatsRequest(pod_sandbox_id=pod[0])).stats.linux.network
        table = self.execute(container, "cat", "/proc/net/dev").stdout.decode()
        line = next(line for line in table.splitlines() if "eth0:" in line).split(":")[1].split()
        self.assertEqual(network.default_interface.name, "eth0")
        self.assertEqual([i.name for i in network.interfaces], [])
        self.assertAlmostEqual(network.default_interface.rx_bytes.value, int(line[0]), delta=2000)
        self.assertAlmostEqual(network.default_interface.tx_bytes.value, int(line[8]), delta=2000)
        self.assertGreater(network.default_interface.tx_bytes.value, 3000)
        self.assertEqual(network.default_interface.rx_errors.value, int(line[2]))
        options = api.LinuxPodSandboxConfig(security_context=api.LinuxSandboxSecurityContext(
            namespace_options=api.NamespaceOption(network=api.NODE)))
        host = self.run_pod("host", linux=options)[0]
        stats = self.runtime.PodSandboxStats(api.PodSandboxStatsRequest(pod_sandbox_id=host)).stats
        self.assertFalse(stats.linux.HasField("network"))

    # Metrics

    def test_metrics_have_the_names_and_labels_of_cadvisor(self):
        pod = self.run_own_pod()
        container = self.start(self.create(pod, "burn", BURN))
        time.sleep(1.5)
        described = {}
        for item in self.runtime.ListMetricDescriptors(api.ListMetricDescriptorsRequest()).descriptors:
            self.assertNotIn(item.name, described)
            self.assertTrue(item.help)
            described[item.name] = list(item.label_keys)
        for name in ("container_cpu_usage_seconds_total", "container_memory_working_set_bytes",
                     "container_network_receive_bytes_total", "container_fs_usage_bytes", "container_processes",
                     "container_oom_events_total", "container_spec_memory_limit_bytes", "container_last_seen"):
            self.assertIn(name, described)
        before = self.cpu_time(container) // 10**9
        request = api.ListPodSandboxMetricsRequest()
        listed, = self.runtime.ListPodSandboxMetrics(request).pod_metrics
        parts = self.runtime.StreamPodSandboxMetrics(api.StreamPodSandboxMetricsRequest())
        self.assertEqual([m.pod_sandbox_id for p in parts for m in p.pod_sandbox_metrics], [pod[0]])
        found = {}
        for metric in [*listed.metrics, *listed.container_metrics[0].metrics]:
            labels = dict(zip(described[metric.name], metric.label_values, strict=True))
            found.setdefault(metric.name, []).append((labels, metric.value.value))
            self.assertEqual((labels["pod"], labels["namespace"]), ("pod", "ns"))
        labels, value = found["container_cpu_usage_seconds_total"][0]
        self.assertTrue(before <= value <= before + 3)
        self.assertEqual(
            (labels["container"], labels["name"], labels["image"], labels["cpu"]), ("burn", container, IMAGE, "total"))
        self.assertTrue(labels["id"].startswith(self.service.cgroup))
        self.assertEqual(found["container_network_receive_bytes_total"][0][0]["interface"], "eth0")
        self.assertEqual(found["container_processes"][0][1], 1)
        descriptors = self.execute(container, "sh", "-c", "ls /proc/1/fd | wc -l").stdout
        self.assertEqual(found["container_file_descriptors"][0][1], int(descriptors))
        self.assertLess(abs(found["container_last_seen"][0][1] - time.time()), 30)
        kinds = {(labels["failure_type"], labels["scope"]) for labels, _ in found["container_memory_failures_total"]}
        self.assertEqual(len(kinds), 4)

    def test_asking_leaves_nothing_behind(self):
        self.start(self.create(self.run_pod()))
        self.runtime.ListPodSandboxStats(api.ListPodSandboxStatsRequest())
        before = self.service.descriptors()
        for _ in range(100):
            self.runtime.ListPodSandboxStats(api.ListPodSandboxStatsRequest())
        self.assertLessEqual(self.service.descriptors(), before + 3)
        self.assertLess(self.service.threads(), 60)
