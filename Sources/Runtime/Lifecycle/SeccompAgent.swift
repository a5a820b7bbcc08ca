// Handing the listener of a system call filter to its agent.

import Linux
import OCI

/// The agent that answers for a system call filter (config-linux.md, "Seccomp" and "The Container Process State").
struct SeccompAgent {
  private let path: String
  private var message = ContainerProcessState()

  /// - Parameter pid: of the process under the filter, as the host sees it.
  init(_ section: Seccomp?, pid: Int32, _ record: ContainerRecord, _ status: Status) {
    path = section?.listenerPath ?? ""
    message.metadata = section?.listenerMetadata ?? ""
    message.pid = pid
    message.state.id = record.id
    message.state.status = status
    message.state.pid = record.pid
    message.state.bundle = record.bundle
    message.state.annotations = record.annotations
  }

  /// Takes the listener out of the process, which waits until the agent has it: one connection, one message.
  func handOver(_ number: Int32, ofPidfd pidfd: Int32, _ channel: borrowing ParentChannel) throws(RuntimeError) {
    let listener = try doing("taking the listener of the seccomp filter") { () throws(SystemCallError) in
      try copyDescriptor(number, ofPidfd: pidfd)
    }
    let agent = try doing("failed to connect with seccomp agent specified in the seccomp profile") {
      () throws(SystemCallError) in try Descriptor.connect(to: path)
    }
    let bytes = message.encoded()
    try doing("sending the seccomp listener to its agent") { () throws(SystemCallError) in
      try agent.send(bytes, descriptors: [listener.number])
      try channel.send(.listenerTaken)
    }
  }
}
