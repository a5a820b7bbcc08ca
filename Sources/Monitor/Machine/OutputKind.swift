// Which of its outputs a container wrote to.

/// Which of its outputs a container wrote to; a terminal counts as standard output. The numbers are those of the attach
/// protocol.
public enum OutputKind: UInt8, Equatable, Sendable, CaseIterable {
  case stdout = 2
  case stderr = 3
}
