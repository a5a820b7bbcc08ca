// What an administrator is told.

/// Takes what an administrator should know: libraries write no log of their own.
public struct Report: Sendable {
  public enum Weight: Sendable {
    /// For who looks for a fault.
    case detail
    case warning
  }

  private let body: @Sendable (Weight, String, [String: String]) -> Void

  /// - Parameter body: gets one sentence without a full stop, and what it is about, such as a pod, by name.
  public init(_ body: @escaping @Sendable (Weight, String, [String: String]) -> Void) { self.body = body }

  public func callAsFunction(_ message: String, _ fields: [String: String] = [:], weight: Weight = .warning) {
    body(weight, message, fields)
  }

  /// What failed without a caller who could be told.
  func callAsFunction(_ doing: String, _ error: any Error, _ fields: [String: String]) {
    self("\(doing): \(PodError.wrapping(error, "").message)", fields)
  }
}
