// The container's cgroup in one hierarchy.

public import Linux
import OCI

/// The container's cgroup in one hierarchy; kept in state.json.
public struct CgroupDirectory: Equatable, Sendable {
  /// As in `CgroupHierarchy`.
  public let controllers: [String]
  public let mountPoint: String
  /// Relative to the mount point, cleaned, never empty.
  public let path: String

  public init(controllers: [String], mountPoint: String, path: String) {
    self.controllers = controllers
    self.mountPoint = mountPoint
    self.path = path
  }

  public var isUnified: Bool { controllers.isEmpty }

  func has(_ controller: String) -> Bool { controllers.contains { sameBytes($0, controller) } }

  func isSame(as other: CgroupDirectory?) -> Bool {
    guard let other else { return false }
    return sameBytes(mountPoint, other.mountPoint) && sameBytes(path, other.path)
  }

  /// For people and for callers that want a path; we ourselves go through the mount point.
  public var absolutePath: String { mountPoint + "/" + path }

  /// Opens the directory for walks and for CLONE_INTO_CGROUP (an O_PATH descriptor).
  public func open() throws(SystemCallError) -> Descriptor {
    let mount = try openMount()
    do {
      return try mount.open(path, [.path, .directory], resolve: .cgroup)
    } catch {
      throw named(error)
    }
  }

  func openMount() throws(SystemCallError) -> Descriptor {
    try Descriptor.workingDirectory.open(mountPoint, [.path, .directory], resolve: .noMagicLinks)
  }
}

extension CgroupDirectory {
  /// Opens the directory and performs calls in it. Errors name the file by its whole path.
  func performing<T: ~Copyable>(
    _ what: String, _ body: (borrowing Descriptor) throws(SystemCallError) -> T
  ) throws(RuntimeError) -> T {
    do throws(SystemCallError) {
      return try inside(body)
    } catch {
      throw .systemCall(doing: what, error)
    }
  }

  /// The same where the cgroup may be gone: then `gone` is the result.
  func performing<T>(
    _ what: String, gone: T, _ body: (borrowing Descriptor) throws(SystemCallError) -> T
  ) throws(RuntimeError) -> T {
    do throws(SystemCallError) {
      return try inside(body)
    } catch {
      if error.errno.isVanished { return gone }
      throw .systemCall(doing: what, error)
    }
  }

  private func inside<T: ~Copyable>(
    _ body: (borrowing Descriptor) throws(SystemCallError) -> T
  ) throws(SystemCallError) -> T {
    let opened = try open()
    do {
      return try body(opened)
    } catch {
      throw named(error, below: absolutePath)
    }
  }

  /// The same error with a path that says which hierarchy.
  func named(_ error: SystemCallError, below top: String? = nil) -> SystemCallError {
    let isAbsolute = error.subject.utf8.first == UInt8(ascii: "/")
    let subject = isAbsolute ? error.subject : (top ?? mountPoint) + "/" + error.subject
    return SystemCallError(call: error.call, subject: subject, errno: error.errno)
  }
}

extension ResolveFlags {
  /// Inside a cgroup file system: it has no links, and what a container may have mounted over its part is no cgroup.
  static let cgroup: ResolveFlags = [.beneath, .noMagicLinks, .noSymlinks, .noCrossMounts]
}
