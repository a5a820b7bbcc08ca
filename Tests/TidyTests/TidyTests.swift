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

  /// The dependencies write `#if canImport(Network)` for systems that have such a framework. A module of ours with its
  /// name satisfies that as soon as it is built, and whether it is built before them is a matter of chance.
  @Test("no module is called as a framework that the dependencies look for")
  func noModuleIsCalledAsAFramework() throws {
    let frameworks: Set = [
      "Accelerate", "Combine", "CommonCrypto", "CoreFoundation", "CoreGraphics", "Network", "ObjectiveC", "Security",
      "System", "os",
    ]
    let manifest = try #require(Repository.sources.first { $0.path == "Package.swift" }).lines.joined()
    let modules = manifest.matches(of: /arget\(\s*name: "([^"]+)"/).map { String($0.1) }
    #expect(modules.contains("ContainerNetwork"))
    #expect(frameworks.intersection(modules).isEmpty)
  }
}
