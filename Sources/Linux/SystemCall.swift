// The one place that turns the kernel's numbers into errors.

/// Judges what a call of CShims returned; those repeat what a signal interrupted.
/// - Parameters:
///   - call: the name of the call, as in its manual page.
///   - subject: the path or name it is about.
///   - result: a value >= 0, or -errno.
/// - Returns: the value.
/// Every argument is a register's, and no closure is made: there are over a hundred callers.
@discardableResult
@inline(never)
public func systemCall(
  _ call: StaticString, _ subject: String, _ result: Int64
) throws(SystemCallError) -> Int64 {
  if result >= 0 { return result }
  throw SystemCallError(
    call: String(describingCall: call), subject: subject, errno: Errno(rawValue: Int32(truncatingIfNeeded: -result)))
}

/// Judges what a call returned that is about nothing in particular.
@discardableResult
@inline(__always)
public func systemCall(_ call: StaticString, _ result: Int64) throws(SystemCallError) -> Int64 {
  try systemCall(call, "", result)
}

extension Descriptor {
  /// Owns what a call returned as a new descriptor.
  @inline(never)
  init(openedBy call: StaticString, _ subject: String, _ result: Int64) throws(SystemCallError) {
    self.init(owning: Int32(truncatingIfNeeded: try systemCall(call, subject, result)))
  }

  @inline(__always)
  init(openedBy call: StaticString, _ result: Int64) throws(SystemCallError) {
    try self.init(openedBy: call, "", result)
  }
}

extension String {
  /// The text of a literal, without the machinery of `String(describing:)`, which Embedded Swift lacks.
  init(describingCall literal: StaticString) {
    // The pointer is to the literal, which lives as long as the program.
    unsafe self.init(
      decoding: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount), as: UTF8.self)
  }
}
