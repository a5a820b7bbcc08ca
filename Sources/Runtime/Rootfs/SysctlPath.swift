// The file of a kernel parameter.

/// The file of a kernel parameter below /proc/sys.
public struct SysctlPath: Equatable, Sendable {
  /// Relative to the root of a procfs, such as `sys/net/ipv4/ip_forward`.
  public let text: String

  /// As sysctl(8) reads a name: the first separator tells whether `.` or `/` separates; the other one is then a part
  /// of the pieces, turned round (`net.ipv4.conf.eth0/1.forwarding`).
  /// - Throws: `invalidConfiguration` for a name that is no plain path below /proc/sys (CVE-2022-0811 and its like).
  public init(_ name: String) throws(RuntimeError) {
    let (dot, slash) = (UInt8(ascii: "."), UInt8(ascii: "/"))
    let separator = name.utf8.first { $0 == dot || $0 == slash } ?? dot
    var path: [UInt8] = []
    for byte in name.utf8 {
      switch byte {
      case separator: path.append(slash)
      case dot, slash: path.append(separator == dot ? dot : byte)
      case 0x21...0x7e: path.append(byte)
      default: throw SysctlPath.refusal(name)
      }
    }
    for piece in fields(path[...], slash) {
      if piece.isEmpty || isSame(piece, ".") || isSame(piece, "..") {
        throw SysctlPath.refusal(name)
      }
    }
    text = "sys/" + ContainerRuntime.text(path[...])
  }

  /// A value is one line: a second one would be another setting to some readers.
  public static func check(value: String, of name: String) throws(RuntimeError) {
    for byte in value.utf8 where byte == 0 || byte == 0x0a {
      throw .invalidConfiguration(sentence("linux.sysctl: the value of ", about: name, " is not one line"))
    }
  }

  private static func refusal(_ name: String) -> RuntimeError {
    .invalidConfiguration(sentence("linux.sysctl: ", about: name, " is no name of a kernel parameter"))
  }
}
