// The one place that retries interrupted calls and turns the kernel's numbers into errors.

/// Performs a call of CShims, again when a signal interrupted it.
/// - Parameters:
///   - call: the name of the call, as in its manual page.
///   - subject: the path or name it is about.
///   - body: returns a value >= 0, or -errno.
/// - Returns: the value.
@discardableResult
@inline(never)
public func systemCall(
  _ call: StaticString, _ subject: String = "", _ body: () -> Int64
) throws(SystemCallError) -> Int64 {
  var result = body()
  while result == -Int64(Errno.interrupted.rawValue) { result = body() }
  if result >= 0 { return result }
  throw SystemCallError(
    call: String(describingCall: call), subject: subject, errno: Errno(rawValue: Int32(truncatingIfNeeded: -result)))
}

extension String {
  /// The text of a literal, without the machinery of `String(describing:)`, which Embedded Swift lacks.
  init(describingCall literal: StaticString) {
    // The pointer is to the literal, which lives as long as the program.
    unsafe self.init(
      decoding: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount), as: UTF8.self)
  }
}
