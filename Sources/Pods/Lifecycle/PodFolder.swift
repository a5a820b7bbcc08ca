// What all containers of a pod share on disk.

internal import Linux
internal import ContainerNetwork

/// What all containers of a pod share on disk: resolv.conf, hosts, hostname, and its shared memory.
struct PodFolder {
  private let pod: PodRecord
  /// What the network says about names.
  private let network: DNSConfiguration?

  init(_ pod: PodRecord, _ network: DNSConfiguration?) {
    self.pod = pod
    self.network = network
  }

  /// Makes the folder with its files in it.
  func write() throws(PodError) {
    try attempting("making the folder '\(pod.folder)'") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.makeDirectory(pod.folder, mode: 0o711)
    }
    do throws(NetworkError) {
      let resolver = try ResolverFile.text(
        NameServers(pod.configuration.dns), network: NameServers(network), host: PodFiles.resolverOfHost())
      try PodFiles(resolver: resolver, hosts: hosts, hostName: pod.hostname).write(in: pod.folder)
    } catch {
      throw PodError(error.kind == .request ? .invalidArgument : .failed, error.message)
    }
    guard pod.owners != nil else { return }
    // The pod's root may change them, as the host's may where there is no other.
    for name in ["resolv.conf", "hosts", "hostname"] {
      try attempting("giving '\(pod.folder)/\(name)' to the pod") { () throws(SystemCallError) in
        let file = try Descriptor.workingDirectory.open("\(pod.folder)/\(name)", [.path, .noFollow])
        try file.changeOwner(uid: pod.root.uid, gid: pod.root.gid)
      }
    }
  }

  /// The host's own with its network, else the pod's names and no others.
  private var hosts: String {
    if pod.usesHostNetwork,
      let bytes = try? Descriptor.workingDirectory.readRegularFile("/etc/hosts", limit: 1 << 20)
    {
      return String(decoding: bytes, as: UTF8.self)
    }
    return HostsFile.text(hostName: pod.hostname, addresses: pod.addresses.compactMap { IPAddress($0) })
  }

  /// Mounts the /dev/shm of the containers.
  func mountSharedMemory(at path: String, bytes: Int64) throws(PodError) {
    try attempting("mounting the shared memory at '\(path)'") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.makeDirectory(path, mode: 0o711)
      let place = try Descriptor.workingDirectory.open(path, [.path, .directory, .noFollow])
      let context = try FileSystemContext("tmpfs")
      try context.set("source", "shm")
      try context.set("mode", "1777")
      try context.set("size", String(bytes))
      if pod.owners != nil {
        try context.set("uid", String(pod.root.uid))
        try context.set("gid", String(pod.root.gid))
      }
      let tree = try context.mount([.noSetID, .noDevices, .noExecute])
      try tree.attach(to: place, subject: path)
    }
  }
}

extension NameServers {
  fileprivate init(_ dns: DNSConfiguration?) {
    self.init(servers: dns?.servers ?? [], searches: dns?.searches ?? [], options: dns?.options ?? [])
  }
}
