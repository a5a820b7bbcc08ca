// Arguments and environments in the form that execve(2) takes.

internal import CShims

/// A list of C strings that ends in NULL, made before the moment in which nothing may be allocated any more.
@safe
public struct StringVector: ~Copyable {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let text: UnsafeMutablePointer<CChar>

  public init(_ strings: [String]) {
    var size = 0
    for string in strings { size += string.utf8.count + 1 }
    // Both blocks are owned by this value until its end; every pointer stored points into `text`.
    unsafe text = UnsafeMutablePointer<CChar>.allocate(capacity: size + 1)
    unsafe pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
    var at = 0
    for (index, string) in strings.enumerated() {
      unsafe pointers[index] = unsafe text + at
      for byte in string.utf8 {
        unsafe text[at] = CChar(bitPattern: byte)
        at += 1
      }
      unsafe text[at] = 0
      at += 1
    }
    unsafe pointers[strings.count] = nil
  }

  deinit {
    // Allocated by init and given to nobody.
    unsafe pointers.deallocate()
    unsafe text.deallocate()
  }

  /// Replaces the program. Returns only on failure.
  public static func execute(
    _ path: String, arguments: borrowing StringVector, environment: borrowing StringVector
  ) -> SystemCallError {
    let (argumentPointers, environmentPointers) = unsafe (arguments.pointers, environment.pointers)
    // Both vectors outlive the call and end in NULL.
    let result = unsafe apus_execve(path, argumentPointers, environmentPointers)
    return SystemCallError(call: "execve", subject: path, errno: Errno(rawValue: Int32(-result)))
  }
}

extension Descriptor {
  /// Replaces the program by the one in this file (execveat(2), AT_EMPTY_PATH), with the environment and the arguments
  /// that this one was started with, but for the first. Returns only on failure.
  @inline(never)
  public borrowing func executeAgain(as name: String) -> SystemCallError {
    StringVector.executeAgain(number, first: StringVector([name]))
  }
}

extension StringVector {
  fileprivate static func executeAgain(_ file: Int32, first: borrowing StringVector) -> SystemCallError {
    var result = -Int64(Errno.invalidArgument.rawValue)
    // The kernel's own vector, and libc's, both ending in NULL; `first` outlives the call, after which it is forgotten.
    if let vector = unsafe startArguments {
      let former = unsafe vector[0]
      unsafe vector[0] = unsafe first.pointers[0]
      result = unsafe apus_execveat(file, "", vector, apus_environment(), 0x1000)
      unsafe vector[0] = former
    }
    return SystemCallError(call: "execveat", errno: Errno(rawValue: Int32(-result)))
  }
}
