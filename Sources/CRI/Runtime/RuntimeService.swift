// The half of the service that runs pods.

internal import CRIProtocol
internal import Foundation
internal import GRPCCore
internal import Linux
internal import Pods
internal import Streaming

/// The half of the service that runs pods. Each call is a file of its own over an operation of `Pods`.
struct RuntimeService: Runtime_V1_RuntimeService.SimpleServiceProtocol {
  let node: Node
  /// Where clients bring the URLs that they are given here.
  let streamingServer: StreamingServer
  /// Of this program.
  let version: String
  /// What to tell the administrator.
  let report: Report

  func existing(pod id: String) throws(PodError) -> PodRecord {
    guard let pod = node.published.pod(id), pod.state != .creating else {
      throw PodError(.notFound, "there is no pod '\(id)'")
    }
    return pod
  }
}

/// Selectors of labels.
enum Labels {
  /// Whether something has all labels of a selector.
  static func match(_ labels: [String: String], _ selector: [String: String]) -> Bool {
    selector.allSatisfy { labels[$0.key] == $0.value }
  }
}

extension PodRecord {
  /// Whether a filter means it, by the beginning of its id and by labels.
  func matches(_ id: String, _ selector: [String: String]) -> Bool {
    self.id.hasPrefix(id) && Labels.match(configuration.labels, selector)
  }
}

extension ContainerRecord {
  /// Whether a filter means it, by the beginnings of its id and of its pod's, and by labels.
  func matches(_ id: String, pod: String, _ selector: [String: String]) -> Bool {
    self.id.hasPrefix(id) && podID.hasPrefix(pod) && Labels.match(configuration.labels, selector)
  }
}

/// The time of day, as callers read it.
enum Clock {
  /// Since 1970.
  static func nanoseconds() -> Int64 {
    let now = Moment.now()
    return now.seconds * 1_000_000_000 + now.nanoseconds
  }
}
