// Compiled filters on disk: compiling one anew takes longer than the rest of a container's start.

internal import Linux

/// Compiled filters on disk, below the state root. Whatever is wrong with an entry, the filter is compiled anew; a
/// cache that cannot be written is no cache, and never an error.
enum SeccompCache {
  /// No container can have this name: ids hold no `@`.
  static let directoryName = "@seccomp"
  static let entryLimit = 64
  static let entrySizeLimit: UInt64 = 1 << 20

  /// Finds the program that was stored for the very same key.
  static func find(_ key: [UInt8], in stateRoot: borrowing Descriptor) -> [UInt8]? {
    do {
      let directory = try open(in: stateRoot)
      // Not blocking: what stands there may be a fifo.
      let file = try directory.open(fileName(key), [.readOnly, .noFollow, .nonBlocking], resolve: .beneath)
      let status = try file.status()
      if status.kind != .regular || status.uid != effectiveUserID() || status.permissions != 0o600 { return nil }
      if status.size > entrySizeLimit { return nil }
      let frontSize = SeccompCacheEntry.headSize + key.count
      let programSize = Int(status.size) - frontSize
      if !SeccompCacheEntry.isPlausible(programSize: programSize) { return nil }
      let front = try file.read(upTo: frontSize)
      let program = try file.read(upTo: programSize)
      if front.count != frontSize || program.count != programSize { return nil }
      return SeccompCacheEntry.isValid(front: front, program: program, for: key) ? program : nil
    } catch {
      return nil
    }
  }

  /// The name of a container's own entry, in its state directory.
  static let ownName = "filter.bpf"

  /// The entry for a container's own use: its section is that of its config.json, which does not change.
  static func own(_ program: [UInt8]) -> [UInt8] { SeccompCacheEntry.bytes(program, for: ownKey) }

  private static var ownKey: [UInt8] {
    var key: [UInt8] = []
    key.append(littleEndian: SeccompKey.generatorVersion)
    return key
  }

  /// The program of a container's own entry; nil when it is damaged or another generator's.
  static func own(in state: borrowing Descriptor) -> [UInt8]? {
    guard let bytes = try? state.readFile(ownName, limit: Int(entrySizeLimit), resolve: .noSymlinks) else { return nil }
    let frontSize = SeccompCacheEntry.headSize + ownKey.count
    if !SeccompCacheEntry.isPlausible(programSize: bytes.count - frontSize) { return nil }
    let (front, program) = (Array(bytes[..<frontSize]), Array(bytes[frontSize...]))
    return SeccompCacheEntry.isValid(front: front, program: program, for: ownKey) ? program : nil
  }

  /// Stores a program, in place of the one that was there, and removes the oldest ones beyond the limit.
  static func store(_ program: [UInt8], for key: [UInt8], in stateRoot: borrowing Descriptor) {
    let entry = SeccompCacheEntry.bytes(program, for: key)
    if entry.count > entrySizeLimit { return }
    // A cache that cannot be written is no cache: the program is compiled each time.
    try? store(entry, as: fileName(key), in: stateRoot)
  }

  private static func store(
    _ entry: [UInt8], as name: String, in stateRoot: borrowing Descriptor
  ) throws(SystemCallError) {
    do {
      try stateRoot.makeDirectory(directoryName, mode: 0o700)
    } catch {
      if error.errno != .exists { throw error }
    }
    let directory = try open(in: stateRoot, .readOnly)
    try makeRoom(in: directory)
    try write(entry, to: name, in: directory)
  }

  /// FNV-1a, 64 bits: it only spreads the names. The key in the file decides.
  static func fileName(_ key: [UInt8]) -> String {
    let hash = SeccompCacheEntry.hash(key)
    var name: [UInt8] = []
    for shift in stride(from: UInt64(60), through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: hash >> shift & 0xf)
      name.append(digit < 10 ? 48 + digit : 87 + digit)
    }
    return String(decoding: name, as: UTF8.self)
  }

  /// The directory, if nobody else can have written into it.
  private static func open(
    in stateRoot: borrowing Descriptor, _ access: OpenFlags = .path
  ) throws(SystemCallError) -> Descriptor {
    let directory = try stateRoot.open(directoryName, access.union([.directory, .noFollow]), resolve: .beneath)
    let status = try directory.status(subject: directoryName)
    if status.uid != effectiveUserID() || status.permissions & 0o077 != 0 {
      throw SystemCallError(call: "statx", subject: directoryName, errno: .accessDenied)
    }
    return directory
  }

  /// Writes under another name first, so that no reader ever sees a part.
  private static func write(
    _ entry: [UInt8], to name: String, in directory: borrowing Descriptor
  ) throws(SystemCallError) {
    let temporary = numbered("new-", currentProcessID())
    // Left behind by a process of the same number that was killed here.
    try? directory.removeFile(temporary)
    do {
      let file = try directory.open(temporary, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
      try file.changeMode(0o600)
      try file.writeAll(entry, subject: name)
      try directory.rename(temporary, to: name, in: directory)
    } catch {
      try? directory.removeFile(temporary)
      throw error
    }
  }

  private static func makeRoom(in directory: borrowing Descriptor) throws(SystemCallError) {
    var files: [(name: String, modified: Int64)] = []
    for entry in try directory.entries() {
      guard let status = try? directory.status(of: entry.name) else { continue }
      files.append((entry.name, status.modifiedNanoseconds))
    }
    while files.count >= entryLimit {
      var oldest = 0
      for index in files.indices where files[index].modified < files[oldest].modified { oldest = index }
      try? directory.removeFile(files.remove(at: oldest).name)
    }
  }
}
