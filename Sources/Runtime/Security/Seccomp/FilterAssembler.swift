// Puts the instructions of a filter together, the last one first.

/// Where a test leads: to an action, or to instructions that are there already.
struct FilterTarget {
  /// Stands for no word of struct seccomp_data.
  static let noWord = UInt32.max

  /// The action where `position` is 0.
  fileprivate var action: UInt32 = 0
  /// Counted from the end of the program; the last instruction has 1.
  fileprivate var position = 0
  /// The offset of the word that the accumulator must hold there.
  fileprivate var word = noWord

  static func action(_ action: UInt32) -> FilterTarget { FilterTarget(action: action) }
}

/// Puts the instructions of a filter together, the last one first: jumps only lead forward, so that the distance to
/// what a test leads to is known when the test is written.
struct FilterAssembler {
  /// Conditional jumps skip 255 instructions at most. What a jump needs near itself, a copy of a return or a far jump
  /// for each of both ways and a load, comes between.
  private static let reach = 248

  private var reversed: [BPFInstruction] = []
  /// For the instruction at each position, the one that loads the word it tests; 0 if there is none yet.
  private var loads: [Int] = [0]
  /// The newest return of each action.
  private var returns: [FilterTarget] = []

  var count: Int { reversed.count }

  /// A test of a word and where it leads.
  /// - Parameters:
  ///   - word: the offset of the word in struct seccomp_data.
  ///   - mask: the bits of it that are compared.
  mutating func test(
    _ jump: BPFInstruction, mask: UInt32 = .max, word: UInt32, _ onTrue: FilterTarget, _ onFalse: FilterTarget
  ) -> FilterTarget {
    let held = mask == .max ? word : FilterTarget.noWord
    // What comes right behind may need a load in front of it: an action's return would stand between.
    let isFalseFirst = onTrue.position == 0
    let first = position(of: isFalseFirst ? onFalse : onTrue, holding: held)
    let second = position(of: isFalseFirst ? onTrue : onFalse, holding: held)
    let (whenTrue, whenFalse) = isFalseFirst ? (second, first) : (first, second)
    append(
      BPFInstruction(
        jump.code, jump.constant, skipIfTrue: UInt8(count - whenTrue), skipIfFalse: UInt8(count - whenFalse)))
    if mask != .max { append(BPFInstruction(BPFInstruction.and, mask)) }
    return FilterTarget(position: count, word: word)
  }

  /// The target for tests that leave another word than `word` in the accumulator.
  mutating func loaded(_ target: FilterTarget, holding word: UInt32 = FilterTarget.noWord) -> FilterTarget {
    if target.position == 0 || target.word == FilterTarget.noWord || target.word == word { return target }
    if loads[target.position] == 0 {
      if target.position != count { jump(to: target.position) }
      append(BPFInstruction(BPFInstruction.loadWord, target.word))
      loads[target.position] = count
    }
    return FilterTarget(position: loads[target.position])
  }

  /// The bytes of the program, which begins with this target.
  mutating func program(from first: FilterTarget) -> [UInt8] {
    let start = loaded(first).position
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * BPFInstruction.size)
    for index in 0..<start { reversed[start - 1 - index].append(to: &bytes) }
    return bytes
  }

  /// The position for a jump that comes next, near enough.
  private mutating func position(of target: FilterTarget, holding word: UInt32) -> Int {
    if target.position == 0 { return positionOfReturn(target.action) }
    let position = loaded(target, holding: word).position
    if count - position <= Self.reach { return position }
    jump(to: position)
    return count
  }

  private mutating func positionOfReturn(_ action: UInt32) -> Int {
    var index = 0
    while index < returns.count && returns[index].action != action { index += 1 }
    if index == returns.count { returns.append(FilterTarget(action: action)) }
    if returns[index].position == 0 || count - returns[index].position > Self.reach {
      append(BPFInstruction(BPFInstruction.returnConstant, action))
      returns[index].position = count
    }
    return returns[index].position
  }

  private mutating func jump(to position: Int) {
    append(BPFInstruction(BPFInstruction.jump, UInt32(count - position)))
  }

  private mutating func append(_ instruction: BPFInstruction) {
    reversed.append(instruction)
    loads.append(0)
  }
}
