// Which proxy stands before a host.

/// Which proxy stands before a host, as the environment says: HTTP_PROXY, HTTPS_PROXY, NO_PROXY, in upper or lower
/// case.
public struct ProxySettings: Equatable, Sendable {
  /// The addresses of the proxies, empty for none.
  public let http: String
  public let https: String
  private let exceptions: [String]

  public init(_ environment: [String: String]) {
    func value(_ name: String) -> String {
      // The lower-case name is the older one and wins, as with curl.
      environment[name.lowercased()].flatMap { $0.isEmpty ? nil : $0 } ?? environment[name] ?? ""
    }
    // A web server sets HTTP_PROXY from a header of its client (CVE-2016-5385).
    http = environment["REQUEST_METHOD"] == nil ? value("HTTP_PROXY") : environment["http_proxy"] ?? ""
    https = value("HTTPS_PROXY")
    exceptions = value("NO_PROXY").split(whereSeparator: { $0 == "," || $0 == " " }).map { $0.lowercased() }
  }

  /// The proxy for a host; nil for a direct connection.
  /// - Parameter port: the port that is connected to.
  public func proxy(forHost host: String, port: Int, isSecure: Bool) -> String? {
    let proxy = isSecure ? https : http
    guard !proxy.isEmpty else { return nil }
    let host = host.lowercased()
    // What runs on this host is never reached through another one.
    if host == "localhost" || host == "::1" || host.hasPrefix("127.") { return nil }
    return exceptions.contains { ProxySettings.excepts($0, host, port) } ? nil : proxy
  }

  private static func excepts(_ exception: String, _ host: String, _ port: Int) -> Bool {
    if exception == "*" { return true }
    var name = exception[...]
    if let colon = name.lastIndex(of: ":"), name.firstIndex(of: ":") == colon,
      let number = Int(name[name.index(after: colon)...])
    {
      guard number == port else { return false }
      name = name[..<colon]
    }
    if let network = AddressRange(name) { return network.contains(host) }
    if name.hasPrefix("*.") { name = name.dropFirst() }
    // `.a.b` stands for what lies below, `a.b` for itself and what lies below.
    return name.hasPrefix(".") ? host.hasSuffix(name) : host == name || host.hasSuffix("." + name)
  }
}

/// A range of IPv4 addresses, such as `10.0.0.0/8`.
private struct AddressRange {
  private let first: UInt32
  private let mask: UInt32

  init?(_ text: Substring) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = AddressRange.address(parts[0]), let bits = Int(parts[1]),
      (0...32).contains(bits)
    else { return nil }
    mask = bits == 0 ? 0 : UInt32.max << UInt32(32 - bits)
    first = address & mask
  }

  func contains(_ host: String) -> Bool {
    AddressRange.address(host[...]).map { $0 & mask == first } ?? false
  }

  private static func address(_ text: Substring) -> UInt32? {
    let bytes = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    guard bytes.count == 4 else { return nil }
    return bytes.reduce(UInt32?(0)) { sum, byte in
      guard let sum, let byte else { return nil }
      return sum << 8 | UInt32(byte)
    }
  }
}
