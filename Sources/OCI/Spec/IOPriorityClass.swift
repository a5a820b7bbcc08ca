// The classes of I/O priorities.

/// The classes of I/O priorities (ioprio_set(2)).
public enum IOPriorityClass: UInt8, NamedValue {
  case realtime, bestEffort, idle

  public static let names = ["IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"]

  public static var refusal: (before: String, after: String) { ("invalid ioPriority.Class: ", "") }

  /// The kernel's number (linux/ioprio.h), which counts from 1.
  public var number: Int32 { Int32(rawValue) + 1 }
}
