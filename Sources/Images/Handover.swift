// A value of one owner that goes from one thread to another.

internal import Synchronization

/// A value of one owner that goes from one thread to another, taken once.
final class Handover<Value: ~Copyable & Sendable>: Sendable {
  private let value: Mutex<Value?>

  init(_ value: consuming sending Value) { self.value = Mutex(value) }

  func take() throws(ImageError) -> Value {
    guard let value = value.withLock({ $0.take() }) else {
      throw ImageError(.damaged, "something was handed over twice")
    }
    return value
  }
}
