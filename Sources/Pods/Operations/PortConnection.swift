// A connection to a port of a pod.

internal import Foundation
internal import Linux

/// A connection to a port of a pod, made by a thread of its own: a socket belongs for ever to the network namespace of
/// the thread that made it, and no thread of a pool may leave the host's.
enum PortConnection {
  /// How long a connection may take, by each version of the protocol.
  private static let timeoutMilliseconds: Int32 = 5000

  /// - Parameter namespace: the file of a network namespace; nil for the host's.
  /// - Returns: a descriptor that nobody owns yet.
  static func open(_ port: UInt16, in namespace: String?) async throws(PodError) -> Int32 {
    let result: Result<Int32, PodError> = await withCheckedContinuation { continuation in
      let thread = Thread {
        do throws(PodError) { continuation.resume(returning: .success(try connect(port, namespace))) } catch {
          continuation.resume(returning: .failure(error))
        }
      }
      thread.stackSize = 256 << 10
      thread.start()
    }
    return try result.get()
  }

  private static func connect(_ port: UInt16, _ namespace: String?) throws(PodError) -> Int32 {
    if let namespace {
      try attempting("entering the network of the pod") { () throws(SystemCallError) in
        let file = try Descriptor.workingDirectory.open(namespace, .readOnly)
        try file.enterNamespace(.network, subject: namespace)
      }
    }
    var failure: SystemCallError?
    for version in InternetVersion.allCases {
      do throws(SystemCallError) {
        let limit = timeoutMilliseconds
        return try Descriptor.connectToLoopback(version, port: port, timeoutMilliseconds: limit).release()
      } catch { failure = failure ?? error }
    }
    throw PodError(.failed, failure?.message ?? "connect")
  }
}
