// Signals of this process.

internal import CShims

/// Numbers of signals that the programs name themselves.
public enum Signal {
  public static let hangUp: Int32 = 1
  public static let interrupt: Int32 = 2
  public static let quit: Int32 = 3
  public static let kill: Int32 = 9
  public static let pipe: Int32 = 13
  public static let terminate: Int32 = 15
  public static let child: Int32 = 17
  public static let `continue`: Int32 = 18
  public static let urgent: Int32 = 23
  public static let windowChange: Int32 = 28
}

/// A set of signals, bit n-1 for signal n.
public struct SignalSet: Equatable, Sendable {
  public var rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }
  public init(_ signals: [Int32]) {
    rawValue = 0
    for signal in signals { rawValue |= 1 << UInt64(signal - 1) }
  }
  public static let none = SignalSet(rawValue: 0)
  public static let all = SignalSet(rawValue: ~0)
}

/// Every signal back to its default action; SIGKILL and SIGSTOP have no other.
public func resetSignalActions() { _ = apus_default_signals() }

/// Replaces the set of blocked signals of the only thread.
@inline(never)
public func setSignalMask(_ set: SignalSet) throws(SystemCallError) {
  try systemCall("rt_sigprocmask", apus_signal_mask(2 /* SIG_SETMASK */, set.rawValue))
}

/// Opens a signalfd for blocked signals, non-blocking.
@inline(never)
public func openSignals(_ set: SignalSet) throws(SystemCallError) -> Descriptor {
  try Descriptor(openedBy: "signalfd4", apus_signalfd(set.rawValue, 0o2004000))
}

extension Descriptor {
  /// Takes one pending signal from a signalfd: its number, or nil when there is none.
  @inline(never)
  public borrowing func nextSignal() throws(SystemCallError) -> Int32? {
    var record = room(128)
    do {
      // struct signalfd_siginfo, 128 bytes, begins with the number.
      if try read(into: &record) != 128 { return nil }
    } catch {
      if error.errno == .tryAgain { return nil }
      throw error
    }
    return Int32(record[0])
  }
}
