// What a refusal says.

import OCI

/// The message of the error that is thrown, nil without one.
func refusal<T>(_ body: () throws(SpecError) -> T) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return error.message
  }
}

/// Why a configuration cannot be read, nil when it can.
func refusal(of text: String) -> String? {
  refusal { () throws(SpecError) in try Spec.decode([UInt8](text.utf8)) }
}
