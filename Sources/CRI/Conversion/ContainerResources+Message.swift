// Limits as callers send and read them.

internal import CRIProtocol
internal import Pods

extension ContainerResources {
  init(_ message: Runtime_V1_LinuxContainerResources) {
    self.init()
    cpuPeriod = message.cpuPeriod
    cpuQuota = message.cpuQuota
    cpuShares = message.cpuShares
    memoryLimit = message.memoryLimitInBytes
    oomScoreAdjust = message.oomScoreAdj
    cpus = message.cpusetCpus
    memoryNodes = message.cpusetMems
    hugepageLimits = message.hugepageLimits.map { HugepageLimit(pageSize: $0.pageSize, bytes: $0.limit) }
    unified = message.unified
    memorySwapLimit = message.memorySwapLimitInBytes
  }

  var message: Runtime_V1_LinuxContainerResources {
    var message = Runtime_V1_LinuxContainerResources()
    message.cpuPeriod = cpuPeriod
    message.cpuQuota = cpuQuota
    message.cpuShares = cpuShares
    message.memoryLimitInBytes = memoryLimit
    message.oomScoreAdj = oomScoreAdjust
    message.cpusetCpus = cpus
    message.cpusetMems = memoryNodes
    message.hugepageLimits = hugepageLimits.map { limit in
      var item = Runtime_V1_HugepageLimit()
      item.pageSize = limit.pageSize
      item.limit = limit.bytes
      return item
    }
    message.unified = unified
    message.memorySwapLimitInBytes = memorySwapLimit
    return message
  }
}
