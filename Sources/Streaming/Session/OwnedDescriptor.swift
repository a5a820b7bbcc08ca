// A descriptor on its way from one task to another.

public import Linux
internal import Synchronization

/// A descriptor on its way from one task to another. Closes itself when nobody takes it.
public final class OwnedDescriptor: Sendable {
  private let held: Mutex<Descriptor?>

  public init(_ descriptor: consuming Descriptor) { held = Mutex(descriptor) }

  /// Hands it over; absent from the second time on.
  public func take() -> Descriptor {
    held.withLock { held in
      switch held.take() {
      case .some(let descriptor): descriptor
      case .none: Descriptor.absent
      }
    }
  }
}
