// Which system calls a container may make.

internal import Foundation
internal import Linux
internal import OCI

/// Which system calls a container may make.
enum SeccompChoice {
  private static let fileLimit = 4 << 20

  /// - Returns: nil for no filter.
  static func filter(
    _ profile: ConfinementProfile, for capabilities: CapabilitySets, isPrivileged: Bool
  ) throws(PodError) -> Seccomp? {
    if isPrivileged { return nil }
    switch profile {
    case .unconfined: return nil
    case .runtimeDefault: return DefaultSeccomp.profile(for: Set(capabilities.bounding))
    case .localhost(let path): return try read(path)
    }
  }

  /// A profile of the node's administrator, by its absolute path.
  private static func read(_ path: String) throws(PodError) -> Seccomp {
    guard path.hasPrefix("/") else {
      throw PodError(.invalidArgument, "seccomp: '\(path)' is not an absolute path")
    }
    let bytes: [UInt8]
    do throws(SystemCallError) {
      bytes = try Descriptor.workingDirectory.readRegularFile(path, limit: fileLimit)
    } catch {
      throw PodError(.invalidArgument, "seccomp: reading '\(path)': \(error.message)")
    }
    try refuseConditions(bytes, path)
    do throws(SpecError) { return try Seccomp.decode(bytes) } catch {
      throw PodError(.invalidArgument, "seccomp: '\(path)': \(error.message)")
    }
  }

  /// Rules of container engines may hold only under conditions; taken without them they would allow more.
  private static func refuseConditions(_ bytes: [UInt8], _ path: String) throws(PodError) {
    let document = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    for case let rule as [String: Any] in document?["syscalls"] as? [Any] ?? [] {
      for key in ["includes", "excludes"] where !((rule[key] as? [String: Any])?.isEmpty ?? true) {
        throw PodError(.unimplemented, "seccomp: '\(path)': rules with '\(key)' are not supported")
      }
    }
  }
}
