// The container's cgroup in one hierarchy.

public import Linux
import OCI

/// The container's cgroup in one hierarchy; kept in state.json.
public struct CgroupDirectory: Equatable, Sendable {
  /// One word in all the lists and errors that hold it.
  private let storage: Storage

  private final class Storage: Sendable {
    let controllers: [String]
    let mountPoint: String
    let path: String

    init(_ controllers: [String], _ mountPoint: String, _ path: String) {
      (self.controllers, self.mountPoint, self.path) = (controllers, mountPoint, path)
    }
  }

  @inline(never)
  public init(controllers: [String], mountPoint: String, path: String) {
    storage = Storage(controllers, mountPoint, path)
  }

  /// As in `CgroupHierarchy`.
  public var controllers: [String] { storage.controllers }
  public var mountPoint: String { storage.mountPoint }
  /// Relative to the mount point, cleaned, never empty.
  public var path: String { storage.path }

  public var isUnified: Bool { storage.controllers.isEmpty }

  /// For people and for callers that want a path; we ourselves go through the mount point.
  public var absolutePath: String { CgroupPath.joined(mountPoint, path) }

  @inline(never)
  public static func == (left: CgroupDirectory, right: CgroupDirectory) -> Bool {
    sameBytes(left.mountPoint, right.mountPoint) && sameBytes(left.path, right.path)
      && left.controllers.elementsEqual(right.controllers) { sameBytes($0, $1) }
  }

  @inline(never)
  func has(_ controller: String) -> Bool {
    for name in storage.controllers where sameBytes(name, controller) { return true }
    return false
  }

  /// The same hierarchy at another path.
  func at(_ path: String) -> CgroupDirectory {
    CgroupDirectory(controllers: controllers, mountPoint: mountPoint, path: path)
  }
}

extension CgroupDirectory {
  /// Opens the directory for walks and for CLONE_INTO_CGROUP (an O_PATH descriptor). Errors name the whole path.
  @inline(never)
  public func open() throws(SystemCallError) -> Descriptor {
    let mount = try openMount()
    do {
      return try mount.open(path, [.path, .directory], resolve: .cgroup)
    } catch {
      throw named(error, below: mountPoint)
    }
  }

  @inline(never)
  func openMount() throws(SystemCallError) -> Descriptor {
    try Descriptor.workingDirectory.open(mountPoint, [.path, .directory], resolve: .noMagicLinks)
  }

  /// The same error with a path that says which hierarchy.
  @inline(never)
  func named(_ error: SystemCallError, below top: String) -> SystemCallError {
    if error.subject.utf8.first == UInt8(ascii: "/") { return error }
    return SystemCallError(
      call: error.call, subject: CgroupPath.joined(top, error.subject), errno: error.errno)
  }

  /// A call in this directory that failed, and what it was for.
  @inline(never)
  func failure(_ doing: String, _ error: SystemCallError) -> RuntimeError {
    .systemCall(doing: doing, named(error, below: absolutePath))
  }
}

extension ResolveFlags {
  /// Inside a cgroup file system: it has no links, and what a container may have mounted over its part is no cgroup.
  static let cgroup: ResolveFlags = [.beneath, .noMagicLinks, .noSymlinks, .noCrossMounts]
}
