// What posix_spawn(3) does in the new process before the program begins.

import Glibc

/// The file actions of one posix_spawn(3).
@safe struct SpawnActions: ~Copyable {
  private var actions = unsafe posix_spawn_file_actions_t()
  /// Copies made far away from the numbers that the new process gives to its descriptors.
  private var copies: [Int32] = []

  // `actions` is initialised here, before any other use, and destroyed once, by the deinitialiser.
  init() { unsafe posix_spawn_file_actions_init(&actions) }

  deinit {
    for copy in copies { close(copy) }
    var actions = unsafe actions
    unsafe posix_spawn_file_actions_destroy(&actions)
  }

  /// Makes `source` the descriptor `number` of the new process.
  mutating func add(_ source: Command.Source, as number: Int32, capture: Capture) throws {
    switch source {
    case .null: try addOpen("/dev/null", O_RDWR, number)
    case .path(let path, let flags): try addOpen(path, flags, number)
    case .closed: unsafe posix_spawn_file_actions_addclose(&actions, number)
    case .captured: try addCopy(of: capture.number, number)
    case .copy(let original): try addCopy(of: original, number)
    case .text(let text): try addText(text, number)
    }
  }

  private mutating func addOpen(_ path: String, _ flags: Int32, _ number: Int32) throws {
    let result = unsafe posix_spawn_file_actions_addopen(&actions, number, path, flags, 0)
    guard result == 0 else { throw StepFailed("posix_spawn_file_actions_addopen: \(result)") }
  }

  private mutating func addCopy(of original: Int32, _ number: Int32) throws {
    let copy = fcntl(original, F_DUPFD_CLOEXEC, 400)
    guard copy >= 0 else { throw StepFailed("fcntl F_DUPFD_CLOEXEC \(original): \(errno)") }
    copies.append(copy)
    unsafe posix_spawn_file_actions_adddup2(&actions, copy, number)
  }

  private mutating func addText(_ text: String, _ number: Int32) throws {
    let file = try Capture()
    let bytes = Array(text.utf8)
    let written = unsafe write(file.number, bytes, bytes.count)
    guard written == bytes.count, lseek(file.number, 0, SEEK_SET) == 0 else { throw StepFailed("write: \(errno)") }
    try addCopy(of: file.number, number)
  }

  /// Starts the program with an empty signal mask and default actions.
  mutating func spawn(_ command: Command) throws -> Int32 {
    var attributes = posix_spawnattr_t()
    // The attributes and sets are locals, initialised before they are used and destroyed after it.
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    let session: Int16 = command.isSessionLeader ? 0x80 /* POSIX_SPAWN_SETSID */ : 0
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | session)
    var pid: pid_t = 0
    // glibc has a file action for the directory, which Swift does not import.
    let move = command.directory.map { ["env", "-C", $0] } ?? []
    let words = CStrings(move + [command.program] + command.arguments)
    let variables = CStrings(command.environment.map { $0 + "=" + $1 })
    let result = unsafe posix_spawnp(
      &pid, words.pointers[0]!, &actions, &attributes, words.pointers, variables.pointers)
    guard result == 0 else { throw StepFailed("posix_spawn \(command.program): \(result)") }
    return pid
  }
}

/// An array of C strings that ends in a null pointer, alive as long as its owner.
@safe private final class CStrings {
  var pointers: [UnsafeMutablePointer<CChar>?]

  init(_ strings: [String]) {
    unsafe pointers = strings.map { unsafe strdup($0) } + [nil]
  }

  deinit {
    for index in unsafe pointers.indices { unsafe free(pointers[index]) }
  }
}
