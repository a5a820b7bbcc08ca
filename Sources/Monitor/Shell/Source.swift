// What the event loop waits for.

/// What the event loop waits for, as tokens of epoll. Attach clients have those from `firstClient` on.
enum Source: UInt64 {
  case signals = 1
  case runtime
  case container
  case stdout
  case stderr
  case input
  case console
  case attach
  case control
  case windowSize
  case memory
  case notify

  static let firstClient: UInt64 = 1000
}
