// Which devices of the host a container gets.

internal import Foundation
internal import Linux
internal import OCI

/// Which devices of the host a container gets, looked at on the host.
struct DeviceChoice {
  private(set) var nodes: [DeviceNode] = []
  private(set) var rules: [DeviceRule] = []

  init(_ wanted: [HostDevice], isPrivileged: Bool) throws(PodError) {
    if isPrivileged { addAll(below: "/dev") }
    for (index, device) in wanted.enumerated() {
      let field = "devices[\(index)]"
      guard let access = DeviceAccess(letters: device.permissions.isEmpty ? "rwm" : device.permissions) else {
        throw PodError(.invalidArgument, "\(field).permissions: '\(device.permissions)' is not of the letters rwm")
      }
      let target = device.containerPath.isEmpty ? device.hostPath : device.containerPath
      try add(device.hostPath, target, access, field)
    }
  }

  /// A device, or every device of a folder.
  private mutating func add(
    _ path: String, _ target: String, _ access: DeviceAccess, _ field: String
  ) throws(PodError) {
    let status: FileStatus
    do throws(SystemCallError) {
      status = try Descriptor.workingDirectory.status(of: path, followLinks: true)
    } catch {
      throw PodError(.invalidArgument, "\(field).host_path: \(error.message)")
    }
    if let node = DeviceChoice.node(status, at: target) {
      nodes.removeAll { $0.path == target }
      nodes.append(node)
      rules.append(
        DeviceRule(
          allow: true, kind: node.kind == .block ? .block : .character, major: node.major, minor: node.minor,
          access: access))
      return
    }
    guard status.kind == .directory else {
      throw PodError(.invalidArgument, "\(field).host_path: '\(path)' is no device")
    }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? [] {
      // What is no device in a folder of devices is passed over.
      try? add("\(path)/\(name)", "\(target)/\(name)", access, field)
    }
  }

  /// All devices of the host but those that a container has of its own.
  private mutating func addAll(below folder: String) {
    let own: Set = [
      "/dev/pts", "/dev/shm", "/dev/mqueue", "/dev/console", "/dev/ptmx", "/dev/fd", "/dev/stdin", "/dev/stdout",
      "/dev/stderr", "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty",
      "/dev/hugepages", "/dev/.lxc", "/dev/.lxd-mounts", "/dev/.udev",
    ]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? [] {
      let path = "\(folder)/\(name)"
      guard !own.contains(path), let status = try? Descriptor.workingDirectory.status(of: path) else { continue }
      if status.kind == .directory { addAll(below: path) }
      if let node = DeviceChoice.node(status, at: path) { nodes.append(node) }
    }
  }

  private static func node(_ status: FileStatus, at path: String) -> DeviceNode? {
    let kind: DeviceKind
    switch status.kind {
    case .characterDevice: kind = .character
    case .blockDevice: kind = .block
    default: return nil
    }
    return DeviceNode(
      path: path, kind: kind, major: Int64(status.special.major), minor: Int64(status.special.minor),
      fileMode: status.permissions, uid: status.uid, gid: status.gid)
  }
}
