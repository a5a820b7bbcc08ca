// What a runtime tells plugins about an attachment (CNI conventions, "dynamic plugin specific fields").

/// A port of the host that leads to one of a pod.
public struct PortMapping: Equatable, Sendable {
  public enum TransportProtocol: String, Sendable {
    case tcp, udp, sctp
  }

  public var hostPort: UInt16
  public var containerPort: UInt16
  public var transport: TransportProtocol
  /// The address of the host that it listens on; nil for all.
  public var hostAddress: IPAddress?

  public init(
    hostPort: UInt16, containerPort: UInt16, transport: TransportProtocol = .tcp, hostAddress: IPAddress? = nil
  ) {
    self.hostPort = hostPort
    self.containerPort = containerPort
    self.transport = transport
    self.hostAddress = hostAddress
  }

  var document: JSONValue {
    var value: JSONValue = [
      "hostPort": .integer(Int(hostPort)), "containerPort": .integer(Int(containerPort)),
      "protocol": .string(transport.rawValue),
    ]
    if let hostAddress { value["hostIP"] = .string(hostAddress.description) }
    return value
  }
}

/// Limits of a pod's traffic, in bits and bits per second; 0 for none.
public struct Bandwidth: Equatable, Sendable {
  public var ingressRate = 0
  public var ingressBurst = 0
  public var egressRate = 0
  public var egressBurst = 0

  public init(ingressRate: Int = 0, ingressBurst: Int = 0, egressRate: Int = 0, egressBurst: Int = 0) {
    self.ingressRate = ingressRate
    self.ingressBurst = ingressBurst
    self.egressRate = egressRate
    self.egressBurst = egressBurst
  }

  var document: JSONValue {
    [
      "ingressRate": .integer(ingressRate), "ingressBurst": .integer(ingressBurst),
      "egressRate": .integer(egressRate), "egressBurst": .integer(egressBurst),
    ]
  }
}

/// What plugins that declare a capability are told; what is empty is not said.
public struct CapabilityArguments: Equatable, Sendable {
  public var portMappings: [PortMapping] = []
  public var dns = NameServers()
  public var bandwidth: Bandwidth?
  /// Sets of ranges, each as `ipam.ranges` of host-local has them.
  public var ipRanges: JSONValue?
  /// Fixed addresses, with or without prefix length.
  public var ips: [String] = []
  public var mac: String?
  public var aliases: [String] = []
  public var deviceID: String?
  public var infinibandGUID: String?
  public var cgroupPath: String?

  public init() {}

  /// By the name of the capability.
  var document: JSONValue {
    var value: JSONValue = [:]
    if !portMappings.isEmpty { value["portMappings"] = .list(portMappings.map(\.document)) }
    if !dns.isEmpty {
      value["dns"] = [
        "servers": .strings(dns.servers), "searches": .strings(dns.searches), "options": .strings(dns.options),
      ]
    }
    value["bandwidth"] = bandwidth?.document
    value["ipRanges"] = ipRanges
    if !ips.isEmpty { value["ips"] = .strings(ips) }
    value["mac"] = mac.map { .string($0) }
    if !aliases.isEmpty { value["aliases"] = .strings(aliases) }
    value["deviceID"] = deviceID.map { .string($0) }
    value["infinibandGUID"] = infinibandGUID.map { .string($0) }
    value["cgroupPath"] = cgroupPath.map { .string($0) }
    return value
  }
}
