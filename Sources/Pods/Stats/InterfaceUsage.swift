// What went over the network interfaces of a pod.

internal import ContainerNetwork
internal import Linux

/// What went over a network interface since it was made, as seen from inside of the pod.
public struct InterfaceUsage: Equatable, Sendable {
  public struct Direction: Equatable, Sendable {
    public let bytes: UInt64
    public let packets: UInt64
    public let errors: UInt64
    public let drops: UInt64
  }

  public let name: String
  public let received: Direction
  public let sent: Direction

  /// The interfaces of a table (proc(5), /proc/net/dev) but the loopback, which every pod has.
  static func all(in text: String) -> [InterfaceUsage] {
    text.split(separator: "\n").compactMap { line in
      guard let colon = line.lastIndex(of: ":") else { return nil }
      let name = line[..<colon].trimmingPrefix { $0 == " " }
      let numbers = line[line.index(after: colon)...].split(separator: " ").map { UInt64($0) ?? 0 }
      guard numbers.count >= 12, name != "lo" else { return nil }
      return InterfaceUsage(
        name: String(name),
        received: Direction(bytes: numbers[0], packets: numbers[1], errors: numbers[2], drops: numbers[3]),
        sent: Direction(bytes: numbers[8], packets: numbers[9], errors: numbers[10], drops: numbers[11]))
    }
  }

  /// Those of a network namespace by its file; nil when it is gone.
  static func all(inNamespace path: String) -> [InterfaceUsage]? {
    let table = try? NetworkNamespace(path).run { () throws(SystemCallError) in
      try Descriptor.workingDirectory.readFile("/proc/thread-self/net/dev")
    }
    return table.map { all(in: String(decoding: $0, as: UTF8.self)) }
  }
}
