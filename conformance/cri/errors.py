# Requests that are refused, each with its code and a message that names the field.
import runtime_pb2 as api
from case import ServiceCase
from configs import Code, container_config, pod_config


class ErrorTests(ServiceCase):
    def test_errors_of_pods(self):
        run = self.runtime.RunPodSandbox

        def request(change):
            config = pod_config(self.service)
            change(config)
            return api.RunPodSandboxRequest(config=config)

        self.refused(Code.INVALID_ARGUMENT, run, api.RunPodSandboxRequest(), "metadata")
        self.refused(Code.INVALID_ARGUMENT, run, api.RunPodSandboxRequest(
            config=pod_config(self.service), runtime_handler="none"), "runtime handler")
        for sysctl in ("kernel.panic", "vm.swappiness", "net..x", "kernel.hostname"):
            self.refused(Code.INVALID_ARGUMENT, run, request(lambda c, s=sysctl: c.linux.sysctls.update({s: "1"})),
                         "linux.sysctls")
        self.refused(Code.INVALID_ARGUMENT, run,
                     request(lambda c: setattr(c.linux, "cgroup_parent", "/a/../../b")), "cgroup_parent")
        self.refused(Code.INVALID_ARGUMENT, run, request(lambda c: setattr(c, "hostname", "x" * 65)), "hostname")
        self.refused(Code.INVALID_ARGUMENT, run,
                     request(lambda c: c.dns_config.servers.append("1.1.1.1\noptions x")), "dns")
        self.refused(Code.INVALID_ARGUMENT, run, request(lambda c: setattr(
            c.linux.security_context.namespace_options.userns_options, "mode", api.POD)), "userns_options.uids")
        self.refused(Code.NOT_FOUND, self.runtime.PodSandboxStatus,
                     api.PodSandboxStatusRequest(pod_sandbox_id="none"), "no pod")
        self.assertEqual(len(self.runtime.ListPodSandbox(api.ListPodSandboxRequest()).items), 0)

    def test_errors_of_containers(self):
        pod = self.run_pod()
        create = self.runtime.CreateContainer

        def request(**more):
            return api.CreateContainerRequest(pod_sandbox_id=pod[0], config=container_config(**more),
                                              sandbox_config=pod[1])

        def secured(**more):
            return request(linux=api.LinuxContainerConfig(
                security_context=api.LinuxContainerSecurityContext(**more)))

        self.refused(Code.NOT_FOUND, create, api.CreateContainerRequest(pod_sandbox_id="none"), "no pod")
        self.refused(Code.NOT_FOUND, create, request(image=api.ImageSpec(image="test.example/none:1")), "image")
        self.refused(Code.INVALID_ARGUMENT, create, request(log_path="../x.log"), "log_path")
        self.refused(Code.INVALID_ARGUMENT, create, secured(privileged=True), "privileged")
        self.refused(Code.INVALID_ARGUMENT, create, secured(run_as_group=api.Int64Value(value=1)), "run_as_group")
        self.refused(Code.INVALID_ARGUMENT, create, secured(run_as_username="nobody-here"), "user")
        self.refused(Code.INVALID_ARGUMENT, create, secured(
            capabilities=api.Capability(add_capabilities=["FLY"])), "FLY")
        self.refused(Code.INVALID_ARGUMENT, create, secured(seccomp=api.SecurityProfile(
            profile_type=api.SecurityProfile.Localhost, localhost_ref="/none.json")), "seccomp")
        self.refused(Code.INVALID_ARGUMENT, create, request(
            devices=[api.Device(host_path="/dev/none", permissions="r")]), "devices[0]")
        self.refused(Code.INVALID_ARGUMENT, create, request(mounts=[api.Mount(
            container_path="/x", host_path="/tmp", recursive_read_only=True)]), "recursive_read_only")
        self.refused(Code.FAILED_PRECONDITION, create, request(CDI_devices=[api.CDIDevice(name="a/b=c")]), "a/b=c")
        self.refused(Code.NOT_FOUND, self.runtime.StartContainer, api.StartContainerRequest(container_id="none"))
        self.refused(Code.NOT_FOUND, self.runtime.ContainerStatus, api.ContainerStatusRequest(container_id="none"))
        self.refused(Code.NOT_FOUND, self.runtime.ExecSync, api.ExecSyncRequest(container_id="none", cmd=["x"]))
        container = self.create(pod, "created")
        self.refused(Code.FAILED_PRECONDITION, self.runtime.ExecSync,
                     api.ExecSyncRequest(container_id=container, cmd=["true"]), "not running")
        self.runtime.StopPodSandbox(api.StopPodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        self.refused(Code.FAILED_PRECONDITION, create, request(), "not ready")
