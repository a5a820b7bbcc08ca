# Pods with a user namespace of their own, seen from inside and outside.
import json
import os
import pathlib
import stat
import subprocess

import runtime_pb2 as api
from case import ServiceCase
from configs import Code, container_config, pod_config

HOST, COUNT = 200000, 65536


def mapping(host=HOST, inside=0, length=COUNT):
    return api.IDMapping(host_id=host, container_id=inside, length=length)


def user_namespace(mode=api.POD, uids=None, gids=None):
    return api.UserNamespace(mode=mode, uids=[mapping()] if uids is None else uids,
                             gids=[mapping()] if gids is None else gids)


class UserNamespaceTests(ServiceCase):
    def config(self, name="pod", userns=None, **more):
        config = pod_config(self.service, name, **more)
        config.linux.security_context.namespace_options.userns_options.CopyFrom(userns or user_namespace())
        return config

    def run_user_pod(self, **more):
        return self.run_config(self.config(**more))

    def shell(self, container, script):
        result = self.execute(container, "sh", "-c", script)
        self.assertEqual((result.exit_code, result.stderr), (0, b""), result)
        return result.stdout.decode().split("\n")[:-1]

    def owner(self, path):
        status = os.lstat(path)
        return status.st_uid, status.st_gid

    # Inside and outside

    def test_root_inside_is_nobody_outside(self):
        pod = self.run_user_pod()
        c = self.start(self.create(pod))
        self.assertEqual(self.shell(c, "id -u; id -g; cat /proc/self/uid_map | tr -s ' '"),
                         ["0", "0", f" 0 {HOST} {COUNT}"])
        pid = self.pid(c)
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
        self.assertIn("Uid:\t" + "\t".join([str(HOST)] * 4), lines)
        self.assertIn("Gid:\t" + "\t".join([str(HOST)] * 4), lines)
        self.assertNotEqual(os.readlink(f"/proc/{pid}/ns/user"), os.readlink("/proc/self/ns/user"))
        # A second container is in the same one, and sees what the first one is.
        other = self.start(self.create(pod, "d"))
        self.assertEqual(os.readlink(f"/proc/{pid}/ns/user"), os.readlink(f"/proc/{self.pid(other)}/ns/user"))
        user = self.start(self.create(pod, "u", linux=api.LinuxContainerConfig(
            security_context=api.LinuxContainerSecurityContext(run_as_user=api.Int64Value(value=1000)))))
        self.assertEqual(self.shell(user, "id -u"), ["1000"])
        self.assertIn(f"Uid:\t{HOST + 1000}", pathlib.Path(f"/proc/{self.pid(user)}/status").read_text())
        status = self.runtime.PodSandboxStatus(api.PodSandboxStatusRequest(pod_sandbox_id=pod[0])).status
        self.assertEqual(status.linux.namespaces.options.userns_options, user_namespace())

    def test_files_of_the_image_are_those_of_the_same_ids(self):
        c = self.start(self.create(self.run_user_pod()))
        self.assertEqual(self.shell(c, "stat -c %u:%g / /bin/busybox /etc/passwd; touch /new /etc/hosts; "
                                       "stat -c %u:%g /new; chown 1000:1000 /new; stat -c %u:%g /new"),
                         ["0:0"] * 4 + ["1000:1000"])
        # What it changed lies on the disk with the ids of the host.
        upper, = pathlib.Path(self.service.image_root, "s").glob("*/upper")
        self.assertEqual(self.owner(upper / "new"), (HOST + 1000, HOST + 1000))

    def test_files_of_the_pod_belong_to_its_root(self):
        c = self.start(self.create(self.run_user_pod()))
        self.assertEqual(
            self.shell(c, "for f in resolv.conf hosts hostname; do stat -c %u:%g /etc/$f; done; echo x >>/etc/hosts; "
                          "stat -c %u:%g:%a /dev/shm; touch /dev/shm/x; stat -c %u /dev/shm/x; hostname"),
            ["0:0"] * 3 + ["0:0:1777", "0", "pod"])

    def test_volumes_keep_their_owners(self):
        folder = self.service.folder + "/volume"
        os.makedirs(folder)
        pathlib.Path(folder, "old").write_text("old\n")
        os.chown(folder + "/old", 1234, 1234)
        plain = self.service.folder + "/plain"
        os.makedirs(plain)
        c = self.start(self.create(self.run_user_pod(), mounts=[
            api.Mount(container_path="/v", host_path=folder, uidMappings=[mapping()], gidMappings=[mapping()]),
            api.Mount(container_path="/plain", host_path=plain)]))
        self.assertEqual(self.shell(c, "stat -c %u:%g /v/old; touch /v/new; stat -c %u:%g /v/new; chown 7:8 /v/new"),
                         ["1234:1234", "0:0"])
        self.assertEqual(self.owner(folder + "/new"), (7, 8))
        # Without a mapping it is the host's root, who is nobody here.
        self.assertEqual(self.shell(c, "stat -c %u /plain; touch /plain/x 2>/dev/null || echo refused"),
                         ["65534", "refused"])
        self.assertEqual(list(self.status(c).mounts[0].uidMappings), [mapping()])

    def test_the_network_belongs_to_the_pod(self):
        config = self.config()
        config.linux.sysctls.update({"net.ipv4.ip_unprivileged_port_start": "0", "kernel.shm_rmid_forced": "1"})
        pod = self.run_config(config)
        c = self.start(self.create(pod, linux=api.LinuxContainerConfig(
            security_context=api.LinuxContainerSecurityContext(
                capabilities=api.Capability(add_capabilities=["NET_ADMIN", "SYS_ADMIN"])))))
        self.assertEqual(
            self.shell(c, "cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/kernel/shm_rmid_forced; "
                          "ip link add d0 type veth && ip addr add 10.99.0.1/24 dev d0 && ip link set d0 up && "
                          "ip -o addr show dev d0 | grep -c 10.99.0.1; mount -t tmpfs t /tmp && echo mounted"),
            ["0", "1", "1", "mounted"])
        # The host's own is out of reach.
        self.assertNotEqual(self.execute(c, "sh", "-c", "echo 1 >/proc/sys/kernel/panic").exit_code, 0)

    def test_the_network_of_the_host(self):
        config = self.config()
        config.linux.security_context.namespace_options.network = api.NODE
        pod = self.run_config(config)
        c = self.start(self.create(pod, linux=api.LinuxContainerConfig(
            security_context=api.LinuxContainerSecurityContext(
                namespace_options=api.NamespaceOption(pid=api.CONTAINER, network=api.NODE),
                capabilities=api.Capability(add_capabilities=["NET_ADMIN"])))))
        self.assertEqual(self.shell(c, "ls /sys/class/net | grep -x lo; cat /proc/self/uid_map | tr -s ' '"),
                         ["lo", f" 0 {HOST} {COUNT}"])
        self.assertNotEqual(self.execute(c, "ip", "link", "add", "apusx", "type", "veth").exit_code, 0)

    def test_a_pod_of_shared_processes(self):
        config = self.config()
        config.linux.security_context.namespace_options.pid = api.POD
        pod = self.run_config(config)
        c = self.start(self.create_sharing(pod))
        self.assertIn(b"/pause", self.execute(c, "cat", "/proc/1/cmdline").stdout)
        info = self.runtime.PodSandboxStatus(api.PodSandboxStatusRequest(pod_sandbox_id=pod[0], verbose=True)).info
        pid = json.loads(next(iter(info.values())))["pid"]
        self.assertIn(f"Uid:\t{HOST + 65535}", pathlib.Path(f"/proc/{pid}/status").read_text())

    # The daemon goes and comes

    def test_the_daemon_may_go(self):
        pod = self.run_user_pod()
        c = self.start(self.create(pod))
        inside = os.readlink(f"/proc/{self.pid(c)}/ns/user")
        self.service.kill()
        self.service.start()
        self.assertEqual(self.shell(c, "id -u"), ["0"])
        d = self.start(self.create(pod, "d"))
        self.assertEqual(os.readlink(f"/proc/{self.pid(d)}/ns/user"), inside)
        self.assertEqual(self.shell(d, "touch /x; stat -c %u /x"), ["0"])
        self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        self.assertEqual(self.service.leftovers(), [])

    # What is refused

    def test_what_no_pod_can_have(self):
        rows = [
            (user_namespace(mode=api.CONTAINER), "neither POD nor NODE"),
            (user_namespace(mode=api.TARGET), "neither POD nor NODE"),
            (user_namespace(uids=[]), "uids: expected one mapping, found 0"),
            (user_namespace(gids=[mapping(), mapping(HOST + COUNT, COUNT)]), "gids: expected one mapping, found 2"),
            (user_namespace(uids=[mapping(inside=1)]), "uids: the id 0 is not mapped"),
            (user_namespace(uids=[mapping(length=10)]), "not of the same length"),
            (user_namespace(uids=[mapping(host=4294967295)]), "are no range of ids"),
            (user_namespace(mode=api.NODE), "though the mode is NODE"),
        ]
        for userns, text in rows:
            self.refused(Code.INVALID_ARGUMENT, self.runtime.RunPodSandbox,
                         api.RunPodSandboxRequest(config=self.config(userns=userns)), text)
        for field in ("pid", "ipc"):
            config = self.config()
            setattr(config.linux.security_context.namespace_options, field, api.NODE)
            self.refused(Code.INVALID_ARGUMENT, self.runtime.RunPodSandbox,
                         api.RunPodSandboxRequest(config=config), f"{field}: a pod with a user namespace")
        self.assertEqual(self.service.leftovers(), [])

    def test_a_container_cannot_leave_the_namespace_of_its_pod(self):
        pod = self.run_user_pod()
        for userns in (api.UserNamespace(mode=api.NODE), user_namespace(uids=[mapping(HOST + 5)])):
            linux = api.LinuxContainerConfig(security_context=api.LinuxContainerSecurityContext(
                namespace_options=api.NamespaceOption(pid=api.CONTAINER, userns_options=userns)))
            self.refused(Code.INVALID_ARGUMENT, self.runtime.CreateContainer, api.CreateContainerRequest(
                pod_sandbox_id=pod[0], sandbox_config=pod[1], config=container_config(linux=linux)),
                "userns_options: not those of the pod")
        self.refused(Code.INVALID_ARGUMENT, self.runtime.CreateContainer, api.CreateContainerRequest(
            pod_sandbox_id=pod[0], sandbox_config=pod[1], config=container_config(mounts=[
                api.Mount(container_path="/m", host_path="/tmp", uidMappings=[mapping()])])),
            "needs both uidMappings and gidMappings")

    def test_a_volume_that_cannot_be_mapped_is_refused(self):
        if not os.path.ismount("/proc/sys/fs/binfmt_misc"):
            source = "/proc/sys"
        else:
            source = "/proc/sys/fs/binfmt_misc"
        pod = self.run_user_pod()
        self.refused(Code.UNKNOWN, self.runtime.CreateContainer, api.CreateContainerRequest(
            pod_sandbox_id=pod[0], sandbox_config=pod[1], config=container_config(mounts=[
                api.Mount(container_path="/m", host_path=source, uidMappings=[mapping()], gidMappings=[mapping()])])),
            source)

    def test_nothing_of_the_host_is_writable(self):
        """Files of the runtime and of the daemon are out of reach for whoever leaves the container as its root."""
        pod = self.run_user_pod()
        c = self.create(pod)
        for path in (f"{self.service.run}/containers", f"{self.service.run}/containers/{c}"):
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode) & 0o077, 0, path)
        result = subprocess.run(
            ["setpriv", f"--reuid={HOST}", f"--regid={HOST}", "--clear-groups", "ls",
             f"{self.service.run}/containers/{c}"], capture_output=True, check=False)
        self.assertNotEqual(result.returncode, 0)
