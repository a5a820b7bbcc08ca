// The sources of the repository, held against every rule.

import Testing

@Suite("Tidiness")
struct TidyTests {
  @Test("the repository keeps the rule", arguments: Rule.allCases)
  func repositoryKeeps(rule: Rule) {
    let findings = Repository.sources.flatMap { rule.findings(in: $0) }
    #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
  }

  @Test("the walk over the repository finds its sources")
  func walkFindsSources() {
    let paths = Set(Repository.sources.map(\.path))
    let known: Set = ["Package.swift", "Sources/CShims/include/CShims.h", "tools/toolchain.sh", ".ci/run"]
    #expect(paths.isSuperset(of: known))
    #expect(!paths.contains { $0.hasPrefix(".build/") || $0.hasPrefix(".git/") })
  }
}
