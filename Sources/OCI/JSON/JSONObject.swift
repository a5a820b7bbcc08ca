// Types that are JSON objects.

/// A type whose values are JSON objects. It lists its fields once, for reading and for writing.
public protocol JSONObject {
  /// A value whose fields are all absent.
  init()

  /// Reads or writes every field, in the order of writing.
  mutating func fields(_ json: JSONCoder) throws(SpecError)
}

extension JSONObject {
  /// Reads a document of at most 16 MiB and 64 levels. Unknown fields are ignored, `null` means absent, of fields of
  /// the same name the last one counts.
  public static func decode(_ bytes: [UInt8]) throws(SpecError) -> Self {
    let coder = JSONCoder(reading: try JSONParser.parse(bytes))
    var value = Self()
    try coder.expectObject()
    try value.fields(coder)
    return value
  }

  /// Reads a document that is a list of such objects, as `decode` reads one.
  public static func decode(list bytes: [UInt8]) throws(SpecError) -> [Self] {
    let coder = JSONCoder(reading: try JSONParser.parse(bytes))
    var values = [Self](repeating: Self(), count: try coder.enterOuterList())
    for index in values.indices {
      try coder.enterElement()
      try values[index].fields(coder)
      coder.leaveElement()
    }
    return values
  }

  /// The document, without a newline at its end.
  public consuming func encoded(_ layout: JSONLayout = .compact) -> [UInt8] {
    let coder = JSONCoder(writing: layout)
    coder.write(&self)
    return coder.writer.bytes
  }

  /// A document that is a list of such objects.
  public static func encoded(list: consuming [Self], _ layout: JSONLayout = .compact) -> [UInt8] {
    let coder = JSONCoder(writing: layout)
    coder.writer.beginList()
    for index in list.indices { coder.write(&list[index]) }
    coder.writer.endList()
    return coder.writer.bytes
  }
}
