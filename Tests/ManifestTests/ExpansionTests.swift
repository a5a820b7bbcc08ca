// Variables in words of a command.

import Testing

@testable import Manifest

@Suite("Variables in commands")
struct ExpansionTests {
  private func container() -> PodManifest.Container {
    var container = PodManifest.Container()
    container.environment = [
      PodManifest.Pair("A", "1"), PodManifest.Pair("B", "$(A)-$(C)"), PodManifest.Pair("C", "$(A)$(C)"),
    ]
    return container
  }

  @Test(
    "a variable is replaced, two signs are one, what names none stays",
    arguments: [
      ("$(A)", "1"), ("x$(A)y$(A)", "x1y1"), ("$$(A)", "$(A)"), ("$$$(A)", "$1"), ("$(D)", "$(D)"), ("$", "$"),
      ("$A", "$A"),
      ("$(A", "$(A"), ("$()", "$()"), ("a$", "a$"), ("$(B)", "1-$(C)"), ("$(C)", "1$(C)"), ("plain", "plain"),
    ])
  func expanded(text: String, result: String) {
    #expect(container().expanded(text) == result)
  }

  @Test("the value of a variable knows those before it alone")
  func values() {
    #expect(container().expanded("$(A)-$(C)", before: "B") == "1-$(C)")
    #expect(container().expanded("$(A)", before: "A") == "$(A)")
  }
}
