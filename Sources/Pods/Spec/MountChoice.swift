// Where the mounts that a caller asks for come from.

internal import Foundation
internal import Linux
internal import OCI

/// Where the mounts that a caller asks for come from. Paths of the host are looked at, and made when they are missing.
struct MountChoice {
  /// In the runtime's words.
  private(set) var mounts: [OCI.Mount] = []
  /// As they are reported: with the sources that were found.
  private(set) var reported: [ContainerMount] = []
  private(set) var rootPropagation: RootfsPropagation?

  /// - Parameters:
  ///   - features: of the runtime.
  ///   - volumes: where images are mounted, by the number of the mount.
  init(
    _ wanted: [ContainerMount], _ table: MountTable, _ features: HandlerFeatures, volumes: [Int: String] = [:]
  ) throws(PodError) {
    for (index, mount) in wanted.enumerated() {
      let field = "mounts[\(index)]"
      guard !mount.containerPath.isEmpty else {
        throw PodError(.invalidArgument, "\(field).container_path: is empty")
      }
      if let volume = volumes[index] {
        add(mount, image: volume)
      } else {
        try add(mount, table, features, field)
      }
    }
  }

  /// Nothing writes to an image, and no program of it gets another's powers.
  private mutating func add(_ wanted: ContainerMount, image path: String) {
    mounts.append(
      Mount(
        destination: wanted.containerPath, type: "bind", source: path,
        options: ["rbind", "ro", "rprivate", "nosuid", "nodev"]))
    var mount = wanted
    mount.hostPath = path
    mount.isReadOnly = true
    reported.append(mount)
  }

  private mutating func add(
    _ wanted: ContainerMount, _ table: MountTable, _ features: HandlerFeatures, _ field: String
  ) throws(PodError) {
    if wanted.isRecursivelyReadOnly && (!wanted.isReadOnly || wanted.propagation != .none) {
      throw PodError(
        .invalidArgument, "\(field).recursive_read_only: needs readonly and private propagation")
    }
    guard !wanted.isRecursivelyReadOnly || features.hasRecursiveReadOnlyMounts else {
      // What the kubelet knows such failures by (cri-api, errors).
      throw PodError(
        .failedPrecondition,
        "RROUnsupported: \(field).recursive_read_only: the runtime does not support recursive read-only mounts")
    }
    if let owners = wanted.owners { try MountChoice.check(owners, features, field) }
    guard wanted.hostPath.hasPrefix("/") else {
      throw PodError(.invalidArgument, "\(field).host_path: '\(wanted.hostPath)' is not an absolute path")
    }
    var mount = wanted
    mount.hostPath = try MountChoice.source(wanted.hostPath, field)
    var options = ["rbind", mount.isRecursivelyReadOnly ? "rro" : mount.isReadOnly ? "ro" : "rw"]
    options.append(try propagation(mount, table, field))
    mounts.append(
      Mount(
        destination: mount.containerPath, type: "bind", source: mount.hostPath, options: options,
        uidMappings: mount.owners?.uids.map(\.mapping) ?? [], gidMappings: mount.owners?.gids.map(\.mapping) ?? []))
    reported.append(mount)
  }

  /// A runtime that does not know mapped mounts would pass them over: files would be somebody else's.
  private static func check(
    _ owners: OwnerMap, _ features: HandlerFeatures, _ field: String
  ) throws(PodError) {
    guard !owners.uids.isEmpty, !owners.gids.isEmpty else {
      throw PodError(.invalidArgument, "\(field): needs both uidMappings and gidMappings, or none")
    }
    guard features.hasUserNamespaces else {
      throw PodError(
        .failedPrecondition, "\(field).uidMappings: the runtime or this host does not support mapped mounts")
    }
  }

  private mutating func propagation(
    _ mount: ContainerMount, _ table: MountTable, _ field: String
  ) throws(PodError) -> String {
    switch mount.propagation {
    case .none: return "rprivate"
    case .hostToContainer:
      guard table.isShared(mount.hostPath) || table.isSlave(mount.hostPath) else {
        throw PodError(.invalidArgument, "\(field): '\(mount.hostPath)' is on neither a shared nor a slave mount")
      }
      if rootPropagation == nil { rootPropagation = .recursivelySlave }
      return "rslave"
    case .bidirectional:
      guard table.isShared(mount.hostPath) else {
        throw PodError(.invalidArgument, "\(field): '\(mount.hostPath)' is not on a shared mount")
      }
      rootPropagation = .recursivelyShared
      return "rshared"
    }
  }

  /// The path without links on the way; a missing one becomes a folder, as the kubelet expects it.
  private static func source(_ path: String, _ field: String) throws(PodError) -> String {
    if !FileManager.default.fileExists(atPath: path) {
      do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      } catch {
        throw PodError(.failed, "\(field).host_path: making the folder '\(path)': \(error.localizedDescription)")
      }
    }
    return try attempting("\(field).host_path") { () throws(SystemCallError) in
      let file = try Descriptor.workingDirectory.open(path, [.path])
      return try Descriptor.workingDirectory.readLink("/proc/self/fd/\(file.number)")
    }
  }
}

/// The mounts of the host and where their changes go (proc(5), mountinfo).
struct MountTable {
  private let entries: [(place: String, isShared: Bool, isSlave: Bool)]

  static func current() throws(PodError) -> MountTable {
    let bytes = try attempting("reading the mounts") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.readFile("/proc/self/mountinfo", limit: 64 << 20)
    }
    return MountTable(String(decoding: bytes, as: UTF8.self))
  }

  init(_ text: String) {
    entries = text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > 6, let end = fields.firstIndex(of: "-") else { return nil }
      let tags = fields[6..<max(6, end)]
      let place = MountTable.unescaped(String(fields[4]))
      return (place, tags.contains { $0.hasPrefix("shared:") }, tags.contains { $0.hasPrefix("master:") })
    }
  }

  func isShared(_ path: String) -> Bool { entry(of: path)?.isShared ?? false }
  func isSlave(_ path: String) -> Bool { entry(of: path)?.isSlave ?? false }

  func isMountPoint(_ path: String) -> Bool { entries.contains { $0.place == path } }

  /// The mount that a path lies on: the longest place above it, of equal ones the last mounted.
  private func entry(of path: String) -> (place: String, isShared: Bool, isSlave: Bool)? {
    var found: (place: String, isShared: Bool, isSlave: Bool)?
    for entry in entries {
      let isAbove = entry.place == "/" || path == entry.place || path.hasPrefix(entry.place + "/")
      if isAbove && entry.place.utf8.count >= found?.place.utf8.count ?? 0 { found = entry }
    }
    return found
  }

  /// Blanks and the like stand as `\040`.
  private static func unescaped(_ text: String) -> String {
    guard text.contains("\\") else { return text }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.count >= 3,
        let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
      {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
