// A test of an argument.

internal import OCI

/// What becomes of a call.
enum FilterOutcome {
  /// Nothing was decided; the next test decides, or the default.
  case none
  case action(UInt32)
  /// The tests that begin with this one.
  case tests(Int)
}

/// A test of a word, which is half an argument.
struct ArgumentTest {
  private let condition: SeccompCondition
  let isHigh: Bool
  /// `equal`, `maskedEqual`, `greater` or `greaterOrEqual`.
  let comparison: OCI.Seccomp.Comparison
  let value: UInt32
  let mask: UInt32
  /// The place of what becomes of a call when this does not hold; the next place is for when it does.
  var place = 0
  /// The test that comes after this one where nothing was decided; -1 for none.
  var next = -1

  init(_ condition: SeccompCondition, isHigh: Bool, _ comparison: OCI.Seccomp.Comparison) {
    self.condition = condition
    self.isHigh = isHigh
    self.comparison = comparison
    mask = UInt32(truncatingIfNeeded: isHigh ? condition.mask >> 32 : condition.mask)
    value = UInt32(truncatingIfNeeded: isHigh ? condition.value >> 32 : condition.value) & mask
  }

  /// The whole argument of which `value` is one half.
  var argument: UInt64 { condition.value }

  /// The offset in struct seccomp_data, on machines that store the lower half first.
  var word: UInt32 { 16 + 8 * condition.argument + (isHigh ? 4 : 0) }

  var instruction: BPFInstruction {
    switch comparison {
    case .greater: return BPFInstruction(BPFInstruction.jumpIfGreater, value)
    case .greaterOrEqual: return BPFInstruction(BPFInstruction.jumpIfNotLess, value)
    default: return BPFInstruction(BPFInstruction.jumpIfEqual, value)
    }
  }

  func isSame(as other: ArgumentTest) -> Bool {
    word == other.word && comparison == other.comparison && value == other.value && mask == other.mask
  }

  /// Whether this one is made after the other. Where rules with different actions hold for a call, this decides; the
  /// order is libseccomp's: the last argument first, upper halves first, equality first, narrow ranges first.
  func comes(after other: ArgumentTest) -> Bool {
    if word != other.word { return word < other.word }
    if rank != other.rank { return rank < other.rank }
    return rank == 2 ? value > other.value : value < other.value
  }

  private var rank: Int {
    switch condition.comparison {
    case .equal, .notEqual, .maskedEqual: return 3
    case .less, .lessOrEqual: return 2
    case .greater, .greaterOrEqual: return 1
    }
  }
}
