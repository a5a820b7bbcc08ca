// What callers read about the use of processors, memory, networks and disks.

internal import CRIProtocol
internal import Pods

extension Runtime_V1_UInt64Value {
  fileprivate init(_ value: UInt64) {
    self.init()
    self.value = value
  }
}

extension ContainerUsage {
  var message: Runtime_V1_ContainerStats {
    var message = Runtime_V1_ContainerStats()
    let item = record.item
    message.attributes.id = item.id
    message.attributes.metadata = item.metadata
    message.attributes.labels = item.labels
    message.attributes.annotations = item.annotations
    if let writable { message.writableLayer = writable.message }
    guard let group else { return message }
    message.cpu = group.cpuMessage(nanoCores)
    message.memory = group.memoryMessage
    message.swap = group.swapMessage
    if let io = group.ioMessage { message.io = io }
    return message
  }
}

extension PodUsage {
  var message: Runtime_V1_PodSandboxStats {
    var message = Runtime_V1_PodSandboxStats()
    let item = record.item
    message.attributes.id = item.id
    message.attributes.metadata = item.metadata
    message.attributes.labels = item.labels
    message.attributes.annotations = item.annotations
    message.linux.containers = containers.map(\.message)
    if let interfaces { message.linux.network = Runtime_V1_NetworkUsage(interfaces, Clock.nanoseconds()) }
    guard let group else { return message }
    message.linux.cpu = group.cpuMessage(nanoCores)
    message.linux.memory = group.memoryMessage
    if let io = group.ioMessage { message.linux.io = io }
    if let processes = group.processes {
      message.linux.process.timestamp = group.moment
      message.linux.process.processCount = Runtime_V1_UInt64Value(processes)
    }
    return message
  }
}

extension CgroupUsage {
  fileprivate func cpuMessage(_ nanoCores: UInt64?) -> Runtime_V1_CpuUsage {
    var message = Runtime_V1_CpuUsage()
    message.timestamp = moment
    if let total = processor.total { message.usageCoreNanoSeconds = Runtime_V1_UInt64Value(total) }
    if let nanoCores { message.usageNanoCores = Runtime_V1_UInt64Value(nanoCores) }
    if let pressure = processor.pressure { message.psi = pressure.message }
    return message
  }

  fileprivate var memoryMessage: Runtime_V1_MemoryUsage {
    var message = Runtime_V1_MemoryUsage()
    message.timestamp = moment
    if let value = memory.workingSet { message.workingSetBytes = Runtime_V1_UInt64Value(value) }
    if let value = memory.available { message.availableBytes = Runtime_V1_UInt64Value(value) }
    if let value = memory.usage { message.usageBytes = Runtime_V1_UInt64Value(value) }
    if let value = memory.rss { message.rssBytes = Runtime_V1_UInt64Value(value) }
    if let value = memory.faults { message.pageFaults = Runtime_V1_UInt64Value(value) }
    if let value = memory.majorFaults { message.majorPageFaults = Runtime_V1_UInt64Value(value) }
    if let pressure = memory.pressure { message.psi = pressure.message }
    return message
  }

  fileprivate var swapMessage: Runtime_V1_SwapUsage {
    var message = Runtime_V1_SwapUsage()
    message.timestamp = moment
    if let value = swap.available { message.swapAvailableBytes = Runtime_V1_UInt64Value(value) }
    if let value = swap.usage { message.swapUsageBytes = Runtime_V1_UInt64Value(value) }
    return message
  }

  fileprivate var ioMessage: Runtime_V1_IoUsage? {
    guard let ioPressure else { return nil }
    var message = Runtime_V1_IoUsage()
    message.timestamp = moment
    message.psi = ioPressure.message
    return message
  }
}

extension PressureStall {
  fileprivate var message: Runtime_V1_PsiStats {
    var message = Runtime_V1_PsiStats()
    message.some = some.message
    message.full = full.message
    return message
  }
}

extension PressureStall.Share {
  /// Callers count in nanoseconds, the kernel in microseconds.
  fileprivate var message: Runtime_V1_PsiData {
    var message = Runtime_V1_PsiData()
    message.total = totalMicroseconds * 1000
    message.avg10 = average10
    message.avg60 = average60
    message.avg300 = average300
    return message
  }
}

extension WritableUsage {
  fileprivate var message: Runtime_V1_FilesystemUsage {
    var message = Runtime_V1_FilesystemUsage()
    message.timestamp = moment
    message.fsID.mountpoint = path
    message.usedBytes = Runtime_V1_UInt64Value(bytes)
    message.inodesUsed = Runtime_V1_UInt64Value(inodes)
    return message
  }
}

extension Runtime_V1_NetworkUsage {
  /// The first interface that networks make is called eth0; callers look for the others in the list.
  fileprivate init(_ interfaces: [InterfaceUsage], _ moment: Int64) {
    self.init()
    timestamp = moment
    let main = interfaces.firstIndex { $0.name == "eth0" } ?? interfaces.indices.first
    for (index, interface) in interfaces.enumerated() {
      if index == main { self.defaultInterface = interface.message } else { self.interfaces.append(interface.message) }
    }
  }
}

extension InterfaceUsage {
  fileprivate var message: Runtime_V1_NetworkInterfaceUsage {
    var message = Runtime_V1_NetworkInterfaceUsage()
    message.name = name
    message.rxBytes = Runtime_V1_UInt64Value(received.bytes)
    message.rxErrors = Runtime_V1_UInt64Value(received.errors)
    message.txBytes = Runtime_V1_UInt64Value(sent.bytes)
    message.txErrors = Runtime_V1_UInt64Value(sent.errors)
    return message
  }
}
