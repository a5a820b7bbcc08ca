// The bundle of a pod's process 1.

internal import Foundation
internal import Linux
internal import OCI

/// The bundle of a pod's process 1: `apus-pause` in a root of its own, in the pod's namespaces and a new process
/// namespace. There is no image to pull.
struct InfraBundle {
  private let pod: PodRecord
  private let settings: NodeSettings
  private let host: HostFacts

  init(_ pod: PodRecord, _ settings: NodeSettings, _ host: HostFacts) {
    self.pod = pod
    self.settings = settings
    self.host = host
  }

  func write(to bundle: String) throws(PodError) {
    let root = bundle + "/rootfs"
    try attempting("making the bundle of the pod's process 1") { () throws(SystemCallError) in
      for path in [bundle, root, root + "/proc", root + "/dev"] {
        try Descriptor.workingDirectory.makeDirectory(path, mode: 0o755)
      }
      // Where the runtime makes devices.
      for path in [root, root + "/dev"] where pod.owners != nil {
        try Descriptor.workingDirectory.changeOwner(path, uid: pod.root.uid, gid: pod.root.gid)
      }
      let program = try Descriptor.workingDirectory.readFile(settings.pause, limit: 16 << 20)
      let flags: OpenFlags = [.writeOnly, .create, .exclusive, .noFollow]
      try Descriptor.workingDirectory.open(root + "/pause", flags, mode: 0o755).writeAll(program)
      let file = try Descriptor.workingDirectory.open(bundle + "/config.json", flags, mode: 0o600)
      try file.writeAll(spec(root).encoded(.twoSpaces))
    }
  }

  /// Nobody's, or the last one that the pod has.
  private var user: UInt32 { pod.owners?.uids.first.map { min(65535, $0.size - 1) } ?? 65535 }

  private func spec(_ root: String) -> Spec {
    var spec = Spec(version: "1.0.2")
    var process = OCI.Process()
    process.args = ["/pause"]
    process.cwd = "/"
    process.user = OCI.User(uid: user, gid: user)
    process.noNewPrivileges = true
    // The last one that the kernel kills for lack of memory: the pod would go with it. Where nobody may have that, as
    // in a container, runtimes such as runc refuse to be asked.
    if host.capabilities.contains("CAP_SYS_RESOURCE") { process.oomScoreAdj = -998 }
    spec.process = process
    spec.root = Root(path: root, readonly: true)
    spec.mounts = [Mount(destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"])]
    spec.linux.namespaces = [Namespace(kind: .mount), Namespace(kind: .pid), Namespace(kind: .cgroup)]
    spec.linux.join(userNamespaceOf: pod)
    if let path = pod.networkNamespace { spec.linux.namespaces.append(Namespace(kind: .network, path: path)) }
    if let path = pod.ipcNamespace { spec.linux.namespaces.append(Namespace(kind: .ipc, path: path)) }
    if let path = pod.utsNamespace { spec.linux.namespaces.append(Namespace(kind: .uts, path: path)) }
    spec.linux.resources.devices = [DeviceRule(allow: false, access: .all)]
    spec.linux.resources.cpu.shares = 2
    let parent = pod.configuration.cgroupParent.isEmpty ? settings.cgroupParent : pod.configuration.cgroupParent
    spec.linux.cgroupsPath =
      settings.usesSystemdCgroups
      ? "\((parent as NSString).lastPathComponent):apus:infra-\(pod.id)" : "\(parent)/apus-infra-\(pod.id)"
    spec.linux.maskedPaths = ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi"]
    return spec
  }
}
