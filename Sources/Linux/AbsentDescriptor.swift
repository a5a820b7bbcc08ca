// Descriptors that are none, and numbers that are not ours to close.

extension Descriptor {
  /// Stands where no file is open.
  public static var absent: Descriptor { Descriptor(owning: -1) }

  public var isOpen: Bool { number >= 0 }

  /// The status of an open number that somebody else owns, such as 0 for standard input.
  @inline(never)
  public static func status(ofNumber number: Int32) throws(SystemCallError) -> FileStatus {
    let borrowed = Descriptor(owning: number)
    do {
      let status = try borrowed.status()
      _ = borrowed.release()
      return status
    } catch {
      _ = borrowed.release()
      throw error
    }
  }
}
