/** The public face of the emulator. */
export type { ConsoleOutput } from './console.ts';
export {
  type ControlPort,
  type ControlPortEvents,
  ControlProcessor,
  type ControlProcessorOptions,
  type CoreWindow,
} from './control/control-processor.ts';
export { VirtualDisk, type VirtualDiskOptions } from './control/virtual-disk.ts';
export type { CoreFault, CoreState } from './core.ts';
export { evenNoise, type NoiseRates } from './line/line-noise.ts';
export { OrderedClock } from './line/ordered-clock.ts';
export { type SimulatedLine, type SimulatedLineOptions, simulateLine } from './line/simulated-line.ts';
export { VirtualClock } from './line/virtual-clock.ts';
export { loadProgram, startProgram } from './load-program.ts';
export { type CoreView, Machine, type MachineOptions, type RunResult } from './machine.ts';
export type { Locator } from './report.ts';
export type { EngineName } from './scheduler.ts';
export { DfuDevice, type DfuDeviceOptions, type DfuMemoryShape } from './usb/dfu-device.ts';
export { FlashMemory, type FlashMemoryShape } from './usb/flash-memory.ts';
export { LineDevice, type LineDeviceOptions } from './usb/line-device.ts';
export type { UsbAnswer, UsbDevice, UsbIdentity, UsbSetup } from './usb/usb-device.ts';
export { USBIP_PORT, UsbIpServer } from './usb/usbip-server.ts';
