// Performing writes in one directory of a cgroup.

import Linux
import OCI

/// Performs writes in one directory of a cgroup, each file opened once for all writes that follow each other.
struct CgroupWriter: ~Copyable {
  private let directory: CgroupDirectory
  private var file: Descriptor?
  private var name = ""
  /// Refused for now, see `CgroupWrite.retriedAfter`.
  private var postponed: [CgroupWrite] = []

  init(_ directory: CgroupDirectory) {
    self.directory = directory
  }

  /// - Parameters:
  ///   - opened: the directory.
  ///   - isOwn: which of the writes are for it.
  mutating func perform(
    _ writes: [CgroupWrite], in opened: borrowing Descriptor, where isOwn: (CgroupWrite) -> Bool
  ) throws(RuntimeError) {
    var isReplaced = false
    for write in writes where isOwn(write) {
      if isReplaced {
        isReplaced = false
        continue
      }
      let isDone = try perform(write, in: opened, isLast: false)
      if write.traits.contains(.replacesNext) { isReplaced = isDone }
      if postponed.isEmpty { continue }
      let waiting = postponed
      postponed.removeAll { sameBytes($0.retriedAfter ?? "", write.file) }
      for earlier in waiting where sameBytes(earlier.retriedAfter ?? "", write.file) {
        _ = try perform(earlier, in: opened, isLast: true)
      }
    }
  }

  /// - Parameter isLast: whether a value that the kernel finds invalid is an error now.
  /// - Returns: false when the file does not exist and that is no error.
  private mutating func perform(
    _ write: CgroupWrite, in opened: borrowing Descriptor, isLast: Bool
  ) throws(RuntimeError) -> Bool {
    do throws(SystemCallError) {
      try open(write.file, in: opened)
      try file?.writeOnce(write.value, subject: write.file)
    } catch {
      if error.errno == .noEntry && !write.traits.isDisjoint(with: [.optional, .replacesNext]) { return false }
      if error.errno == .invalidArgument && !isLast && write.retriedAfter != nil {
        postponed.append(write)
        return true
      }
      throw explained(directory.named(error, below: directory.absolutePath), write, in: opened)
    }
    if write.traits.contains(.readBack) { try compare(write, in: opened) }
    return true
  }

  private mutating func open(_ wanted: String, in opened: borrowing Descriptor) throws(SystemCallError) {
    if sameBytes(name, wanted) { return }
    file = nil
    name = ""
    file = try opened.open(wanted, .writeOnly, resolve: .cgroup)
    name = wanted
  }

  private func compare(_ write: CgroupWrite, in opened: borrowing Descriptor) throws(RuntimeError) {
    guard let taken = opened.cgroupNumber(write.file), let asked = UInt64(decimal: Array(write.value.utf8)[...]),
      taken != asked
    else { return }
    let bound = asked > taken ? "maximum" : "minimum"
    throw .invalidConfiguration("the \(bound) allowed cpu-shares is \(taken)")
  }

  /// Says more than the error number where the kernel's reason can be found out.
  private func explained(
    _ error: SystemCallError, _ write: CgroupWrite, in opened: borrowing Descriptor
  ) -> RuntimeError {
    let doing = "setting \(write.file) of the cgroup to '\(write.value)'"
    if error.errno == .busy, sameBytes(write.file, "memory.limit_in_bytes"),
      let usage = opened.cgroupNumber("memory.usage_in_bytes"),
      let peak = opened.cgroupNumber("memory.max_usage_in_bytes")
    {
      return .invalidConfiguration(
        "unable to set memory limit to \(write.value) (current usage: \(usage), peak usage: \(peak)): "
          + error.message)
    }
    if error.errno == .noEntry, sameBytes(write.controller, "hugetlb") {
      let sizes = CgroupWriter.pageSizes(in: opened)
      return .invalidConfiguration(doing + ": the host has no huge pages of that size, but of " + sizes)
    }
    return .systemCall(doing: doing, error)
  }

  /// The page sizes by the names of the controller's files, `hugetlb.2MB.…`.
  private static func pageSizes(in opened: borrowing Descriptor) -> String {
    guard let directory = try? opened.open(".", [.readOnly, .directory]), let entries = try? directory.entries() else {
      return "unknown ones"
    }
    var sizes: [String] = []
    for entry in entries {
      let parts = entry.name.utf8.split(separator: UInt8(ascii: "."))
      guard parts.count > 2, parts[0].elementsEqual("hugetlb".utf8) else { continue }
      let size = String(Substring(parts[1]))
      if !sizes.contains(where: { sameBytes($0, size) }) { sizes.append(size) }
    }
    return sizes.joined(separator: ", ")
  }
}
