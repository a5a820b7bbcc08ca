// Waiting for several descriptors.

internal import CShims

/// What to wait for, and what happened, on a descriptor (poll(2)).
public struct PollEvents: OptionSet, Sendable {
  public let rawValue: Int16
  public init(rawValue: Int16) { self.rawValue = rawValue }

  public static let readable = PollEvents(rawValue: 0x1)
  public static let writable = PollEvents(rawValue: 0x4)
  public static let failed = PollEvents(rawValue: 0x8)
  public static let hungUp = PollEvents(rawValue: 0x10)
}

/// One descriptor to wait for. A negative number is passed over.
public struct PollEntry: Sendable {
  public let number: Int32
  public let events: PollEvents
  public var returned: PollEvents = []

  public init(_ number: Int32, _ events: PollEvents) {
    self.number = number
    self.events = events
  }
}

/// Waits until an entry has something to tell.
/// - Parameter timeoutMilliseconds: -1 waits for ever.
/// - Returns: how many entries have something; 0 after the time-out.
@discardableResult
public func poll(_ entries: inout [PollEntry], timeoutMilliseconds: Int32 = -1) throws(SystemCallError) -> Int {
  var list: [apus_poll] = []
  for entry in entries { list.append(apus_poll(fd: entry.number, events: entry.events.rawValue, returned: 0)) }
  let count = list.count
  // The array holds `count` entries of the kernel's layout (asserted in the shim).
  let ready = try systemCall("poll", unsafe apus_poll(&list, count, timeoutMilliseconds))
  for index in entries.indices { entries[index].returned = PollEvents(rawValue: list[index].returned) }
  return Int(ready)
}
