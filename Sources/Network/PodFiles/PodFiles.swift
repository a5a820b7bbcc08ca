// The files of a pod that its containers see below /etc.

import Linux

/// The files of a pod that its containers see below /etc, in a folder of the pod's own.
public struct PodFiles: Equatable, Sendable {
  /// resolv.conf(5)
  public var resolver: String
  /// hosts(5)
  public var hosts: String
  public var hostName: String

  public init(resolver: String, hosts: String, hostName: String) {
    self.resolver = resolver
    self.hosts = hosts
    self.hostName = hostName
  }

  public static let resolverName = "resolv.conf"
  public static let hostsName = "hosts"
  public static let hostNameName = "hostname"

  private static let largestFile = 1 << 20

  /// The host's own resolv.conf; nil when it cannot be read.
  public static func resolverOfHost(_ path: String = "/etc/resolv.conf") -> String? {
    let bytes = try? Descriptor.workingDirectory.readRegularFile(path, limit: largestFile)
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Writes the files into a folder that is there. Files that are there are written anew in their place, since
  /// containers have them mounted.
  public func write(in folder: String) throws(NetworkError) {
    for (name, text) in [
      (Self.resolverName, resolver), (Self.hostsName, hosts), (Self.hostNameName, PodHostName.text(hostName)),
    ] {
      try naming("writing the files of a pod") { () throws(SystemCallError) in
        let directory = try Descriptor.workingDirectory.open(folder, [.path, .directory])
        let file = try directory.open(name, [.writeOnly, .create, .truncate, .noFollow], mode: 0o644)
        // Whatever the mask of the daemon is: users of the containers read them.
        try file.changeMode(0o644)
        try file.writeAll(text, subject: folder + "/" + name)
      }
    }
  }
}
