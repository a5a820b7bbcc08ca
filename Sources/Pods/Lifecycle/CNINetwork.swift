// Pods on the networks that plugins make.

public import ContainerNetwork

/// Pods on the networks that plugins make (Container Network Interface).
public struct CNINetwork: PodNetwork {
  private let networks: PodNetworks

  public init(_ networks: PodNetworks) { self.networks = networks }

  public func readiness() async -> PodNetworkReadiness {
    switch networks.readiness {
    case .ready: .ready
    case .notReady(let reason): .notReady(reason: reason)
    }
  }

  public func attach(_ request: NetworkRequest) async throws(PodError) -> AttachedNetwork {
    let pod = PodIdentity(
      namespace: request.metadata.namespace, name: request.metadata.name, uid: request.metadata.uid,
      sandboxID: request.podID)
    let capabilities = try CNINetwork.capabilities(request)
    do throws(NetworkError) {
      let result = try await networks.attach(pod, namespace: request.namespace, capabilities)
      var attached = AttachedNetwork()
      attached.addresses = result.podAddresses.map(\.description)
      var dns = DNSConfiguration()
      dns.servers = result.dns.servers
      dns.searches = result.dns.searches
      dns.options = result.dns.options
      attached.dns = dns.isEmpty ? nil : dns
      return attached
    } catch {
      throw PodError(CNINetwork.reason(error), error.message)
    }
  }

  public func detach(pod id: String) async throws(PodError) -> [String] {
    do throws(NetworkError) { return try await networks.detach(sandboxID: id) } catch {
      throw PodError(CNINetwork.reason(error), error.message)
    }
  }

  public func check(pod id: String) async -> String? {
    do throws(NetworkError) { try await networks.check(sandboxID: id) } catch { return error.message }
    return nil
  }

  public func collectGarbage(keeping pods: @escaping @Sendable () -> Set<String>) async -> [String] {
    do throws(NetworkError) { return try await networks.collectGarbage(keeping: pods) } catch {
      return [error.message]
    }
  }

  private static func capabilities(_ request: NetworkRequest) throws(PodError) -> CapabilityArguments {
    var arguments = CapabilityArguments()
    // A port without one of the host only tells that there is a server.
    for mapping in request.portMappings where mapping.hostPort > 0 {
      guard let host = UInt16(exactly: mapping.hostPort), let inside = UInt16(exactly: mapping.containerPort),
        let transport = ContainerNetwork.PortMapping.TransportProtocol(rawValue: mapping.transport)
      else { throw PodError(.invalidArgument, "port_mappings: \(mapping.hostPort) leads to no port") }
      let address = mapping.hostAddress.isEmpty ? nil : IPAddress(mapping.hostAddress)
      guard mapping.hostAddress.isEmpty || address != nil else {
        throw PodError(.invalidArgument, "port_mappings: '\(mapping.hostAddress)' is no address")
      }
      arguments.portMappings.append(
        ContainerNetwork.PortMapping(
          hostPort: host, containerPort: inside, transport: transport, hostAddress: address))
    }
    if let dns = request.dns {
      arguments.dns = NameServers(servers: dns.servers, searches: dns.searches, options: dns.options)
    }
    arguments.cgroupPath = request.cgroupParent.isEmpty ? nil : request.cgroupParent
    return arguments
  }

  private static func reason(_ error: NetworkError) -> PodError.Reason {
    switch error.kind {
    case .notReady: .unavailable
    case .request: .invalidArgument
    case .timeout: .deadlineExceeded
    default: .failed
    }
  }
}
