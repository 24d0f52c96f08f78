/** USB Device Firmware Upgrade 1.1 (usb.org, "DFU_1.1") and what STMicroelectronics adds to it, DfuSe (UM0391). */

/** Class and subclass of the interface; the protocol says whether the firmware runs or the boot loader. */
export const DFU_CLASS = 0xfe;
export const DFU_SUBCLASS = 0x01;
export const DFU_PROTOCOL_RUNTIME = 0x01;
export const DFU_PROTOCOL_BOOT = 0x02;

export const DFU_REQUEST = {
  detach: 0,
  download: 1,
  upload: 2,
  getStatus: 3,
  clearStatus: 4,
  getState: 5,
  abort: 6,
} as const;

export const DFU_STATE = {
  appIdle: 0,
  appDetach: 1,
  idle: 2,
  downloadSync: 3,
  downloadBusy: 4,
  downloadIdle: 5,
  manifestSync: 6,
  manifest: 7,
  manifestWaitReset: 8,
  uploadIdle: 9,
  error: 10,
} as const;

export type DfuState = (typeof DFU_STATE)[keyof typeof DFU_STATE];

/** What a device says went wrong, by number, in words for its user. */
export const DFU_STATUS_TEXTS: readonly string[] = [
  'no error',
  'the file is not for this device',
  'the file fails a check of the device’s own',
  'it cannot write its memory',
  'it cannot erase its memory',
  'its memory is not empty after erasing',
  'programming its memory failed',
  'its memory holds something else after programming',
  'the address is outside of its memory',
  'the download ended before the firmware was whole',
  'its firmware is damaged: it cannot go back to running it',
  'an error of the vendor’s own',
  'the USB bus was reset in between',
  'it lost power in between',
  'it does not know what went wrong',
  'it got a request that it did not expect',
];

export const DFU_STATUS = {
  ok: 0,
  errTarget: 1,
  errFile: 2,
  errProgram: 6,
  errAddress: 8,
  errFirmware: 10,
  errStalledPacket: 15,
} as const;

/** Answer to GETSTATUS. */
export interface DfuStatus {
  readonly status: number;
  /** The device must not be asked again before. */
  readonly pollTimeoutMs: number;
  readonly state: number;
}

export const DFU_STATUS_BYTES = 6;

/** Undefined if it is not whole. */
export function readDfuStatus(bytes: Uint8Array): DfuStatus | undefined {
  const [status, low = 0, middle = 0, high = 0, state] = bytes;
  if (bytes.length < DFU_STATUS_BYTES || status === undefined || state === undefined) return undefined;
  return { status, pollTimeoutMs: low | (middle << 8) | (high << 16), state };
}

export function writeDfuStatus({ status, pollTimeoutMs, state }: DfuStatus): Uint8Array {
  const time = [pollTimeoutMs & 0xff, (pollTimeoutMs >> 8) & 0xff, (pollTimeoutMs >> 16) & 0xff];
  return Uint8Array.of(status, ...time, state, 0);
}

/** The functional descriptor: what a device can do. */
export interface DfuCapabilities {
  readonly canDownload: boolean;
  readonly canUpload: boolean;
  /** It answers after it has taken the firmware over; others must be reset then. */
  readonly isManifestationTolerant: boolean;
  /** It leaves the bus by itself when it is told to detach; others wait for a bus reset. */
  readonly willDetach: boolean;
  readonly detachTimeoutMs: number;
  /** Bytes of the largest block. */
  readonly transferBytes: number;
  /** DFU version in binary-coded decimal: 0x0110, or 0x011a for DfuSe. */
  readonly version: number;
}

export const DFU_VERSION = 0x0110;
export const DFUSE_VERSION = 0x011a;

const DFU_FUNCTIONAL = 0x21;
const DFU_FUNCTIONAL_BYTES = 9;

export function writeDfuFunctional(capabilities: DfuCapabilities): Uint8Array {
  const { canDownload, canUpload, isManifestationTolerant, willDetach } = capabilities;
  const bits = [canDownload, canUpload, isManifestationTolerant, willDetach];
  const bytes = new Uint8Array(DFU_FUNCTIONAL_BYTES);
  const view = new DataView(bytes.buffer);
  bytes[0] = DFU_FUNCTIONAL_BYTES;
  bytes[1] = DFU_FUNCTIONAL;
  bytes[2] = bits.reduce((sum, bit, index) => sum | (bit ? 1 << index : 0), 0);
  view.setUint16(3, capabilities.detachTimeoutMs, true);
  view.setUint16(5, capabilities.transferBytes, true);
  view.setUint16(7, capabilities.version, true);
  return bytes;
}

/** The first functional descriptor within a configuration descriptor; undefined if there is none. */
export function findDfuFunctional(configuration: Uint8Array): DfuCapabilities | undefined {
  for (let at = 0; at + 2 < configuration.length; at += Math.max(1, configuration[at] as number)) {
    if (configuration[at + 1] !== DFU_FUNCTIONAL || at + 7 > configuration.length) continue;
    const view = new DataView(configuration.buffer, configuration.byteOffset + at);
    const bits = view.getUint8(2);
    // Devices of DFU 1.0 have no version.
    const hasVersion = view.getUint8(0) >= DFU_FUNCTIONAL_BYTES && view.byteLength >= DFU_FUNCTIONAL_BYTES;
    return {
      canDownload: (bits & 1) !== 0,
      canUpload: (bits & 2) !== 0,
      isManifestationTolerant: (bits & 4) !== 0,
      willDetach: (bits & 8) !== 0,
      detachTimeoutMs: view.getUint16(3, true),
      transferBytes: view.getUint16(5, true),
      version: hasVersion ? view.getUint16(7, true) : 0x0100,
    };
  }
  return undefined;
}

/** Commands of DfuSe: downloads as block 0. Data is in blocks from 2 on, counted from the address pointer. */
export const DFUSE_COMMAND = { getCommands: 0x00, setAddress: 0x21, erase: 0x41 } as const;
export const DFUSE_FIRST_BLOCK = 2;

/** A command with the address that it is about. */
export function writeDfuSeCommand(command: number, address: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = command;
  new DataView(bytes.buffer).setUint32(1, address, true);
  return bytes;
}
