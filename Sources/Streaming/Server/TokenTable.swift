// The URLs that nobody has used yet.

internal import Synchronization

/// Requests by the token of their URL. A token is good once and for a short time.
final class TokenTable: Sendable {
  private struct Entry {
    let request: StreamingRequest
    let end: ContinuousClock.Instant
  }

  private let entries = Mutex<[String: Entry]>([:])
  private let lifetime: Duration
  private let limit: Int

  init(_ settings: StreamingSettings) {
    lifetime = settings.tokenLifetime
    limit = settings.tokenLimit
  }

  /// A new token for a request; nil when too many wait already.
  func add(_ request: StreamingRequest) -> String? {
    let token = TokenTable.random()
    let now = ContinuousClock.now
    return entries.withLock { entries in
      if entries.count >= limit { entries = entries.filter { $0.value.end > now } }
      if entries.count >= limit { return nil }
      entries[token] = Entry(request: request, end: now + lifetime)
      return token
    }
  }

  /// The request of a token, which is used up by it.
  func take(_ token: String) -> StreamingRequest? {
    let entry = entries.withLock { $0.removeValue(forKey: token) ?? nil }
    guard let entry, entry.end > .now else { return nil }
    return entry.request
  }

  /// 128 bits of the kernel's random numbers, in hexadecimal digits.
  private static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(UInt64.random(in: 0...UInt64.max, using: &generator), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
