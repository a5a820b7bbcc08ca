// Text from outside inside messages.

/// The text in quotation marks for a message, on one line: control characters become escapes.
func quoted(_ text: String) -> String {
  var bytes: [UInt8] = []
  bytes.append(34)
  bytes.append(contentsOf: text.utf8)
  bytes.append(34)
  return String(decoding: bytes, as: UTF8.self)
}
