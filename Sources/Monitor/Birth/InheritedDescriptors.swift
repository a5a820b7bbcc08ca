// What the caller left open in us.

import Linux

/// What the caller left open in us: pipes named in the environment, which we take over, and others, such as the sockets
/// of published ports, which the runtime may need and which have to be free when the container is gone.
struct InheritedDescriptors {
  private var numbers: [Int32] = []

  init() {}

  /// Looked up before anything else is opened.
  static func current() -> InheritedDescriptors {
    var result = InheritedDescriptors()
    // Without /proc nothing is known to be inherited, so nothing is closed early.
    if let directory = try? Descriptor.workingDirectory.open("/proc/self/fd", [.readOnly, .directory]),
      let entries = try? directory.entries()
    {
      for entry in entries {
        let number = entry.name.utf8.reduce(Int32(0)) { $0 &* 10 &+ Int32($1) &- 48 }
        if number > 2 && number != directory.number { result.numbers.append(number) }
      }
    }
    return result
  }

  /// Takes over the descriptor whose number a variable of the environment holds; closed when there is none.
  mutating func take(_ variable: String) throws(SystemCallError) -> Descriptor {
    guard let text = environmentValue(variable) else { return .absent }
    guard let number = Int32(text), number > 2, isOpenDescriptor(number) else {
      throw SystemCallError(call: "fcntl", subject: variable + "=" + text, errno: .badDescriptor)
    }
    try setCloseOnExec(true, number: number)
    numbers.removeAll { $0 == number }
    return Descriptor(owning: number)
  }

  /// Closes all that nobody has taken over.
  mutating func closeAll() {
    for number in numbers { _ = Descriptor(owning: number) }
    numbers = []
  }
}
