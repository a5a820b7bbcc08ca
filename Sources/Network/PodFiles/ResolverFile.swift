// A pod's resolv.conf.

import Linux

/// A pod's resolv.conf(5).
public enum ResolverFile {
  /// The text for given name servers.
  /// - Throws: `.request` for what the file cannot say: a server that is no address, or a word with a space in it,
  ///   which would begin another one.
  public static func text(_ dns: NameServers) throws(NetworkError) -> String {
    for server in dns.servers where IPAddress(withoutZone(server)) == nil {
      throw NetworkError(.request, "dns: server '\(server)' is no address")
    }
    for word in dns.searches + dns.options where !isWord(word) {
      throw NetworkError(.request, "dns: '\(word)' is not one word")
    }
    var text = ""
    if !dns.searches.isEmpty { text += "search " + dns.searches.joined(separator: " ") + "\n" }
    for server in dns.servers { text += "nameserver " + server + "\n" }
    if !dns.options.isEmpty { text += "options " + dns.options.joined(separator: " ") + "\n" }
    return text
  }

  /// The text for a pod: what it asks for, else what its network says, else the host's own file.
  /// - Parameter host: the host's file; nil when it has none.
  public static func text(
    _ asked: NameServers, network: NameServers = NameServers(), host: @autoclosure () -> String?
  ) throws(NetworkError) -> String {
    if !asked.isEmpty { return try text(asked) }
    if !network.isEmpty { return try text(network) }
    return host() ?? ""
  }

  /// A link-local address may name its device behind a percent sign.
  private static func withoutZone(_ server: String) -> String {
    guard let sign = server.firstIndex(of: "%") else { return server }
    let zone = String(server[server.index(after: sign)...])
    return NetworkName.isInterface(zone) ? String(server[..<sign]) : server
  }

  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
  }
}
