// What processes hold open.

import Testing

@testable import Pods

@Suite("What processes hold open")
struct ProcessDetailTests {
  @Test("the limit of descriptors in the kernel's table")
  func limit() {
    let table = """
      Limit                     Soft Limit           Hard Limit           Units
      Max open files            1024                 4096                 files
      """
    #expect(ProcessDetails.descriptorLimit(in: table) == 1024)
    #expect(ProcessDetails.descriptorLimit(in: "Max open files            unlimited            unlimited") == nil)
    #expect(ProcessDetails.descriptorLimit(in: "") == nil)
  }

  @Test("a process that is gone holds nothing")
  func gone() {
    let details = ProcessDetails(processes: [Int32.max], first: Int32.max)
    #expect((details.descriptors, details.sockets, details.descriptorLimit) == (0, 0, nil))
  }
}
