// A pod's /etc/hosts and /etc/hostname, for containers that bring none by a mount of their own.

/// A pod's hosts(5).
public enum HostsFile {
  /// - Parameters:
  ///   - hostName: the pod's; empty for a pod with the host's network.
  ///   - addresses: the pod's.
  public static func text(hostName: String, addresses: [IPAddress]) -> String {
    var text = """
      127.0.0.1\tlocalhost
      ::1\tlocalhost ip6-localhost ip6-loopback
      fe00::0\tip6-localnet
      ff00::0\tip6-mcastprefix
      ff02::1\tip6-allnodes
      ff02::2\tip6-allrouters

      """
    if !hostName.isEmpty {
      for address in addresses { text += "\(address)\t\(hostName)\n" }
    }
    return text
  }
}

/// The name of a pod's host.
public enum PodHostName {
  /// What sethostname(2) takes and hosts(5) can hold: at most 64 bytes of letters, digits, `-`, `.` and `_`.
  /// - Throws: `.request`.
  public static func check(_ name: String) throws(NetworkError) {
    let isPlain = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        || "-._".utf8.contains(byte)
    }
    guard isPlain, name.utf8.count <= 64 else {
      throw NetworkError(
        .request, "host name '\(name)' is longer than 64 bytes or holds other than letters, digits, -._")
    }
  }

  /// The text of /etc/hostname.
  public static func text(_ name: String) -> String { name + "\n" }
}
