// Texts out of bytes and numbers.

/// A text with a decimal number in it. Interpolation would be compiled into every place, some 500 bytes each.
@inline(never)
public func numbered(_ before: String, _ number: Int64, _ after: String = "") -> String {
  before + String(number) + after
}

@inline(__always)
public func numbered(_ before: String, _ number: Int32, _ after: String = "") -> String {
  numbered(before, Int64(number), after)
}

/// Room for a call to write into. Nothing is cleared: callers look only at what their call wrote.
@inline(never)
func room(_ size: Int) -> [UInt8] {
  // Every byte is a valid value, whatever was in the memory.
  unsafe [UInt8](unsafeUninitializedCapacity: size) { $1 = size }
}

/// The text of some bytes; what is no UTF-8 becomes U+FFFD.
@inline(never)
func decoded(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
