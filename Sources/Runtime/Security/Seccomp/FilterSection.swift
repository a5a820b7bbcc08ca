// The part of a filter for one architecture.

/// The part of a filter for one architecture, as the kernel tells them apart: what becomes of each call.
struct FilterSection {
  /// What becomes of calls from a number on, up to that of the next one.
  private struct Span {
    let first: UInt32
    let outcome: FilterOutcome
  }

  /// The offset of the number in struct seccomp_data.
  private static let numberWord: UInt32 = 0

  private let defaultAction: UInt32
  /// The calls with rules, in ascending order, and the place of what becomes of each.
  private var numbers: [UInt32] = []
  private var places: [Int] = []
  private var rules = ArgumentTests()
  /// In ascending order too: from a number on, calls without a rule have another action.
  private var limits: [(number: UInt32, action: UInt32)] = []
  private var spans: [Span] = []

  init(defaultAction: UInt32) { self.defaultAction = defaultAction }

  var isContradictory: Bool { rules.areContradictory }

  mutating func add(_ rule: FilterRule, number: UInt32) {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < number { low = middle + 1 } else { high = middle }
    }
    if low == numbers.count || numbers[low] != number {
      numbers.insert(number, at: low)
      places.insert(rules.newPlace(), at: low)
    }
    rules.add(rule, at: places[low])
  }

  /// From this number on, which is above those of earlier limits, calls without a rule have this action.
  mutating func limit(_ number: UInt32, _ action: UInt32) { limits.append((number, action)) }

  /// Writes the instructions.
  mutating func write(to assembler: inout FilterAssembler) -> FilterTarget {
    arrange()
    return search(0, spans.count, &assembler)
  }

  /// Turns calls and limits into spans. Neighbours with the same action are one: of some 400 calls that a usual profile
  /// allows, about 80 spans are left.
  private mutating func arrange() {
    var (limit, fallback) = (0, defaultAction)
    append(0, .action(fallback))
    for index in numbers.indices {
      let number = numbers[index]
      while limit < limits.count && limits[limit].number <= number {
        fallback = limits[limit].action
        append(limits[limit].number, .action(fallback))
        limit += 1
      }
      append(number, rules.outcomes[places[index]])
      if number < UInt32.max { append(number + 1, .action(fallback)) }
    }
    for index in limit..<limits.count { append(limits[index].number, .action(limits[index].action)) }
  }

  private mutating func append(_ first: UInt32, _ outcome: FilterOutcome) {
    if let last = spans.last, last.first == first { spans.removeLast() }
    if let last = spans.last, case .action(let before) = last.outcome, case .action(let action) = outcome,
      before == action
    {
      return
    }
    spans.append(Span(first: first, outcome: outcome))
  }

  /// A search for the span of a number, by halves.
  private func search(_ low: Int, _ high: Int, _ assembler: inout FilterAssembler) -> FilterTarget {
    if high - low == 1 {
      return target(spans[low].outcome, otherwise: .action(defaultAction), holding: Self.numberWord, &assembler)
    }
    let middle = (low + high) / 2
    let upper = search(middle, high, &assembler)
    let lower = search(low, middle, &assembler)
    return assembler.test(
      BPFInstruction(BPFInstruction.jumpIfNotLess, spans[middle].first), word: Self.numberWord, upper, lower)
  }

  /// - Parameters:
  ///   - otherwise: where to go on when nothing is decided.
  ///   - word: what the accumulator holds.
  private func target(
    _ outcome: FilterOutcome, otherwise: FilterTarget, holding word: UInt32, _ assembler: inout FilterAssembler
  ) -> FilterTarget {
    switch outcome {
    case .none: return otherwise
    case .action(let action): return .action(action)
    case .tests(let first): return assembler.loaded(level(first, otherwise: otherwise, &assembler), holding: word)
    }
  }

  private func level(
    _ first: Int, otherwise: FilterTarget, _ assembler: inout FilterAssembler
  ) -> FilterTarget {
    var list: [Int] = []
    var at = first
    while at >= 0 {
      list.append(at)
      at = rules.tests[at].next
    }
    var target = otherwise
    while let last = list.popLast() { target = write(rules.tests[last], otherwise: target, &assembler) }
    return target
  }

  private func write(
    _ test: ArgumentTest, otherwise: FilterTarget, _ assembler: inout FilterAssembler
  ) -> FilterTarget {
    let held = test.mask == .max ? test.word : FilterTarget.noWord
    let onTrue = target(rules.outcomes[test.place + 1], otherwise: otherwise, holding: held, &assembler)
    // It compares no bit.
    if test.mask == 0 { return onTrue }
    let onFalse = target(rules.outcomes[test.place], otherwise: otherwise, holding: held, &assembler)
    return assembler.test(test.instruction, mask: test.mask, word: test.word, onTrue, onFalse)
  }
}
