// Expectations about errors of images.

import Images
import Testing

/// Expects the body to be refused for a reason, with some words in the message.
func expectRefusal(
  _ reason: ImageError.Reason, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("it was taken", sourceLocation: sourceLocation)
  } catch let error as ImageError {
    #expect(error.reason == reason, "\(error.message)", sourceLocation: sourceLocation)
    for word in words {
      #expect(error.message.contains(word), "'\(word)' in: \(error.message)", sourceLocation: sourceLocation)
    }
  } catch {
    Issue.record("another error: \(error)", sourceLocation: sourceLocation)
  }
}
