// Performing writes in one directory of a cgroup.

import Linux
import OCI

/// Performs writes in one directory of a cgroup, each file opened once for all writes that follow each other.
struct CgroupWriter: ~Copyable {
  private let directory: CgroupDirectory
  private let options: CgroupCreation
  /// A pure v2 tree has one directory for all writes.
  private let takesAll: Bool
  private var file: Descriptor?
  private var name = ""
  /// Refused for now, see `CgroupWrite.retriedAfter`.
  private var postponed: [CgroupWrite] = []

  init(_ directory: CgroupDirectory, of cgroup: Cgroup, _ options: CgroupCreation = []) {
    self.directory = directory
    self.options = options
    takesAll = directory.isUnified && cgroup.directories.count == 1
  }

  /// Performs those of the writes that are for this directory.
  /// - Parameter opened: the directory.
  mutating func perform(_ writes: [CgroupWrite], in opened: borrowing Descriptor) throws(RuntimeError) {
    var isReplaced = false
    for write in writes where isOwn(write) {
      if isReplaced {
        isReplaced = false
        continue
      }
      let isDone = try perform(write, in: opened, isLast: false)
      isReplaced = isDone && write.traits.contains(.replacesNext)
      let waiting = postponed
      postponed = []
      for earlier in waiting {
        if sameBytes(earlier.retriedAfter, write.file) {
          _ = try perform(earlier, in: opened, isLast: true)
        } else {
          postponed.append(earlier)
        }
      }
    }
  }

  private func isOwn(_ write: CgroupWrite) -> Bool {
    if takesAll { return true }
    return write.isOf(directory.controllers) && !options.leavesOut(write)
  }

  /// - Parameter isLast: whether a value that the kernel finds invalid is an error now.
  /// - Returns: false when the file does not exist and that is no error.
  private mutating func perform(
    _ write: CgroupWrite, in opened: borrowing Descriptor, isLast: Bool
  ) throws(RuntimeError) -> Bool {
    do throws(SystemCallError) {
      if !sameBytes(name, write.file) {
        name = ""
        file = try opened.open(write.file, .writeOnly, resolve: .cgroup)
        name = write.file
      }
      try file?.writeOnce(write.value, subject: write.file)
    } catch {
      if error.errno == .noEntry && !write.traits.isDisjoint(with: [.optional, .replacesNext]) { return false }
      if error.errno == .invalidArgument && !isLast && !write.retriedAfter.isEmpty {
        postponed.append(write)
        return true
      }
      throw explained(error, write, in: opened)
    }
    if write.traits.contains(.readBack), let taken = opened.cgroupNumber(write.file) {
      try compare([UInt8](write.value.utf8)[...].number() ?? taken, taken)
    }
    return true
  }

  private func compare(_ asked: UInt64, _ taken: UInt64) throws(RuntimeError) {
    if asked == taken { return }
    let bound = asked > taken ? "maximum" : "minimum"
    throw .invalidConfiguration(sentence("the % allowed cpu-shares is %", bound, String(taken)))
  }

  /// Says more than the error number where the kernel's reason can be found out.
  private func explained(
    _ error: SystemCallError, _ write: CgroupWrite, in opened: borrowing Descriptor
  ) -> RuntimeError {
    let doing = sentence("setting % of the cgroup to '%'", write.file, write.value)
    let failure = directory.failure(doing, error)
    if error.errno == .busy, sameBytes(write.file, "memory.limit_in_bytes") {
      let figures = sentence(
        "unable to set memory limit to % (current usage: %, peak usage: %): ", write.value,
        String(opened.cgroupNumber("memory.usage_in_bytes") ?? 0),
        String(opened.cgroupNumber("memory.max_usage_in_bytes") ?? 0))
      return .invalidConfiguration(figures + failure.message)
    }
    if error.errno == .noEntry, hasPrefix(write.file, "hugetlb.") {
      let sizes = CgroupWriter.pageSizes(in: opened)
      return .invalidConfiguration(sentence("%: the host has no huge pages of that size, but of%", doing, sizes))
    }
    return failure
  }

  /// The page sizes by the names of the controller's files, `hugetlb.2MB.…`, each with a blank before it.
  private static func pageSizes(in opened: borrowing Descriptor) -> String {
    var sizes: [UInt8] = []
    guard let directory = try? opened.open(".", [.readOnly, .directory], resolve: .beneath),
      let entries = try? directory.entries()
    else { return " unknown ones" }
    for entry in entries {
      var name = [UInt8](entry.name.utf8)[...]
      guard let controller = name.takeField(UInt8(ascii: ".")), controller.isText("hugetlb"),
        let size = name.takeField(UInt8(ascii: ".")), !name.isEmpty, !sizes[...].hasField(size.text, UInt8(ascii: " "))
      else { continue }
      sizes.append(UInt8(ascii: " "))
      sizes.append(contentsOf: size)
    }
    return sizes[...].text
  }
}
