// Locks on open files.

internal import CShims

extension Descriptor {
  /// Takes the exclusive lock of this open file (flock(2)), waiting for it.
  @inline(never)
  public borrowing func lock() throws(SystemCallError) {
    let descriptor = number
    try systemCall("flock", apus_flock(descriptor, 2 /* LOCK_EX */))
  }

  /// Takes the exclusive lock if it is free. Returns false when somebody else holds it.
  @inline(never)
  public borrowing func tryLock() throws(SystemCallError) -> Bool {
    let descriptor = number
    do {
      try systemCall("flock", apus_flock(descriptor, 2 | 4 /* LOCK_EX | LOCK_NB */))
      return true
    } catch {
      if error.errno == .tryAgain { return false }
      throw error
    }
  }

  @inline(never)
  public borrowing func unlock() throws(SystemCallError) {
    let descriptor = number
    try systemCall("flock", apus_flock(descriptor, 8 /* LOCK_UN */))
  }
}
