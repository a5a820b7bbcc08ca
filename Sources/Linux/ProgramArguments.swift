// The arguments and the environment that this program was started with.

internal import CShims

/// What the entry point was given; set once, before anything else runs.
nonisolated(unsafe) var startArguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?

/// The arguments of the program as strings, from what the entry point was given.
public func programArguments(
  _ count: Int32, _ vector: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> [String] {
  guard let vector = unsafe vector else { return [] }
  unsafe startArguments = vector
  var list: [String] = []
  for index in 0..<Int(count) {
    // The kernel gives `count` pointers to strings that live as long as the process.
    guard let text = unsafe vector[index] else { break }
    list.append(unsafe String(cString: text))
  }
  return list
}

/// The environment of this process as `NAME=value` strings.
public func processEnvironment() -> [String] {
  // libc's `environ` ends in NULL, and this program never changes it.
  let vector = unsafe apus_environment()
  var list: [String] = []
  while let text = unsafe vector[list.count] { list.append(unsafe String(cString: text)) }
  return list
}

/// The value of a variable of the environment.
public func environmentValue(_ name: String) -> String? {
  let prefix = [UInt8](name.utf8) + [UInt8(ascii: "=")]
  for entry in processEnvironment() {
    let bytes = [UInt8](entry.utf8)
    var index = 0
    while index < prefix.count, index < bytes.count, bytes[index] == prefix[index] { index += 1 }
    if index == prefix.count { return decoded(bytes[index...]) }
  }
  return nil
}
