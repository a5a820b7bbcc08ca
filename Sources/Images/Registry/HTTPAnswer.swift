// What a server answered.

internal import NIOHTTP1
internal import OCI

/// What a server answered: the head, and of the body what was not streamed elsewhere.
struct HTTPAnswer: Sendable {
  let status: Int
  let headers: HTTPHeaders
  var body: [UInt8] = []

  func header(_ name: String) -> String? { headers.first(name: name) }

  /// The first of a registry's own words on why it refuses (distribution-spec, error codes).
  var refusal: String? {
    guard let document = try? ErrorDocument.decode(body), let first = document.errors.first else { return nil }
    let text = [first.code, first.message].filter { !$0.isEmpty }.joined(separator: ": ")
    return text.isEmpty ? nil : text.shortened
  }
}

private struct ErrorDocument: JSONObject {
  struct Entry: JSONObject {
    var code = ""
    var message = ""

    mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("code", &code)
      try json.field("message", &message)
    }
  }

  var errors: [Entry] = []

  mutating func fields(_ json: JSONCoder) throws(SpecError) { try json.field("errors", &errors) }
}
