// What plugins say about an attachment (CNI specification 1.1.0, section 5).

/// What an attachment gave: devices, addresses, routes and name servers.
public struct NetworkResult: Equatable, Sendable {
  public struct Interface: Equatable, Sendable {
    public let name: String
    public let hardwareAddress: String
    /// The namespace that it is in; empty for the host's.
    public let sandbox: String
  }

  public struct Address: Equatable, Sendable {
    public let address: IPAddress
    public let prefixLength: Int
    public let gateway: IPAddress?
    /// The place of its device among `interfaces`.
    public let interface: Int?
  }

  public struct Route: Equatable, Sendable {
    /// Such as 0.0.0.0/0.
    public let destination: String
    public let gateway: IPAddress?
  }

  public var interfaces: [Interface] = []
  public var addresses: [Address] = []
  public var routes: [Route] = []
  public var dns = NameServers()
  /// The plugin's own words.
  public let document: JSONValue

  /// The addresses of the pod: those of devices in its namespace, and those that name no device.
  public var podAddresses: [IPAddress] {
    addresses.filter { address in
      guard let index = address.interface else { return true }
      return interfaces.indices.contains(index) && !interfaces[index].sandbox.isEmpty
    }.map(\.address)
  }
}

/// Where names are looked up: the lines of a resolv.conf(5).
public struct NameServers: Equatable, Sendable {
  public var servers: [String] = []
  public var searches: [String] = []
  public var options: [String] = []

  public init(servers: [String] = [], searches: [String] = [], options: [String] = []) {
    self.servers = servers
    self.searches = searches
    self.options = options
  }

  public var isEmpty: Bool { servers.isEmpty && searches.isEmpty && options.isEmpty }
}
