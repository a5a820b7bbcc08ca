// How far a pull is.

/// How far a pull is, as its events tell: of each layer the bytes, how fast they come, and how long the rest will take.
public struct PullProgress: Equatable, Sendable {
  public enum Stage: Equatable, Sendable {
    case waiting, fetching, unpacking, done
    /// It was in the store before.
    case present
  }

  public struct Layer: Equatable, Sendable {
    public let content: Content
    public fileprivate(set) var stage = Stage.waiting
    /// Bytes that came so far.
    public fileprivate(set) var bytes: Int64 = 0
    /// In bytes per second; 0 while that is not known.
    public fileprivate(set) var rate = 0.0
    fileprivate var measured = (bytes: Int64(0), seconds: 0.0)

    /// Seconds until it is fetched; nil while that is not known.
    public var secondsLeft: Double? {
      stage == .fetching && rate > 0 ? Double(content.size - bytes) / rate : nil
    }

    public static func == (one: Layer, other: Layer) -> Bool {
      one.content == other.content && one.stage == other.stage && one.bytes == other.bytes && one.rate == other.rate
    }
  }

  /// The lowest first, each content once.
  public private(set) var layers: [Layer] = []

  public init() {}

  /// - Parameter seconds: when it happened, on any clock that only goes forward.
  public mutating func take(_ event: Pull.Event, at seconds: Double) {
    switch event {
    case .layers(let contents):
      for content in contents where !layers.contains(where: { $0.content == content }) {
        layers.append(Layer(content: content))
      }
    case .present(let digest): change(digest) { $0.stage = .present }
    case .fetching(let digest, let bytes): change(digest) { $0.measure(bytes, at: seconds) }
    case .fetched(let digest): change(digest) { $0.stage = .unpacking }
    case .unpacked(let digest): change(digest) { $0.stage = .done }
    }
  }

  private mutating func change(_ digest: Digest, _ body: (inout Layer) -> Void) {
    guard let index = layers.firstIndex(where: { $0.content.digest == digest }) else { return }
    body(&layers[index])
  }
}

extension PullProgress.Layer {
  fileprivate mutating func measure(_ count: Int64, at seconds: Double) {
    if stage != .fetching {
      stage = .fetching
      measured = (count, seconds)
    }
    bytes = count
    let passed = seconds - measured.seconds
    // Chunks come in bursts: a rate is that of half a second, and of what was before it.
    guard passed >= 0.5 else { return }
    let latest = Double(count - measured.bytes) / passed
    rate = rate == 0 ? latest : (rate + latest) / 2
    measured = (count, seconds)
  }
}
