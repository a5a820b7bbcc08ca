// Counters that the kernel raises (eventfd(2)).

internal import CShims

extension Descriptor {
  /// Opens a counter at zero, non-blocking.
  @inline(never)
  public static func eventCounter() throws(SystemCallError) -> Descriptor {
    try Descriptor(openedBy: "eventfd2", apus_eventfd())
  }

  /// Takes the count of an event descriptor and sets it back; 0 when nothing has happened.
  @inline(never)
  public borrowing func takeCount() throws(SystemCallError) -> UInt64 {
    var bytes = [UInt8](repeating: 0, count: 8)
    do {
      if try read(into: &bytes) != 8 { return 0 }
    } catch {
      if error.errno == .tryAgain { return 0 }
      throw error
    }
    var count: UInt64 = 0
    for index in (0..<8).reversed() { count = count << 8 | UInt64(bytes[index]) }
    return count
  }
}
