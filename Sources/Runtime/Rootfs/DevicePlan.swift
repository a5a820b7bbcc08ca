// The device nodes and links that a container finds in /dev.

public import Linux
public import OCI

/// A device node that the container must find.
public struct DevicePlan: Sendable {
  public let path: String
  public let kind: FileKind
  public let device: DeviceNumber
  /// Permission bits, exactly: the mask of file modes is not applied.
  public let mode: UInt32
  public let uid: UInt32
  public let gid: UInt32

  init(path: String, kind: FileKind, device: DeviceNumber, mode: UInt32 = 0o666, uid: UInt32 = 0, gid: UInt32 = 0) {
    self.path = path
    self.kind = kind
    self.device = device
    self.mode = mode
    self.uid = uid
    self.gid = gid
  }

  /// The nodes for the given settings: the default ones (config-linux.md) that no entry replaces, then the entries.
  /// /dev/ptmx is always a link.
  public static func nodes(_ entries: [DeviceNode]) throws(RuntimeError) -> [DevicePlan] {
    var list: [DevicePlan] = []
    for (path, major, minor) in defaults {
      var isReplaced = false
      for entry in entries where ContainerPath(entry.path).isSame(as: path) { isReplaced = true }
      if isReplaced { continue }
      list.append(
        DevicePlan(path: path, kind: .characterDevice, device: DeviceNumber(major: major, minor: minor)))
    }
    for entry in entries where !ContainerPath(entry.path).isSame(as: "/dev/ptmx") {
      list.append(try DevicePlan(entry))
    }
    return list
  }

  /// Whether /dev is the container's own: a bind mount over it keeps what it has.
  public static func areNeeded(_ mounts: [MountPlan]) -> Bool {
    for mount in mounts {
      if mount.content.isBind, sameBytes(mount.place, "/dev") { return false }
    }
    return true
  }

  /// In the order of the specification.
  private static let defaults: [(String, UInt32, UInt32)] = [
    ("/dev/null", 1, 3), ("/dev/zero", 1, 5), ("/dev/full", 1, 7), ("/dev/random", 1, 8), ("/dev/urandom", 1, 9),
    ("/dev/tty", 5, 0),
  ]

  private init(_ entry: DeviceNode) throws(RuntimeError) {
    let isNamed = !ContainerPath(entry.path).isRoot && !entry.path.utf8.contains(0)
    if !isNamed { throw DevicePlan.refusal(entry, " is no path of a device") }
    path = entry.path
    switch entry.kind {
    case .character, .unbuffered: kind = .characterDevice
    case .block: kind = .blockDevice
    case .fifo: kind = .fifo
    }
    // The kernel's numbers have 12 and 20 bits (linux/kdev_t.h).
    guard (0..<1 << 12).contains(entry.major), (0..<1 << 20).contains(entry.minor) || kind == .fifo else {
      throw DevicePlan.refusal(entry, " has no possible device number")
    }
    device =
      kind == .fifo
      ? DeviceNumber(major: 0, minor: 0)
      : DeviceNumber(major: UInt32(entry.major), minor: UInt32(entry.minor))
    mode = (entry.fileMode ?? 0o666) & 0o7777
    uid = entry.uid ?? 0
    gid = entry.gid ?? 0
  }

  private static func refusal(_ entry: DeviceNode, _ why: String) -> RuntimeError {
    .invalidConfiguration(sentence("linux.devices: ", about: entry.path, why))
  }
}

/// A symbolic link in the container's /dev.
public struct DeviceLink: Equatable, Sendable {
  public let path: String
  public let target: String
  /// A file of procfs without which the link has no sense, such as `kcore`.
  let needs: String?
  /// Whether the link takes the place of what is there.
  let replaces: Bool

  private init(_ path: String, _ target: String, needs: String? = nil, replaces: Bool = false) {
    self.path = path
    self.target = target
    self.needs = needs
    self.replaces = replaces
  }

  /// The links of config-linux.md, and `core` where the kernel has it, as runc does.
  public static let defaults = [
    DeviceLink("/dev/ptmx", "pts/ptmx", replaces: true), DeviceLink("/dev/fd", "/proc/self/fd"),
    DeviceLink("/dev/stdin", "/proc/self/fd/0"), DeviceLink("/dev/stdout", "/proc/self/fd/1"),
    DeviceLink("/dev/stderr", "/proc/self/fd/2"), DeviceLink("/dev/core", "/proc/kcore", needs: "kcore"),
  ]
}
