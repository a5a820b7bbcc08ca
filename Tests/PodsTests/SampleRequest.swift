// A request that tests change.

import OCI

@testable import Pods

extension SpecRequest {
  /// A container that runs `sh`, in a pod with namespaces below /n.
  static func sample(_ change: (inout SpecRequest) -> Void = { _ in }) -> SpecRequest {
    var pod = PodRecord(id: "pod", configuration: PodConfiguration(), created: 1, folder: "/p")
    pod.networkNamespace = "/n/net"
    pod.ipcNamespace = "/n/ipc"
    pod.utsNamespace = "/n/uts"
    pod.hostname = "host"
    var container = ContainerConfiguration()
    container.security.namespaces.pid = .container
    container.command = ["sh"]
    var request = SpecRequest(id: "c", pod: pod, container: container, rootfs: "/r", cgroupsPath: "/g")
    request.host.capabilities = Capability.names
    change(&request)
    return request
  }
}
