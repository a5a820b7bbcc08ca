# Configurations of pods and containers, as a kubelet sends them.
import grpc

import runtime_pb2 as api

IMAGE = "test.example/busybox:1"
Code = grpc.StatusCode


def pod_config(service, name="pod", **more):
    config = api.PodSandboxConfig(
        metadata=api.PodSandboxMetadata(name=name, uid="u-" + name, namespace="ns", attempt=0),
        log_directory=f"{service.folder}/logs/{name}", labels={"app": name}, annotations={"note": "a b"},
        linux=api.LinuxPodSandboxConfig(cgroup_parent=service.cgroup, security_context=api.LinuxSandboxSecurityContext(
            namespace_options=api.NamespaceOption(pid=api.CONTAINER))))
    config.MergeFrom(api.PodSandboxConfig(**more))
    return config


def container_config(name="c", command=("sleep", "1000"), **more):
    config = api.ContainerConfig(
        metadata=api.ContainerMetadata(name=name), image=api.ImageSpec(image=IMAGE, user_specified_image=IMAGE),
        command=list(command), log_path=name + ".log",
        linux=api.LinuxContainerConfig(security_context=api.LinuxContainerSecurityContext(
            namespace_options=api.NamespaceOption(pid=api.CONTAINER))))
    config.MergeFrom(api.ContainerConfig(**more))
    return config
