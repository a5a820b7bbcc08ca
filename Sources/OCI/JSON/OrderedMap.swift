// A map that keeps the order of its document.

/// The members of a JSON object whose keys are data, in the order of the document and each key once.
public struct OrderedMap<Value: Equatable & Sendable>: Equatable, Sendable {
  public struct Entry: Equatable, Sendable {
    public var key: String
    public var value: Value

    public init(key: String, value: Value) {
      self.key = key
      self.value = value
    }
  }

  public var entries: [Entry] = []

  public init(_ entries: [Entry] = []) {
    self.entries = entries
  }

  public var isEmpty: Bool { entries.isEmpty }

  /// The value of that key, compared byte by byte; setting appends a new key and nil removes it.
  public subscript(key: String) -> Value? {
    get {
      guard let index = index(of: key) else { return nil }
      return entries[index].value
    }
    set {
      switch (index(of: key), newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(Entry(key: key, value: value))
      case (nil, nil): break
      }
    }
  }

  private func index(of key: String) -> Int? {
    for index in entries.indices where sameBytes(entries[index].key, key) { return index }
    return nil
  }
}

/// Free metadata of a container.
public typealias Annotations = OrderedMap<String>

/// Kernel parameters in the order in which they are set.
public typealias Sysctl = OrderedMap<String>
