// A network namespace that a file keeps.

import Foundation
public import Linux

/// A network namespace that a file keeps, such as one below /run/netns.
public struct NetworkNamespace: Equatable, Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  /// Whether the file is there and is a network namespace; a plain file is what is left of one after a reboot.
  public var isThere: Bool {
    guard let file = try? Descriptor.workingDirectory.open(path, [.readOnly, .nonBlocking]) else { return false }
    return (try? file.namespaceKind()) == .network
  }

  /// Runs a piece of work in the namespace, on a thread that is made for it and ends with it: no thread of a pool ever
  /// changes its namespace. The calling thread waits.
  public func run<T: Sendable>(
    _ body: @escaping @Sendable () throws(SystemCallError) -> T
  ) throws(SystemCallError) -> T {
    let outcome = Outcome<T>()
    let thread = Thread { [path] in
      outcome.set(
        Result { () throws(SystemCallError) -> T in
          let file = try Descriptor.workingDirectory.open(path, .readOnly)
          try file.enterNamespace(.network, subject: path)
          return try body()
        })
    }
    thread.stackSize = 256 << 10
    thread.start()
    return try outcome.wait().get()
  }

  /// Brings up the loopback device, which begins as down.
  public func bringUpLoopback() throws(NetworkError) {
    try naming("bringing up the loopback device in '\(path)'") { () throws(SystemCallError) in
      try run { () throws(SystemCallError) in try Linux.bringUpLoopback() }
    }
  }

  /// Takes the namespace's mount and its file away; what is gone already is no error.
  public func remove() throws(NetworkError) {
    try naming("removing network namespace '\(path)'") { () throws(SystemCallError) in
      do throws(SystemCallError) {
        // A file may have been mounted over more than once.
        while true { try detachMount(path) }
      } catch {
        // Not a mount (any more), or gone.
        if error.errno != .invalidArgument && error.errno != .noEntry { throw error }
      }
      do throws(SystemCallError) {
        try Descriptor.workingDirectory.removeFile(path)
      } catch {
        if error.errno != .noEntry { throw error }
      }
    }
  }
}

/// What a thread leaves for the one that waits for it.
private final class Outcome<T: Sendable>: @unchecked Sendable {
  // The condition guards `result`.
  private let condition = NSCondition()
  private var result: Result<T, SystemCallError>?

  func set(_ result: Result<T, SystemCallError>) {
    condition.withLock {
      self.result = result
      condition.signal()
    }
  }

  func wait() -> Result<T, SystemCallError> {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let result { return result }
      condition.wait()
    }
  }
}
