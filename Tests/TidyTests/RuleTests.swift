// Each rule on a snippet that breaks it and on one that comes close without breaking it.

import Testing

/// A snippet and where it pretends to lie.
struct Snippet: CustomStringConvertible {
  let rule: Rule
  let path: String
  let text: String

  init(_ rule: Rule, _ text: String, at path: String = "Sources/Runtime/Sample.swift") {
    self.rule = rule
    self.path = path
    self.text = text
  }

  var description: String { "\(rule.rawValue) in \(path)" }

  var findings: [Finding] {
    let language = Language(path: path) ?? .script
    return rule.findings(in: SourceText(path: path, language: language, text: text))
  }
}

@Suite("Rules")
struct RuleTests {
  @Test("a bad snippet is found", arguments: Self.bad)
  func badIsFound(snippet: Snippet) {
    #expect(!snippet.findings.isEmpty)
  }

  @Test("a good snippet passes", arguments: Self.good)
  func goodPasses(snippet: Snippet) {
    #expect(snippet.findings.isEmpty, "\(snippet.findings)")
  }

  @Test("every rule has a bad snippet")
  func everyRuleCanFail() {
    #expect(Set(Self.bad.map(\.rule)) == Set(Rule.allCases))
  }

  private static func body(_ lines: Int) -> String { String(repeating: "  step()\n", count: lines) }

  static let bad: [Snippet] = [
    Snippet(.fileHeader, "import Linux\n"),
    Snippet(.fileHeader, "// Sample\n"),
    Snippet(.fileHeader, "#!/bin/bash\nset -e\n", at: "tools/sample.sh"),
    Snippet(.fileLength, String(repeating: "\n", count: 501)),
    Snippet(.lineLength, "// " + String(repeating: "x", count: 118)),
    Snippet(.functionLength, "func long() {\n\(body(69))}\n"),
    Snippet(.functionLength, "struct A {\n  init(\n  a: Int) {\n\(body(68))}\n}\n"),
    Snippet(.functionLength, "var long: Int {\n\(body(69))}\n"),
    Snippet(.functionLength, "int long_one(void) {\n\(body(69))}\n", at: "Sources/CShims/sample.c"),
    Snippet(.parameterCount, "func many(a: Int, b: Int, c: Int, d: Int, e: Int, f: (Int, Int)) {}"),
    Snippet(.parameterCount, "init(a: A, b: A, c: A, d: A, e: A, f: A) { self.a = a.first }"),
    Snippet(.parameterCount, "int m(int a, int b, int c, int d, int e, int f) {}", at: "Sources/CShims/sample.c"),
    Snippet(.adjacentBooleans, "func go(fast: Bool, far: Bool = true) {}"),
    Snippet(.imports, "import Foundation"),
    Snippet(.imports, "@_exported public import struct NIOCore.ByteBuffer"),
    Snippet(.imports, "internal import CShims"),
    Snippet(.imports, "import Linux", at: "Sources/OCI/Sample.swift"),
    Snippet(.imports, "import CShims", at: "Sources/Images/Sample.swift"),
    Snippet(.imports, "import Linux", at: "Sources/Unknown/Sample.swift"),
    Snippet(.imports, "import ContainerRuntime", at: "Sources/Monitor/Sample.swift"),
    Snippet(.unsafePlace, "let x = unsafe pointer.pointee"),
    Snippet(.unsafePlace, "nonisolated(unsafe) var x = 1", at: "Sources/OCI/Sample.swift"),
    Snippet(.forcedTry, "let x = try! read()"),
    Snippet(.forcedTry, #"let x = "\(try! read())""#),
    Snippet(.forcedUnwrap, "let x = table[1]!"),
    Snippet(.forcedUnwrap, "// Far above.\n\n\n\nlet x = y as! Int"),
    Snippet(.bareFatalError, "default: fatalError()"),
    Snippet(.bareFatalError, #"default: fatalError("")"#),
    Snippet(.unexplainedToDo, "// TODO: more"),
    Snippet(.unexplainedToDo, "/* FIXME */", at: "Sources/CShims/sample.c"),
    Snippet(.emptyName, "", at: "Sources/Runtime/Helpers/Mount.swift"),
    Snippet(.emptyName, "", at: "Sources/Runtime/MountManager.swift"),
    Snippet(.emptyName, "", at: "tools/common.sh"),
    Snippet(.shimCalls, "void f(void) { printf(\"x\"); }", at: "Sources/CShims/sample.c"),
    Snippet(.shimCalls, "void *f(void) { return malloc(1); }", at: "Sources/CShims/sample.c"),
    Snippet(.machinePath, "let x = \"/wo" + "rk/main\""),
    Snippet(.machinePath, "PATH=/opt/" + "swift/usr/bin:$PATH", at: "tools/sample.sh"),
  ]

  static let good: [Snippet] = [
    Snippet(.fileHeader, "// What a sample holds.\nimport Linux\n"),
    Snippet(.fileHeader, "// Clocks.\nimport Linux\n"),
    Snippet(.fileHeader, "// swift-tools-version:6.2\n// The package, in two profiles.\n", at: "Package.swift"),
    Snippet(.fileHeader, "#!/bin/bash\n# Runs the sample twice.\n", at: "tools/sample.sh"),
    Snippet(.lineLength, "// " + String(repeating: "é", count: 117)),
    Snippet(.functionLength, "func long() {\n\(body(68))}\n"),
    Snippet(.functionLength, "protocol P {\n  func a()\n  var b: Int { get }\n}\nstruct S {\n\(body(70))}\n"),
    Snippet(.functionLength, "func a() { let s = \"{\" }\n// {\n\(body(70))func b() {}\n"),
    Snippet(.functionLength, "var a = 1\nfunc b() {}\nlet c = [\n\(body(70))]\n"),
    Snippet(.functionLength, "static int t[] = {\n\(body(70))};\n", at: "Sources/CShims/sample.c"),
    Snippet(.parameterCount, "init(a: A, b: A, c: A, d: A, e: A, f: A) { self.a = a\nself.b = b }"),
    Snippet(.parameterCount, "func few(a: [A: B], b: Dictionary<A, B>, c: (A, B) -> C, d: D, e: E) {}"),
    Snippet(.adjacentBooleans, "func go(fast: Bool, to: Int, far: Bool) {}"),
    Snippet(.imports, "public import Linux\nimport OCI // not Foundation\nlet x = \"import Foundation\""),
    Snippet(.imports, "import Foundation", at: "Tests/OCITests/Sample.swift"),
    Snippet(.unsafePlace, "let x = unsafe pointer.pointee", at: "Sources/Linux/Sample.swift"),
    Snippet(.unsafePlace, "// unsafe is a word\nlet x = \"unsafe\"\n.unsafeFlags([])"),
    Snippet(.forcedTry, "// try! is banned\nlet x = #\"try! \"x\"#\nlet y = try? z"),
    Snippet(.forcedUnwrap, "let a = b != c && !d\n// The table holds every key.\nlet x =\n  table[1]!"),
    Snippet(.bareFatalError, "fatalError(\"a socket that was bound has an address\")"),
    Snippet(.unexplainedToDo, "// TODO(issue 12): more\nlet s = \"TODO\""),
    Snippet(.emptyName, "", at: "Sources/Runtime/Commonwealth/Mount.swift"),
    Snippet(.shimCalls, "// never printf()\nint f(int exit) { return exit; }", at: "Sources/CShims/sample.c"),
    Snippet(.machinePath, "let x = \"/workspace/main\" + \"/opt/bin\""),
  ]
}
