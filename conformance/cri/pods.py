# Pods and containers from outside: their life, what they are made of, and what callers see of them.
import json
import os
import pathlib
import subprocess
import threading
import time

import runtime_pb2 as api
from case import ServiceCase
from configs import Code, IMAGE, container_config, pod_config
from service import DAEMON


class PodTests(ServiceCase):
    def test_version_and_status(self):
        version = self.runtime.Version(api.VersionRequest())
        self.assertEqual((version.runtime_name, version.runtime_api_version), ("apus", "v1"))
        status = self.runtime.Status(api.StatusRequest(verbose=True))
        self.assertEqual([c.type for c in status.status.conditions], ["RuntimeReady", "NetworkReady"])
        self.assertTrue(all(c.status for c in status.status.conditions), status)
        self.assertIn("", [h.name for h in status.runtime_handlers])
        self.assertEqual(json.loads(status.info["config"])["cgroupDriver"], "cgroupfs")
        self.assertTrue(status.features.supplemental_groups_policy)
        config = self.runtime.RuntimeConfig(api.RuntimeConfigRequest())
        self.assertEqual(config.linux.cgroup_driver, api.CGROUPFS)
        self.runtime.UpdateRuntimeConfig(api.UpdateRuntimeConfigRequest(
            runtime_config=api.RuntimeConfig(network_config=api.NetworkConfig(pod_cidr="10.1.0.0/24"))))

    def test_the_socket_is_closed_to_others(self):
        self.assertEqual(os.stat(self.service.socket).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(os.path.dirname(self.service.socket)).st_mode & 0o777, 0o700)

    def test_a_second_daemon_is_refused(self):
        second = subprocess.run([DAEMON, "serve", *self.service.flags()], capture_output=True, text=True, check=False,
                                timeout=30)
        self.assertEqual(second.returncode, 1)
        self.assertIn("another apusd uses", second.stderr)
        self.runtime.Version(api.VersionRequest())

    def test_a_call_that_is_not_served_says_why(self):
        self.refused(Code.UNIMPLEMENTED, self.runtime.CheckpointPod, api.CheckpointPodRequest(), "checkpointed")

    # Pods and containers

    def test_life_of_a_pod(self):
        pod = self.run_pod(dns_config=api.DNSConfig(servers=["10.9.9.9"], searches=["a.example"], options=["ndots:2"]))
        status = self.runtime.PodSandboxStatus(api.PodSandboxStatusRequest(pod_sandbox_id=pod[0], verbose=True))
        self.assertEqual(status.status.state, api.SANDBOX_READY)
        self.assertTrue(status.status.network.ip.startswith("10.213.0."), status.status.network)
        self.assertEqual(dict(status.status.labels), {"app": "pod"})
        self.assertEqual(dict(status.status.annotations), {"note": "a b"})
        self.assertIn("networkNamespace", json.loads(status.info["info"]))
        container = self.create(pod, labels={"l": "1"}, annotations={"x": "y"})
        self.assertEqual(self.status(container).state, api.CONTAINER_CREATED)
        self.start(container)
        running = self.runtime.ContainerStatus(api.ContainerStatusRequest(container_id=container, verbose=True))
        self.assertEqual(running.status.state, api.CONTAINER_RUNNING)
        self.assertEqual(dict(running.status.labels), {"l": "1"})
        self.assertGreaterEqual(running.status.started_at, running.status.created_at)
        info = json.loads(running.info["info"])
        self.assertEqual(pathlib.Path(f"/proc/{info['pid']}/comm").read_text(), "sleep\n")
        self.assertEqual(info["runtimeSpec"]["process"]["args"], ["sleep", "1000"])
        self.assertEqual(self.execute(container, "hostname").stdout, b"pod\n")
        self.assertEqual(self.execute(container, "cat", "/etc/resolv.conf").stdout,
                         b"search a.example\nnameserver 10.9.9.9\noptions ndots:2\n")
        self.assertIn(status.status.network.ip.encode(), self.execute(container, "ip", "addr").stdout)
        self.assertIn(b"\tpod\n", self.execute(container, "cat", "/etc/hosts").stdout)
        self.assertIn(b"/dev/shm", self.execute(container, "mount").stdout)
        self.runtime.StopContainer(api.StopContainerRequest(container_id=container, timeout=1), timeout=60)
        ended = self.status(container)
        self.assertEqual((ended.state, ended.exit_code, ended.reason), (api.CONTAINER_EXITED, 137, "Error"))
        self.runtime.StopPodSandbox(api.StopPodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        status = self.runtime.PodSandboxStatus(api.PodSandboxStatusRequest(pod_sandbox_id=pod[0]))
        self.assertEqual(status.status.state, api.SANDBOX_NOTREADY)
        self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        self.assertEqual(len(self.runtime.ListContainers(api.ListContainersRequest()).containers), 0)

    def test_two_pods_talk_over_the_bridge(self):
        one, other = self.run_pod("one"), self.run_pod("other")
        server = self.start(self.create(one, "server", ("sh", "-c", "echo hello | nc -l -p 80; sleep 100")))
        client = self.start(self.create(other, "client"))
        address = self.runtime.PodSandboxStatus(
            api.PodSandboxStatusRequest(pod_sandbox_id=one[0])).status.network.ip
        script = f"for i in 1 2 3 4 5 6 7 8 9; do nc -w 2 {address} 80 && break; sleep 0.2; done"
        result = self.execute(client, "sh", "-c", script)
        self.assertEqual(result.stdout, b"hello\n", (result, self.status(server)))

    def test_exit_codes_and_logs(self):
        pod = self.run_pod()
        good = self.run_to_end(pod, "good", ("sh", "-c", "echo out; echo err >&2"))
        self.assertEqual((good.exit_code, good.reason), (0, "Completed"))
        self.assertRegex(self.log("good"), r"\d{4}-\d\d-\d\dT\S+ stdout F out\n")
        self.assertRegex(self.log("good"), r" stderr F err\n")
        bad = self.run_to_end(pod, "bad", ("sh", "-c", "exit 7"))
        self.assertEqual((bad.exit_code, bad.reason), (7, "Error"))
        self.assertGreaterEqual(bad.finished_at, bad.started_at)

    def test_image_environment_directory_and_user(self):
        pod = self.run_pod()
        self.run_to_end(pod, "c", ("sh", "-c", "echo $FROM $MINE $HOSTNAME; pwd; id"),
                        envs=[api.KeyValue(key="MINE", value=b"x")],
                        linux=api.LinuxContainerConfig(security_context=api.LinuxContainerSecurityContext(
                            run_as_username="user", supplemental_groups=[777])))
        log = self.log("c")
        self.assertIn("F image x pod\n", log)
        self.assertIn("F /home\n", log)
        self.assertIn("uid=1000(user) gid=1000(user)", log)
        self.assertIn("777", log)
        self.assertIn("5000", log)
        strict = self.run_to_end(pod, "strict", ("id",), linux=api.LinuxContainerConfig(
            security_context=api.LinuxContainerSecurityContext(
                run_as_user=api.Int64Value(value=1000), run_as_group=api.Int64Value(value=33),
                supplemental_groups=[777], supplemental_groups_policy=api.Strict)))
        self.assertNotIn("5000", self.log("strict"))
        self.assertEqual((strict.user.linux.uid, strict.user.linux.gid), (1000, 33))
        self.assertEqual(sorted(strict.user.linux.supplemental_groups), [33, 777])

    def test_security(self):
        pod = self.run_pod()
        self.run_to_end(pod, "c", ("sh", "-c", "grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/self/status; touch /x"),
                        linux=api.LinuxContainerConfig(security_context=api.LinuxContainerSecurityContext(
                            readonly_rootfs=True, no_new_privs=True,
                            seccomp=api.SecurityProfile(profile_type=api.SecurityProfile.RuntimeDefault),
                            capabilities=api.Capability(drop_capabilities=["ALL"], add_capabilities=["CHOWN"]))))
        log = self.log("c")
        self.assertRegex(log, r"CapEff:\s+0000000000000001\n")
        self.assertRegex(log, r"NoNewPrivs:\s+1\n")
        self.assertRegex(log, r"Seccomp:\s+2\n")
        self.assertIn("Read-only file system", log)

    def test_mounts(self):
        pod = self.run_pod()
        source = self.service.folder + "/made/by/us"
        status = self.run_to_end(
            pod, "c", ("sh", "-c", "echo data > /data/file; echo no > /ro/file"),
            mounts=[api.Mount(container_path="/data", host_path=source),
                    api.Mount(container_path="/ro", host_path=source, readonly=True)])
        self.assertEqual(pathlib.Path(source, "file").read_text(), "data\n")
        self.assertIn("Read-only file system", self.log("c"))
        self.assertEqual([m.container_path for m in status.mounts], ["/data", "/ro"])

    def test_pod_process_namespace(self):
        config = pod_config(self.service)
        config.linux.security_context.namespace_options.pid = api.POD
        pod = self.run_config(config)
        request = container_config()
        request.linux.security_context.namespace_options.pid = api.POD
        container = self.runtime.CreateContainer(api.CreateContainerRequest(
            pod_sandbox_id=pod[0], config=request, sandbox_config=pod[1]), timeout=60).container_id
        self.start(container)
        self.assertIn(b"/pause", self.execute(container, "ps").stdout)
        self.runtime.StopContainer(api.StopContainerRequest(container_id=container, timeout=0), timeout=60)
        self.assertEqual(self.status(container).exit_code, 137)

    def test_host_network(self):
        config = pod_config(self.service)
        config.linux.security_context.namespace_options.network = api.NODE
        pod = self.run_config(config)
        request = container_config(command=("hostname",))
        request.linux.security_context.namespace_options.network = api.NODE
        container = self.runtime.CreateContainer(api.CreateContainerRequest(
            pod_sandbox_id=pod[0], config=request, sandbox_config=config), timeout=60).container_id
        self.start(container)
        self.wait_for(container, api.CONTAINER_EXITED)
        self.assertIn(os.uname().nodename, self.log("c"))

    def test_lists_and_filters(self):
        one, other = self.run_pod("one"), self.run_pod("other")
        containers = [self.create(one, "a", labels={"k": "v"}), self.create(other, "b")]
        self.start(containers[1])

        def pods(**filters):
            request = api.ListPodSandboxRequest(filter=api.PodSandboxFilter(**filters))
            return [p.id for p in self.runtime.ListPodSandbox(request).items]

        def ids(**filters):
            request = api.ListContainersRequest(filter=api.ContainerFilter(**filters))
            return [c.id for c in self.runtime.ListContainers(request).containers]

        self.assertEqual(pods(label_selector={"app": "one"}), [one[0]])
        self.assertEqual(pods(id=other[0][:12]), [other[0]])
        self.assertEqual(pods(state=api.PodSandboxStateValue(state=api.SANDBOX_NOTREADY)), [])
        self.assertEqual(ids(label_selector={"k": "v"}), [containers[0]])
        self.assertEqual(ids(pod_sandbox_id=other[0]), [containers[1]])
        self.assertEqual(ids(state=api.ContainerStateValue(state=api.CONTAINER_RUNNING)), [containers[1]])
        streamed = [c.id for part in self.runtime.StreamContainers(api.StreamContainersRequest())
                    for c in part.containers]
        self.assertEqual(sorted(streamed), sorted(containers))

    def test_exec(self):
        container = self.start(self.create(self.run_pod()))
        result = self.execute(container, "sh", "-c", "echo out; echo err >&2; exit 3")
        self.assertEqual((result.stdout, result.stderr, result.exit_code), (b"out\n", b"err\n", 3))
        self.refused(Code.UNKNOWN, self.runtime.ExecSync,
                     api.ExecSyncRequest(container_id=container, cmd=["missing"]), "executable file not found")
        # More than is kept: cut, and the command goes on to its end.
        result = self.execute(container, "sh", "-c", "head -c 20000000 /dev/zero; exit 4")
        self.assertEqual((len(result.stdout), result.exit_code), (16 << 20, 4))

    def test_exec_timeout_leaves_nothing_behind(self):
        container = self.start(self.create(self.run_pod()))
        begin = time.monotonic()
        script = "(sleep 4321 &) ; setsid sleep 4322 & sleep 4323"
        self.refused(Code.DEADLINE_EXCEEDED, self.runtime.ExecSync,
                     api.ExecSyncRequest(container_id=container, cmd=["sh", "-c", script], timeout=1), "timed out")
        self.assertLess(time.monotonic() - begin, 20)
        self.assertNotIn(b"sleep 432", self.execute(container, "ps").stdout)

    def test_exec_with_a_background_child_that_holds_the_output(self):
        container = self.start(self.create(self.run_pod()))
        begin = time.monotonic()
        result = self.execute(container, "sh", "-c", "sleep 300 & echo done")
        self.assertEqual((result.stdout, result.exit_code), (b"done\n", 0))
        self.assertLess(time.monotonic() - begin, 30)

    def test_log_is_opened_anew(self):
        pod = self.run_pod()
        container = self.start(self.create(pod, "c", ("sh", "-c", "while true; do echo tick; sleep 0.1; done")))
        path = pathlib.Path(self.service.folder, "logs/pod/c.log")
        while "tick" not in path.read_text():
            time.sleep(0.05)
        path.rename(str(path) + ".1")
        self.runtime.ReopenContainerLog(api.ReopenContainerLogRequest(container_id=container), timeout=30)
        for _ in range(100):
            if "tick" in path.read_text():
                return
            time.sleep(0.05)
        self.fail("nothing is written to the new log")

    def test_retries_get_the_first_result(self):
        pod = self.run_pod()
        self.assertEqual(self.run_pod()[0], pod[0])
        container = self.create(pod)
        self.assertEqual(self.create(pod), container)
        found = []
        threads = [threading.Thread(target=lambda: found.append(self.run_pod("same")[0])) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(set(found)), 1)
        self.refused(Code.ALREADY_EXISTS, self.runtime.RunPodSandbox, api.RunPodSandboxRequest(
            config=pod_config(self.service, hostname="another")))

    def test_stop_and_remove_are_idempotent(self):
        pod = self.run_pod()
        container = self.start(self.create(pod))
        for _ in range(2):
            self.runtime.StopContainer(api.StopContainerRequest(container_id=container, timeout=0), timeout=60)
        for _ in range(2):
            self.runtime.RemoveContainer(api.RemoveContainerRequest(container_id=container), timeout=60)
        for _ in range(2):
            self.runtime.StopPodSandbox(api.StopPodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        for _ in range(2):
            self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        self.runtime.StopPodSandbox(api.StopPodSandboxRequest(pod_sandbox_id="none"))
        self.runtime.RemoveContainer(api.RemoveContainerRequest(container_id="none"))

    def test_limits_are_set_and_changed(self):
        def limit(container):
            path = f"/sys/fs/cgroup/memory{self.service.cgroup}/apus-{container}/memory.limit_in_bytes"
            if not os.path.exists(path):
                path = f"/sys/fs/cgroup{self.service.cgroup}/apus-{container}/memory.max"
            return int(pathlib.Path(path).read_text())

        container = self.start(self.create(self.run_pod(), linux=api.LinuxContainerConfig(
            resources=api.LinuxContainerResources(memory_limit_in_bytes=64 << 20, cpu_shares=512, hugepage_limits=[
                api.HugepageLimit(page_size="2MB", limit=0)]))))
        self.assertEqual(limit(container), 64 << 20)
        self.runtime.UpdateContainerResources(api.UpdateContainerResourcesRequest(
            container_id=container, linux=api.LinuxContainerResources(memory_limit_in_bytes=128 << 20)), timeout=60)
        self.assertEqual(limit(container), 128 << 20)
        resources = self.status(container).resources.linux
        self.assertEqual((resources.memory_limit_in_bytes, resources.cpu_shares), (128 << 20, 512))

    def test_lack_of_memory_has_its_reason(self):
        hog = self.run_to_end(
            self.run_pod(), "c", ("tail", "-c", "50000000", "/dev/zero"),
            linux=api.LinuxContainerConfig(resources=api.LinuxContainerResources(memory_limit_in_bytes=8 << 20)))
        self.assertEqual((hog.exit_code, hog.reason), (137, "OOMKilled"))

    def test_sysctls(self):
        config = pod_config(self.service)
        config.linux.sysctls.update({"net.ipv4.ip_local_port_range": "30000 31000", "kernel.shmmax": "12345"})
        pod = self.run_config(config)
        container = self.start(self.create(pod))
        result = self.execute(
            container, "cat", "/proc/sys/net/ipv4/ip_local_port_range", "/proc/sys/kernel/shmmax")
        self.assertEqual(result.stdout.split(), [b"30000", b"31000", b"12345"])

    def test_a_frozen_container_is_stopped(self):
        container = self.start(self.create(self.run_pod()))
        self.service.runtime_command("pause", container)
        self.runtime.StopContainer(api.StopContainerRequest(container_id=container, timeout=1), timeout=60)
        self.assertEqual(self.status(container).exit_code, 137)

    def test_a_container_looks_into_another(self):
        pod = self.run_pod()
        target = self.start(self.create(pod, "target"))
        request = container_config("debugger", ("ps",))
        request.linux.security_context.namespace_options.pid = api.TARGET
        request.linux.security_context.namespace_options.target_id = target
        debugger = self.runtime.CreateContainer(api.CreateContainerRequest(
            pod_sandbox_id=pod[0], config=request, sandbox_config=pod[1]), timeout=60).container_id
        self.start(debugger)
        self.wait_for(debugger, api.CONTAINER_EXITED)
        self.assertIn("sleep 1000", self.log("debugger"))

    def test_privileged(self):
        config = pod_config(self.service)
        config.linux.security_context.privileged = True
        pod = self.run_config(config)
        self.run_to_end(pod, "c", ("sh", "-c", "grep -E 'CapEff|Seccomp:' /proc/self/status; ls /dev; "
                                       "test -w /proc/sys/kernel/hostname && echo writable"),
                        linux=api.LinuxContainerConfig(security_context=api.LinuxContainerSecurityContext(
                            privileged=True)))
        own = pathlib.Path("/proc/self/status").read_text()
        bounding = [line.split()[1] for line in own.splitlines() if line.startswith("CapBnd")][0]
        self.assertRegex(self.log("c"), rf"CapEff:\s+{bounding}\n")
        self.assertRegex(self.log("c"), r"Seccomp:\s+0\n")
        self.assertIn(" writable\n", self.log("c"))
        host = [name for name in ("loop-control", "kmsg", "mem", "vda") if os.path.exists("/dev/" + name)]
        self.assertEqual([name for name in host if f" {name}\n" not in self.log("c")], [])

    def test_many_pods_at_once(self):
        def life(number):
            name = f"many{number}"
            pod = self.run_pod(name)
            container = self.start(self.create(pod, "c"))
            self.assertEqual(self.execute(container, "hostname").stdout, name.encode() + b"\n")
            self.runtime.StopPodSandbox(api.StopPodSandboxRequest(pod_sandbox_id=pod[0]), timeout=120)
            self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod[0]), timeout=120)

        failures = []

        def guarded(number):
            try:
                life(number)
            except Exception as error:  # pylint: disable=broad-except
                failures.append((number, error))

        threads = [threading.Thread(target=guarded, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(self.service.leftovers(), [])

    # Images

    def test_images(self):
        image = self.images.ImageStatus(api.ImageStatusRequest(image=api.ImageSpec(image=IMAGE), verbose=True))
        self.assertEqual(list(image.image.repo_tags), [IMAGE])
        self.assertIn("imageSpec", json.loads(image.info["info"]))
        listed = self.images.ListImages(api.ListImagesRequest()).images
        self.assertEqual([i.id for i in listed], [image.image.id])
        self.assertFalse(self.images.ImageStatus(
            api.ImageStatusRequest(image=api.ImageSpec(image="test.example/none:1"))).HasField("image"))
        self.images.RemoveImage(api.RemoveImageRequest(image=api.ImageSpec(image="test.example/none:1")))
        pod = self.run_pod()
        status = self.status(self.create(pod))
        self.assertEqual(status.image_id, image.image.id)
        self.assertIn(status.image_ref, list(image.image.repo_digests) + [image.image.id])

    def test_the_room_that_images_and_containers_take(self):
        container = self.start(self.create(self.run_pod()))
        self.execute(container, "sh", "-c", "head -c 3000000 /dev/urandom >/tmp/data; touch /tmp/more")
        # What containers changed is measured now and then.
        for _ in range(150):
            use = self.images.ImageFsInfo(api.ImageFsInfoRequest())
            changes = use.container_filesystems[0]
            if changes.used_bytes.value >= 3000000:
                break
            time.sleep(0.1)
        self.assertGreaterEqual(changes.used_bytes.value, 3000000)
        self.assertLess(changes.used_bytes.value, 4000000)
        self.assertGreaterEqual(changes.inodes_used.value, 3)
        images = use.image_filesystems[0]
        self.assertGreater(images.used_bytes.value, 100000)
        self.assertGreater(images.inodes_used.value, 10)
        self.assertEqual(images.fs_id.mountpoint, self.service.image_root)
        self.assertGreater(images.timestamp, 0)
