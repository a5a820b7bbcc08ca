// Waiting for many descriptors at once.

internal import CShims

/// What epoll(7) is asked to tell about a descriptor, and what it tells.
public struct EpollEvents: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let readable = EpollEvents(rawValue: 0x1)
  /// An exceptional condition: a counter file of a cgroup changed, for instance.
  public static let priority = EpollEvents(rawValue: 0x2)
  public static let writable = EpollEvents(rawValue: 0x4)
  /// Told without being asked for, as `hungUp` is.
  public static let failed = EpollEvents(rawValue: 0x8)
  public static let hungUp = EpollEvents(rawValue: 0x10)
  public static let peerHungUp = EpollEvents(rawValue: 0x2000)
  /// Told once per change and not for as long as it holds: a descriptor that stays ready causes no storm.
  public static let edge = EpollEvents(rawValue: 1 << 31)
}

/// One event: what happened, and the token that the descriptor was added with.
public struct EpollEvent: Sendable {
  public let token: UInt64
  public let events: EpollEvents
}

/// An epoll instance with room for the events of one wait.
@safe
public struct Epoll: ~Copyable {
  private let descriptor: Descriptor
  private var list: [apus_event]
  private var count = 0

  /// - Parameter capacity: the events of one wait, at most 32.
  @inline(never)
  public init(capacity: Int = 16) throws(SystemCallError) {
    descriptor = try Descriptor(openedBy: "epoll_create1", apus_epoll_create())
    // Only how much memory a long wait costs depends on it.
    _ = apus_single_out_idle_page()
    list = [apus_event](repeating: apus_event(), count: min(capacity, 32))
  }

  @inline(never)
  public mutating func add(
    _ target: borrowing Descriptor, _ events: EpollEvents, token: UInt64
  ) throws(SystemCallError) {
    try control(1, target.number, events, token)
  }

  @inline(never)
  public mutating func change(
    _ target: borrowing Descriptor, _ events: EpollEvents, token: UInt64
  ) throws(SystemCallError) {
    try control(3, target.number, events, token)
  }

  /// Needed before closing a descriptor only when copies of it stay open elsewhere.
  @inline(never)
  public mutating func remove(_ target: borrowing Descriptor) throws(SystemCallError) {
    try control(2, target.number, [], 0)
  }

  private func control(
    _ operation: Int32, _ target: Int32, _ events: EpollEvents, _ token: UInt64
  ) throws(SystemCallError) {
    let epoll = descriptor.number
    try systemCall("epoll_ctl", apus_epoll_control(epoll, operation, target, events.rawValue, token))
  }

  /// Waits for events and keeps them for `next()`.
  /// - Parameter timeoutMilliseconds: -1 waits for ever.
  @inline(never)
  public mutating func wait(timeoutMilliseconds: Int32) throws(SystemCallError) {
    let epoll = descriptor.number
    let capacity = Int32(list.count)
    count = 0
    // The array holds `capacity` events during the call.
    count = Int(
      try systemCall("epoll_wait", unsafe apus_epoll_wait(epoll, &list, capacity, timeoutMilliseconds)))
  }

  /// As `wait`, but the memory of the program's code and of the unused stack is given back before. It comes back as it
  /// is needed: for waits that are likely to last.
  @inline(never)
  public mutating func waitIdle(timeoutMilliseconds: Int32) throws(SystemCallError) {
    let epoll = descriptor.number
    let capacity = Int32(list.count)
    count = 0
    // The array holds `capacity` events during the call.
    count = Int(
      try systemCall("epoll_wait", unsafe apus_epoll_wait_idle(epoll, &list, capacity, timeoutMilliseconds)))
  }

  /// The events of the last wait, one after the other; nil after the last.
  public mutating func next() -> EpollEvent? {
    if count == 0 { return nil }
    count -= 1
    return EpollEvent(token: list[count].token, events: EpollEvents(rawValue: list[count].events))
  }
}
