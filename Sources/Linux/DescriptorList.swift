// A list of descriptors with one owner.

internal import CShims

/// A list of descriptors, closed together (an array cannot hold values that have an owner).
public struct DescriptorList: ~Copyable, Sendable {
  private var numbers: [Int32] = []

  public init() {}

  deinit {
    for number in numbers { _ = Descriptor(owning: number) }
  }

  public var count: Int { numbers.count }

  /// The number of a member, to be handed to a call while the list is alive.
  public subscript(index: Int) -> Int32 { numbers[index] }

  public mutating func append(_ descriptor: consuming Descriptor) { numbers.append(descriptor.release()) }

  /// Lends the descriptor at that place; it stays in the list.
  public borrowing func lend<T: ~Copyable, E: Error>(
    _ index: Int, to body: (borrowing Descriptor) throws(E) -> T
  ) throws(E) -> T {
    let descriptor = Descriptor(owning: numbers[index])
    do {
      let result = try body(descriptor)
      _ = descriptor.release()
      return result
    } catch {
      _ = descriptor.release()
      throw error
    }
  }
}
