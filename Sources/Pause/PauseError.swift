// Why a pod's namespaces cannot be made.

import Linux

/// Why a pod's namespaces cannot be made, as one sentence.
struct PauseError: Error, Equatable, Sendable {
  let message: String

  init(_ message: String) { self.message = message }
}

/// Runs calls of the kernel and says what they were for.
func doing<T: ~Copyable>(
  _ what: String, _ body: () throws(SystemCallError) -> T
) throws(PauseError) -> T {
  do {
    return try body()
  } catch {
    throw PauseError(what + ": " + error.message)
  }
}

/// The text of bytes.
func text(of bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
