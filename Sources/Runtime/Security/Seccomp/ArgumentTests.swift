// The tests of arguments that decide on calls: rules in, trees of tests out.

internal import OCI

/// A rule for a call on one interface.
struct FilterRule {
  /// All have to hold; one for each argument at most, in the order of the arguments.
  var conditions: [SeccompCondition]
  var action: UInt32
  /// Whether arguments have 64 bits.
  var isWide: Bool
}

/// The tests of arguments that decide on calls, as trees. The tests of a level are made one after the other until one
/// leads to an action; what a test leads to without deciding anything goes on with the next test of its own level.
struct ArgumentTests {
  private(set) var tests: [ArgumentTest] = []
  /// What becomes of calls: a place for each call, and two for each test.
  private(set) var outcomes: [FilterOutcome] = []
  /// Whether two rules for the same arguments ask for different actions, and none is the narrower one.
  private(set) var areContradictory = false

  /// A place for what becomes of a call.
  mutating func newPlace() -> Int {
    outcomes.append(.none)
    return outcomes.count - 1
  }

  mutating func add(_ rule: FilterRule, at place: Int) {
    var rule = rule
    // What compares no bit holds always.
    rule.conditions.removeAll { (rule.isWide ? $0.mask : $0.mask & 0xffff_ffff) == 0 }
    if !rule.conditions.isEmpty { return add(rule, from: 0, at: place, of: 0) }
    // A rule without conditions stands above those with some, and the first of its kind above the others.
    if case .action = outcomes[place] { return }
    outcomes[place] = .action(rule.action)
  }

  /// Adds the tests of the conditions from an index on below a place, which is one of a test's two.
  private mutating func add(_ rule: FilterRule, from index: Int, at place: Int, of test: Int) {
    if index == rule.conditions.count { return finish(rule, at: place, of: test) }
    let condition = rule.conditions[index]
    let (comparison, meets) = condition.test
    var place = place
    if rule.isWide {
      if comparison == .greater || comparison == .greaterOrEqual {
        let above = find(ArgumentTest(condition, isHigh: true, .greater), at: place)
        if above < 0 { return }
        place = tests[above].place
        if meets { add(rule, from: index + 1, at: place + 1, of: above) }
      }
      let isMasked = comparison == .maskedEqual
      let same = find(ArgumentTest(condition, isHigh: true, isMasked ? .maskedEqual : .equal), at: place)
      if same < 0 { return }
      place = tests[same].place
      if !meets { add(rule, from: index + 1, at: place, of: same) }
      place += 1
    }
    let low = find(ArgumentTest(condition, isHigh: false, comparison), at: place)
    if low >= 0 { add(rule, from: index + 1, at: tests[low].place + (meets ? 1 : 0), of: low) }
  }

  /// The same test at this place, put there if need be; -1 when the place has an action already: a rule with fewer
  /// conditions holds there.
  private mutating func find(_ test: ArgumentTest, at place: Int) -> Int {
    var (previous, at) = (-1, -1)
    switch outcomes[place] {
    case .action: return -1
    case .none: break
    case .tests(let first): at = first
    }
    while at >= 0 {
      if tests[at].isSame(as: test) { return at }
      if tests[at].comes(after: test) { break }
      (previous, at) = (at, tests[at].next)
    }
    var test = test
    test.next = at
    test.place = newPlace()
    _ = newPlace()
    tests.append(test)
    if previous < 0 {
      outcomes[place] = .tests(tests.count - 1)
    } else {
      tests[previous].next = tests.count - 1
    }
    return tests.count - 1
  }

  /// The action of a rule, where all of its tests have been made.
  private mutating func finish(_ rule: FilterRule, at place: Int, of test: Int) {
    switch outcomes[place] {
    case .none: outcomes[place] = .action(rule.action)
    case .action(let action):
      if action == rule.action { return }
      // Both decide by the upper half alone; of two lower bounds the greater one is the narrower rule.
      let (isHolding, value) = (place > tests[test].place, rule.conditions[rule.conditions.count - 1].value)
      if !tests[test].isHigh {
        areContradictory = true
      } else if isHolding && value > tests[test].argument {
        outcomes[place] = .action(rule.action)
      }
    case .tests(let first):
      if decide(from: first, only: rule.action) {
        outcomes[place] = .action(rule.action)
      } else {
        areContradictory = true
      }
    }
  }

  /// Whether the tests from this one on lead to no other action.
  private func decide(from first: Int, only action: UInt32) -> Bool {
    var at = first
    while at >= 0 {
      for place in tests[at].place...tests[at].place + 1 {
        switch outcomes[place] {
        case .none: break
        case .action(let other): if other != action { return false }
        case .tests(let below): if !decide(from: below, only: action) { return false }
        }
      }
      at = tests[at].next
    }
    return true
  }
}
