// What state.json tells of the system call filter.

import Linux
import OCI

/// What state.json tells of the system call filter, so that `exec` need not read and compile its section anew.
struct FilterRecord: JSONObject, Equatable {
  /// False for a filter that asks an agent, and for records of programs that knew nothing of this.
  private var isKnown = false
  /// Of a filter that stands beside the record, compiled; nil without a filter.
  private var flags: UInt32?

  init() {}

  /// - Parameter program: nil without a filter.
  init(_ program: SeccompProgram?) {
    isKnown = !(program?.needsListener ?? false)
    flags = isKnown ? program?.flags.rawValue : nil
  }

  mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("known", &isKnown)
    try json.field("flags", &flags)
  }

  /// Nil where config.json has to tell.
  var need: FilterNeed? { isKnown ? flags == nil ? .nothing : .load : nil }

  /// The compiled filter beside the record, nil when it cannot be used.
  func program(in state: borrowing Descriptor) -> SeccompProgram? {
    guard let flags, let instructions = SeccompCache.own(in: state) else { return nil }
    return SeccompProgram(instructions: instructions, flags: SeccompFlags(rawValue: flags))
  }
}

/// What has to be done about a system call filter.
enum FilterNeed {
  case nothing
  case load
  /// And a listener handed over to an agent.
  case loadWithAgent
}

extension LinuxSettings {
  var filterNeed: FilterNeed {
    guard let seccomp else { return .nothing }
    return seccomp.notifies ? .loadWithAgent : .load
  }
}
