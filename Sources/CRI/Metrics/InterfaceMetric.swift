// The metrics of a pod's network, with the names that cAdvisor gave them.

internal import Pods

/// A metric of a pod's network interfaces. All of them only grow.
struct InterfaceMetric: Sendable {
  let name: String
  let help: String
  let value: @Sendable (InterfaceUsage) -> UInt64

  private init(_ name: String, _ help: String, _ value: @escaping @Sendable (InterfaceUsage) -> UInt64) {
    self.name = "container_network_\(name)_total"
    self.help = "Cumulative count of \(help)"
    self.value = value
  }

  static let all: [InterfaceMetric] = [
    InterfaceMetric("receive_bytes", "bytes received") { $0.received.bytes },
    InterfaceMetric("receive_packets", "packets received") { $0.received.packets },
    InterfaceMetric("receive_packets_dropped", "packets dropped while receiving") { $0.received.drops },
    InterfaceMetric("receive_errors", "errors encountered while receiving") { $0.received.errors },
    InterfaceMetric("transmit_bytes", "bytes transmitted") { $0.sent.bytes },
    InterfaceMetric("transmit_packets", "packets transmitted") { $0.sent.packets },
    InterfaceMetric("transmit_packets_dropped", "packets dropped while transmitting") { $0.sent.drops },
    InterfaceMetric("transmit_errors", "errors encountered while transmitting") { $0.sent.errors },
  ]
}
