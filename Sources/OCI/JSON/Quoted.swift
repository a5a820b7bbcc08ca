// Text from outside inside messages.

/// The text in quotation marks for a message, on one line: control characters become escapes.
func quoted(_ text: String) -> String {
  var bytes: [UInt8] = []
  JSONWriter.append(text, to: &bytes, escapingHTML: false)
  return decoded(bytes[...])
}
