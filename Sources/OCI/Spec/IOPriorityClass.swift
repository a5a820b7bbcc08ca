// The classes of I/O priorities.

/// The classes of I/O priorities (ioprio_set(2)).
public enum IOPriorityClass: String, NamedValue {
  case realtime = "IOPRIO_CLASS_RT"
  case bestEffort = "IOPRIO_CLASS_BE"
  case idle = "IOPRIO_CLASS_IDLE"

  /// The kernel's number (linux/ioprio.h).
  public var number: Int32 {
    switch self {
    case .realtime: 1
    case .bestEffort: 2
    case .idle: 3
    }
  }

  public static func refusal(of name: String) -> String { "invalid ioPriority.Class: \(quoted(name))" }
}
