// Kernel parameters that a pod may set.

/// A kernel parameter of one namespace, by its exact name, with a value that is one line: what a pod may set in the
/// namespaces that are its own (CVE-2022-0811). Everything else in /proc/sys is the host's.
public struct KernelParameter: Equatable, Sendable {
  /// The path below /proc/sys.
  public let path: String
  public let value: String
  /// The namespace that it belongs to, `.network` or `.ipc`.
  public let namespace: NamespaceKind

  /// - Parameter name: as sysctl(8) takes it, with dots or slashes.
  public init(_ name: String, _ value: String) throws(SpecError) {
    guard name.utf8.count <= 255, let path = kernelParameter(name) else {
      throw SpecError(sentence("sysctl %", quoted(name)), "is no plain name of a kernel parameter")
    }
    guard let namespace = KernelParameter.namespace(of: path) else {
      throw SpecError(sentence("sysctl %", quoted(name)), "belongs to no namespace of a pod")
    }
    guard KernelParameter.isValue(value) else {
      throw SpecError(sentence("sysctl %", quoted(name)), "the value is not one line of plain text")
    }
    self.path = path
    self.value = value
    self.namespace = namespace
  }

  /// Reads `name=value`; the value may hold further signs of equality.
  public init(assignment text: String) throws(SpecError) {
    let bytes = [UInt8](text.utf8)
    guard let sign = bytes.firstIndex(of: UInt8(ascii: "=")) else {
      throw SpecError(sentence("sysctl %", quoted(text)), "has no value")
    }
    try self.init(decoded(bytes[..<sign]), decoded(bytes[(sign + 1)...]))
  }

  private static func namespace(of path: String) -> NamespaceKind? {
    if indexOfName(path, in: parametersOfIPC) != nil || indexOfName(path, in: parametersOfQueues) != nil {
      return .ipc
    }
    return hasPrefix(path, "net/") && path.utf8.count > 4 ? .network : nil
  }

  /// Several numbers stand between spaces or tabs; nothing may begin another line, or end the text for the kernel.
  private static func isValue(_ value: String) -> Bool {
    for byte in value.utf8 where byte < 0x20 && byte != 0x9 || byte > 0x7e { return false }
    return !value.isEmpty && value.utf8.count <= 4096
  }
}

private let parametersOfQueues = [
  "fs/mqueue/msg_default", "fs/mqueue/msg_max", "fs/mqueue/msgsize_default", "fs/mqueue/msgsize_max",
  "fs/mqueue/queues_max",
]
