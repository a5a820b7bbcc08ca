# What single fields of a container and its pod do, seen from inside and in the answers.
import json
import os
import pathlib
import subprocess
import threading
import time

import runtime_pb2 as api
from case import ServiceCase
from configs import Code, IMAGE, container_config, pod_config
from service import Service

PROPAGATIONS = (api.PROPAGATION_PRIVATE, api.PROPAGATION_HOST_TO_CONTAINER, api.PROPAGATION_BIDIRECTIONAL)


def security(**more):
    return api.LinuxContainerConfig(security_context=api.LinuxContainerSecurityContext(**more))


class DetailTests(ServiceCase):
    @classmethod
    def make_service(cls):
        service = Service()
        service.more_flags = ["--pinned-images", IMAGE, "--pids-limit", "77"]
        return service

    def output(self, pod, name, script, **more):
        """What a shell script writes in a container of its own."""
        # A log is written on to: that of a test before may be there.
        pathlib.Path(self.service.folder, "logs/pod", name + ".log").unlink(missing_ok=True)
        self.run_to_end(pod, name, ("sh", "-c", script), **more)
        return self.logged(name)

    # Mounts and devices

    def test_mounts_pass_on_what_is_mounted_as_they_say(self):
        folder = self.service.folder + "/shared"
        os.makedirs(folder)
        subprocess.run(["mount", "-t", "tmpfs", "apusd-test", folder], check=True)
        self.addCleanup(subprocess.run, ["umount", "-R", folder], check=True)
        subprocess.run(["mount", "--make-shared", folder], check=True)
        for name in ("host", "inside"):
            os.mkdir(f"{folder}/{name}")
        config = pod_config(self.service)
        config.linux.security_context.privileged = True
        pod = self.run_config(config)
        containers = []
        for propagation in PROPAGATIONS:
            containers.append(self.start(self.create(
                pod, f"c{propagation}", linux=security(privileged=True),
                mounts=[api.Mount(container_path="/m", host_path=folder, propagation=propagation)])))
        subprocess.run(["mount", "-t", "tmpfs", "apusd-test", folder + "/host"], check=True)
        pathlib.Path(folder, "host/file").touch()
        seen = [self.execute(c, "ls", "/m/host").stdout for c in containers]
        self.assertEqual(seen, [b"", b"file\n", b"file\n"])
        self.assertEqual([self.status(c).mounts[0].propagation for c in containers], list(PROPAGATIONS))
        self.assertEqual(self.execute(containers[2], "mount", "-t", "tmpfs", "inner", "/m/inside").exit_code, 0)
        self.assertTrue(os.path.ismount(folder + "/inside"))
        self.assertEqual(self.execute(containers[1], "umount", "/m/inside").exit_code, 0)
        self.assertTrue(os.path.ismount(folder + "/inside"), "a slave changed the host")

    def test_mounts_need_what_they_say(self):
        folder = self.service.folder + "/private"
        os.makedirs(folder)
        subprocess.run(["mount", "-t", "tmpfs", "apusd-test", folder], check=True)
        self.addCleanup(subprocess.run, ["umount", folder], check=True)
        subprocess.run(["mount", "--make-private", folder], check=True)
        pod = self.run_pod()
        for propagation in PROPAGATIONS[1:]:
            self.refused(Code.INVALID_ARGUMENT, self.runtime.CreateContainer, api.CreateContainerRequest(
                pod_sandbox_id=pod[0], sandbox_config=pod[1], config=container_config(mounts=[
                    api.Mount(container_path="/m", host_path=folder, propagation=propagation)])), folder)

    def test_read_only_goes_as_deep_as_it_says(self):
        folder = self.service.folder + "/deep"
        os.makedirs(folder + "/below")
        subprocess.run(["mount", "-t", "tmpfs", "apusd-test", folder + "/below"], check=True)
        self.addCleanup(subprocess.run, ["umount", folder + "/below"], check=True)
        pod = self.run_pod()
        for deep, expected in ((False, "written"), (True, "refused")):
            found = self.output(
                pod, f"deep{deep}", "touch /m/x 2>/dev/null && echo written || echo refused; "
                "touch /m/below/x 2>/dev/null && echo written || echo refused",
                mounts=[api.Mount(container_path="/m", host_path=folder, readonly=True, recursive_read_only=deep)])
            self.assertEqual(found, ["refused", expected])

    def test_a_link_on_the_host_is_followed_there(self):
        folder = self.service.folder + "/target"
        os.makedirs(folder)
        pathlib.Path(folder, "file").write_text("through a link\n")
        os.symlink(folder, self.service.folder + "/link")
        pod = self.run_pod()
        found = self.output(pod, "c", "cat /m/file", mounts=[
            api.Mount(container_path="/m", host_path=self.service.folder + "/link")])
        self.assertEqual(found, ["through a link"])

    def test_devices(self):
        pod = self.run_pod()
        found = self.output(
            pod, "c", "echo x >/dev/mine && echo written; head -c 1 /dev/mine | wc -c; "
            "(exec 3</dev/control) && echo read; (exec 3>/dev/control) 2>/dev/null && echo opened || echo no",
            devices=[api.Device(container_path="/dev/mine", host_path="/dev/null", permissions="rwm"),
                     api.Device(container_path="/dev/control", host_path="/dev/loop-control", permissions="r")])
        self.assertEqual(found[:3], ["written", "0", "read"])
        self.assertEqual(found[-1], "no")

    # Paths, limits, confinement

    def test_paths_are_masked_and_read_only_as_listed(self):
        pod = self.run_pod()
        script = "cat /etc/passwd | wc -c; touch /etc/x 2>/dev/null && echo written || echo refused; wc -c </proc/kcore"
        found = self.output(pod, "listed", script, linux=security(
            masked_paths=["/etc/passwd", "/none"], readonly_paths=["/etc"]))
        self.assertEqual(found[:2], ["0", "refused"])
        found = self.output(pod, "empty", script)
        self.assertNotEqual(found[0], "0")
        self.assertEqual(found[1], "written")

    def test_the_score_of_who_is_killed_for_lack_of_memory(self):
        pod = self.run_pod()
        resources = lambda score: api.LinuxContainerConfig(
            resources=api.LinuxContainerResources(oom_score_adj=score))
        self.assertEqual(self.output(pod, "more", "cat /proc/self/oom_score_adj", linux=resources(500)), ["500"])
        # One that the kernel refuses is a warning and no failure.
        found = self.output(pod, "less", "cat /proc/self/oom_score_adj", linux=resources(-900))
        self.assertTrue(found[-1] == "-900" or "oomScoreAdj" in found[0], found)
        self.refused(Code.INVALID_ARGUMENT, self.runtime.CreateContainer, api.CreateContainerRequest(
            pod_sandbox_id=pod[0], sandbox_config=pod[1], config=container_config(linux=resources(1001))),
            "oom_score_adj")

    def test_tasks_are_limited(self):
        container = self.start(self.create(self.run_pod()))
        for folder in self.service.cgroups(f"{self.service.cgroup}/apus-{container}"):
            if (folder / "pids.max").exists():
                self.assertEqual((folder / "pids.max").read_text(), "77\n")
                return
        self.skipTest("this host has no controller of tasks")

    def test_a_profile_of_the_node(self):
        path = pathlib.Path(self.service.folder, "profile.json")
        path.write_text(json.dumps({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
            {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 95}]}))
        pod = self.run_pod()
        script = "mkdir /tmp/x 2>&1; grep Seccomp: /proc/self/status"
        local = api.SecurityProfile(profile_type=api.SecurityProfile.Localhost, localhost_ref=str(path))
        found = self.output(pod, "local", script, linux=security(seccomp=local))
        self.assertIn("not supported", found[0])
        self.assertEqual(found[1].split(), ["Seccomp:", "2"])
        free = api.SecurityProfile(profile_type=api.SecurityProfile.Unconfined)
        found = self.output(pod, "free", script, linux=security(seccomp=free))
        self.assertEqual([line.split() for line in found], [["Seccomp:", "0"]])

    def test_the_default_profile_refuses_what_containers_do_not_need(self):
        default = api.SecurityProfile(profile_type=api.SecurityProfile.RuntimeDefault)
        found = self.output(self.run_pod(), "c", "unshare -U true 2>&1 || echo refused; mount -t tmpfs x /tmp 2>&1",
                            linux=security(seccomp=default))
        self.assertEqual(found[1], "refused")
        self.assertIn("ermi", found[-1])

    def test_confinement_that_the_host_does_not_know_is_passed_over(self):
        if os.path.exists("/sys/kernel/security/apparmor") or os.path.exists("/sys/fs/selinux/enforce"):
            self.skipTest("this host has AppArmor or SELinux")
        found = self.output(self.run_pod(), "c", "echo runs", linux=security(
            apparmor=api.SecurityProfile(profile_type=api.SecurityProfile.Localhost, localhost_ref="some-profile"),
            selinux_options=api.SELinuxOption(type="container_t", level="s0:c1,c2")))
        self.assertEqual(found, ["runs"])

    def test_unified_settings_need_version_2(self):
        if not os.path.exists("/sys/fs/cgroup/freezer"):
            self.skipTest("this host has version 2 cgroups alone")
        pod = self.run_pod()
        self.refused(Code.INVALID_ARGUMENT, self.runtime.CreateContainer, api.CreateContainerRequest(
            pod_sandbox_id=pod[0], sandbox_config=pod[1], config=container_config(linux=api.LinuxContainerConfig(
                resources=api.LinuxContainerResources(unified={"memory.high": "1"})))), "unified")

    # Ends, streams, names

    def test_stop_signal_and_grace(self):
        pod = self.run_pod()
        script = "trap 'echo got USR1; exit 3' USR1; while true; do sleep 0.05; done"
        container = self.start(self.create(pod, "c", ("sh", "-c", script), stop_signal=api.SIGNAL_SIGUSR1))
        self.assertEqual(self.status(container).stop_signal, api.SIGNAL_SIGUSR1)
        time.sleep(0.3)
        begin = time.monotonic()
        self.runtime.StopContainer(api.StopContainerRequest(container_id=container, timeout=30), timeout=60)
        self.assertLess(time.monotonic() - begin, 20)
        self.assertEqual(self.status(container).exit_code, 3)
        self.assertIn("got USR1", self.log("c"))
        self.assertEqual(self.status(self.create(pod, "other")).stop_signal, api.SIGNAL_SIGTERM)

    def test_a_terminal(self):
        found = self.output(self.run_pod(), "c", "test -t 0 && test -t 1 && echo terminal; echo $TERM", tty=True)
        self.assertEqual([line.strip() for line in found], ["terminal", "xterm"])

    def test_stdin_stays_open_without_a_client(self):
        pod = self.run_pod()
        container = self.start(self.create(pod, "c", ("sh", "-c", "cat; echo ended"), stdin=True))
        time.sleep(0.3)
        self.assertEqual(self.status(container).state, api.CONTAINER_RUNNING)
        self.assertEqual(self.output(pod, "none", "cat; echo ended"), ["ended"])

    def test_no_log_is_no_failure(self):
        config = container_config("silent", ("echo", "x"))
        config.log_path = ""
        pod = self.run_pod()
        container = self.runtime.CreateContainer(api.CreateContainerRequest(
            pod_sandbox_id=pod[0], config=config, sandbox_config=pod[1]), timeout=60).container_id
        self.start(container)
        self.assertEqual(self.wait_for(container, api.CONTAINER_EXITED).exit_code, 0)
        self.assertEqual(self.status(container).log_path, "")

    def test_a_log_that_is_a_link_or_a_pipe_is_refused(self):
        """A20: who writes into the folder of logs cannot have other files written or read."""
        pod = self.run_pod()
        folder = pathlib.Path(self.service.folder, "logs/pod")
        folder.mkdir(exist_ok=True)
        (folder / "link.log").symlink_to("/etc/passwd")
        os.mkfifo(folder / "pipe.log")
        before = pathlib.Path("/etc/passwd").read_bytes()
        for name in ("link", "pipe"):
            self.refused(Code.INVALID_ARGUMENT, self.runtime.CreateContainer, api.CreateContainerRequest(
                pod_sandbox_id=pod[0], sandbox_config=pod[1], config=container_config(name)), "is no file")
            os.unlink(folder / f"{name}.log")
        self.assertEqual(pathlib.Path("/etc/passwd").read_bytes(), before)

    def test_metadata_and_attempts_are_kept(self):
        config = pod_config(self.service, "again")
        config.metadata.attempt = 4
        request = api.RunPodSandboxRequest(config=config)
        pod = self.runtime.RunPodSandbox(request, timeout=60).pod_sandbox_id, config
        status = self.runtime.PodSandboxStatus(api.PodSandboxStatusRequest(pod_sandbox_id=pod[0])).status
        self.assertEqual(status.metadata, config.metadata)
        container = container_config("c")
        container.metadata.attempt = 2
        made = self.runtime.CreateContainer(api.CreateContainerRequest(
            pod_sandbox_id=pod[0], config=container, sandbox_config=config), timeout=60).container_id
        self.assertEqual(self.status(made).metadata, container.metadata)
        self.assertEqual(self.status(made).log_path, f"{self.service.folder}/logs/again/c.log")

    def test_pods_lie_below_their_cgroup(self):
        config = pod_config(self.service)
        config.linux.cgroup_parent = self.service.cgroup + "/inner"
        pod = self.run_config(config)
        container = self.start(self.create(pod))
        pid = self.pid(container)
        places = {line.split(":", 2)[2] for line in pathlib.Path(f"/proc/{pid}/cgroup").read_text().splitlines()}
        self.assertIn(f"{self.service.cgroup}/inner/apus-{container}", places)
        self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        for folder in self.service.cgroups(self.service.cgroup + "/inner"):
            folder.rmdir()

    def test_images_that_are_pinned_say_so(self):
        images = self.images.ListImages(api.ListImagesRequest()).images
        self.assertEqual([(list(i.repo_tags), i.pinned) for i in images], [([IMAGE], True)])

    # Callers

    def test_a_second_stop_shortens_the_first(self):
        script = "trap '' TERM; while true; do sleep 0.05; done"
        container = self.start(self.create(self.run_pod(), "c", ("sh", "-c", script)))
        time.sleep(0.2)
        begin = time.monotonic()
        first = threading.Thread(target=lambda: self.runtime.StopContainer(
            api.StopContainerRequest(container_id=container, timeout=60), timeout=90))
        first.start()
        time.sleep(0.3)
        self.runtime.StopContainer(api.StopContainerRequest(container_id=container, timeout=0), timeout=60)
        first.join()
        self.assertLess(time.monotonic() - begin, 20)
        self.assertEqual(self.status(container).exit_code, 137)

    def test_large_lists_and_labels_come_through(self):
        """Requests beyond the usual 4 MiB of gRPC."""
        labels = {f"label{number}": "x" * 100 for number in range(50000)}
        pod = self.run_pod("large", labels=labels)
        item = self.runtime.ListPodSandbox(api.ListPodSandboxRequest()).items[0]
        self.assertEqual(len(item.labels), 50001)
        self.assertEqual(item.id, pod[0])

    def test_folders_are_closed_to_other_users(self):
        """A23: nothing below the daemon's folders can be opened by anybody else."""
        self.start(self.create(self.run_pod()))
        for path in (self.service.disk + "/root", self.service.run + "/containers", self.service.run + "/exits",
                     self.service.run + "/ns", self.service.run + "/pods", self.service.run + "/runtimes/apus",
                     self.service.image_root):
            self.assertEqual(os.stat(path).st_mode & 0o77, 0, path)
