// One mount of a container, decided.

internal import Linux
public import OCI

/// One mount of a container, decided: nothing is left to be looked up in config.json.
public struct MountPlan: Equatable, Sendable {
  public enum Content: Equatable, Sendable {
    case bind(recursive: Bool)
    /// A new file system of that type.
    case fileSystem(String)
    case cgroup(CgroupView)
    /// `remount`: what is mounted at the destination already gets other flags.
    case existing

    var isBind: Bool {
      if case .bind = self { return true }
      return false
    }

    /// Of a bind mount: whether the mounts below the source come along.
    var copiesTree: Bool {
      if case .bind(let recursive) = self { return recursive }
      return false
    }

    var isExisting: Bool {
      if case .existing = self { return true }
      return false
    }

    func isFileSystem(_ type: String) -> Bool {
      if case .fileSystem(let own) = self { return sameBytes(own, type) }
      return false
    }
  }

  public let content: Content
  /// As the kernel resolves it below the root, not cleaned.
  public let destination: String
  /// The destination by its letters, cleaned.
  let place: String
  /// For a bind mount an absolute path of the host, else a name that mount tables show.
  public let source: String
  public let options: MountOptions
  /// Data of the file system, with the SELinux context where there is one.
  public let parameters: [MountParameter]
  /// Nil for a mount that shows the owners of its files as they are.
  public let idMap: MountIDMap?

  /// - Throws: `invalidConfiguration` for what no kernel could do or what would hide the real /proc.
  public init(_ mount: OCI.Mount, in context: MountContext) throws(RuntimeError) {
    let options = MountOptions(mount.options)
    try MountPlan.check(mount)
    destination = MountPlan.destination(mount.destination, rootfs: context.rootfs)
    place = ContainerPath(destination).text
    content = try MountPlan.content(of: mount, options, context)
    let isRelative = content.isBind && !mount.source.startsWithBytes(of: "/")
    source = isRelative ? context.bundle + "/" + mount.source : mount.source
    parameters = options.parameters + MountPlan.label(context.mountLabel, for: content)
    idMap = MountIDMap(mount, options)
    self.options = options
    try checkPlace()
    if content.isBind && !options.parameters.isEmpty {
      throw MountPlan.refusal(destination, "bind mounts cannot have any filesystem-specific options applied")
    }
    if options.copiesUp && !content.isFileSystem("tmpfs") {
      throw MountPlan.refusal(destination, "tmpcopyup needs a tmpfs")
    }
  }

  /// What is being done, for messages; runc's words.
  public var purpose: String {
    sentence("error mounting ", about: source, sentence(" to rootfs at ", about: destination))
  }

  /// Whether the mount turns read-only only after everything below it is made.
  var isReadOnlyLater: Bool {
    guard options.flags.attributes.contains(.readOnly), case .fileSystem = content else { return false }
    return content.isFileSystem("tmpfs") || sameBytes(place, "/dev")
  }

  /// The kernel gets C strings: behind a zero byte it would see another name than we checked.
  private static func check(_ mount: OCI.Mount) throws(RuntimeError) {
    var holdsZero = false
    for text in mount.options + [mount.destination, mount.source, mount.type] where holds(text, anyOf: "\0") {
      holdsZero = true
    }
    if holdsZero { throw refusal(mount.destination, "a field holds a zero byte") }
    if mount.destination.utf8.isEmpty { throw .invalidConfiguration("mounts: a mount has no destination") }
  }

  private static func destination(_ text: String, rootfs: String) -> String {
    let prefix = ContainerPath(rootfs).text + "/"
    let path = ContainerPath(text).text
    if rootfs.utf8.isEmpty || prefix.utf8.count < 3 || !path.startsWithBytes(of: prefix) { return text }
    return ContainerRuntime.text([UInt8](path.utf8)[(prefix.utf8.count - 1)...])
  }

  private static func content(
    of mount: OCI.Mount, _ options: MountOptions, _ context: MountContext
  ) throws(RuntimeError) -> Content {
    if options.isRemount { return .existing }
    // The type of a bind mount is a dummy (config.md), but `bind` alone can mean nothing else.
    if let bind = options.bind { return .bind(recursive: bind == .tree) }
    if sameBytes(mount.type, "bind") { return .bind(recursive: false) }
    if mount.type.utf8.isEmpty {
      throw refusal(mount.destination, "a type is needed, or the option bind")
    }
    return sameBytes(mount.type, "cgroup") ? .cgroup(context.cgroups) : .fileSystem(mount.type)
  }

  /// The kernel's own file systems refuse a context; that of mqueue is set on its root instead.
  private static func label(_ label: String, for content: Content) -> [MountParameter] {
    guard !label.utf8.isEmpty, case .fileSystem = content else { return [] }
    for other in ["proc", "sysfs", "mqueue"] where content.isFileSystem(other) { return [] }
    return [MountParameter("context", label)]
  }

  private static func refusal(_ destination: String, _ why: String) -> RuntimeError {
    .invalidConfiguration(sentence("mount at ", about: destination, ": " + why))
  }

  /// The files below /proc that may be covered: those that lxcfs emulates.
  private static let coverable = [
    "cpuinfo", "diskstats", "meminfo", "stat", "swaps", "uptime", "loadavg", "slabinfo", "sys/kernel/ns_last_pid",
    "sys/crypto/fips_enabled",
  ]

  /// Whether the destination is, by its letters, one of the files below /proc that may be covered.
  var mayCoverProcfs: Bool {
    for allowed in MountPlan.coverable where sameBytes(place, "/proc/" + allowed) { return true }
    return false
  }

  /// A volume at or below /proc could feign what programs trust there (CVE-2019-16884).
  private func checkPlace() throws(RuntimeError) {
    if content.isExisting { return }
    if sameBytes(place, "/") { throw MountPlan.refusal(destination, "it is on top of the rootfs") }
    if sameBytes(place, "/proc") && !content.isBind && !content.isFileSystem("proc") {
      throw MountPlan.refusal(destination, "it cannot be mounted because it is not of type proc")
    }
    if place.startsWithBytes(of: "/proc/") && !mayCoverProcfs {
      throw MountPlan.refusal(destination, "it cannot be mounted because it is inside /proc")
    }
  }
}
