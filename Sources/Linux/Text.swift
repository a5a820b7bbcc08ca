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

/// The text of some bytes; what is no UTF-8 becomes U+FFFD.
@inline(never)
func decoded(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
