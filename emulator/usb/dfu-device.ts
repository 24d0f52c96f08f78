/**
 * A device whose firmware is renewed by USB DFU 1.1, with addresses by DfuSe or without: flash memory, one alternate
 * setting for each, behind the state machine of the standard (DFU 1.1, appendix A). It is strict where real ones often
 * are: who asks too early, or out of order, finds it in the state of error.
 */
import {
  DFU_CLASS,
  DFU_PROTOCOL_BOOT,
  DFU_PROTOCOL_RUNTIME,
  DFU_REQUEST,
  DFU_STATE,
  DFU_STATUS,
  DFU_STATUS_BYTES,
  DFU_SUBCLASS,
  DFU_VERSION,
  DFUSE_COMMAND,
  DFUSE_FIRST_BLOCK,
  DFUSE_VERSION,
  type DfuCapabilities,
  type DfuState,
  writeDfuFunctional,
  writeDfuStatus,
} from '../../protocol/flash/dfu.ts';
import { configurationDescriptor, FIRST_NAME_STRING } from './descriptors.ts';
import { FlashMemory, type FlashMemoryShape } from './flash-memory.ts';
import { StandardRequests } from './standard-requests.ts';
import {
  type PendingTransfer,
  TYPE_CLASS,
  TYPE_MASK,
  TYPE_STANDARD,
  type UsbAnswer,
  type UsbDevice,
  type UsbIdentity,
  type UsbSetup,
} from './usb-device.ts';

export interface DfuMemoryShape extends FlashMemoryShape {
  readonly name: string;
}

export interface DfuDeviceOptions
  extends Partial<Omit<DfuCapabilities, 'version' | 'canDownload' | 'detachTimeoutMs'>> {
  readonly memories: readonly DfuMemoryShape[];
  /** Blocks have addresses, and pages are erased by command. Default false: a file is written from the beginning on. */
  readonly isDfuSe?: boolean;
  readonly vendorId?: number;
  /** Default: a number that pid.codes leaves to tests. */
  readonly productId?: number;
  readonly serialNumber?: string;
  /** Default the boot loader, where memory can be written; `'runtime'` is the firmware, which must be told to leave. */
  readonly startsAs?: 'boot' | 'runtime';
  /** What the device thinks of firmware as a whole, without DfuSe. Default: everything is good. */
  readonly accepts?: (firmware: Uint8Array) => boolean;
  /** Milliseconds that a block, or a page to erase, takes. Default 0. */
  readonly workMs?: number;
}

const DETACH_TIMEOUT_MS = 1000;
/** Between the answer to a request and leaving the bus. */
const LEAVE_MS = 20;
const DONE = new Uint8Array(0);

export class DfuDevice implements UsbDevice {
  readonly identity: UsbIdentity;
  readonly memories: readonly FlashMemory[];
  onDetach: () => void = () => undefined;
  readonly #options: DfuDeviceOptions;
  readonly #capabilities: DfuCapabilities;
  #mode: 'boot' | 'runtime';
  #standard: StandardRequests;
  #state: DfuState = DFU_STATE.idle;
  #status: number = DFU_STATUS.ok;
  #alternate = 0;
  /** What the next GETSTATUS begins. Returns the status that it ends with. */
  #work: (() => number) | undefined;
  #busyUntil = 0;
  /** Where block 2 goes, with DfuSe. */
  #pointer: number;
  /** Bytes of a file that have come or gone, without DfuSe. */
  #offset = 0;

  constructor(options: DfuDeviceOptions) {
    const {
      vendorId = 0x1209,
      productId = 0x0002,
      serialNumber = 'DFU0',
      startsAs = 'boot',
      isDfuSe = false,
    } = options;
    this.#options = options;
    this.#capabilities = {
      canDownload: true,
      canUpload: options.canUpload ?? true,
      isManifestationTolerant: options.isManifestationTolerant ?? true,
      willDetach: options.willDetach ?? true,
      detachTimeoutMs: DETACH_TIMEOUT_MS,
      transferBytes: options.transferBytes ?? 1024,
      version: isDfuSe ? DFUSE_VERSION : DFU_VERSION,
    };
    const product = 'Shoal DFU board (emulated)';
    this.identity = { vendorId, productId, deviceVersion: 0x0100, manufacturer: 'Shoal', product, serialNumber };
    this.memories = options.memories.map((shape) => new FlashMemory(shape));
    this.#pointer = this.#memory.address;
    this.#mode = startsAs;
    this.#standard = this.#standardRequests();
    this.reset();
  }

  /** What it is on the bus now. */
  get mode(): 'boot' | 'runtime' {
    return this.#mode;
  }

  get configuration(): Uint8Array {
    const names = this.#mode === 'boot' ? this.#names() : ['Shoal firmware'];
    return configurationDescriptor(
      names.map((_, alternate) => ({
        number: 0,
        alternate,
        classCode: DFU_CLASS,
        subclass: DFU_SUBCLASS,
        protocol: this.#mode === 'boot' ? DFU_PROTOCOL_BOOT : DFU_PROTOCOL_RUNTIME,
        nameIndex: FIRST_NAME_STRING + alternate,
        ...(alternate === names.length - 1 ? { classDescriptors: writeDfuFunctional(this.#capabilities) } : {}),
      })),
    );
  }

  control(setup: UsbSetup, data: Uint8Array): UsbAnswer {
    const type = setup.requestType & TYPE_MASK;
    if (type === TYPE_STANDARD) return this.#standard.answer(setup);
    if (type !== TYPE_CLASS) return 'stall';
    return this.#mode === 'boot' ? this.#answer(setup, data) : this.#answerRuntime(setup);
  }

  bulkOut(): 'taken' | 'stall' {
    return 'stall';
  }

  bulkIn(_endpoint: number, _maxBytes: number, answer: (bytes: UsbAnswer) => void): PendingTransfer {
    answer('stall');
    return { cancel: () => false };
  }

  reset(): void {
    if (this.#state === DFU_STATE.appDetach) this.#become('boot');
    else if (this.#state === DFU_STATE.manifestWaitReset) this.#become('runtime');
    this.#standard.reset();
    this.#begin(0);
  }

  /** Pulls the plug: it has power no more. */
  unplug(): void {
    this.onDetach();
    this.#become(this.#options.startsAs ?? 'boot');
    this.#begin(0);
  }

  get #memory(): FlashMemory {
    return this.memories[this.#alternate] as FlashMemory;
  }

  #names(): readonly string[] {
    if (this.#options.isDfuSe !== true) return this.#options.memories.map(({ name }) => name);
    return this.#options.memories.map(({ name, address, pageBytes, pageCount }) => {
      const start = address.toString(16).padStart(8, '0');
      // Readable, erasable and writable: g.
      const size = pageBytes % 1024 === 0 ? `${pageBytes / 1024}K` : `${pageBytes} `;
      return `@${name}  /0x${start}/${String(pageCount).padStart(2, '0')}*${size.padStart(4, '0')}g`;
    });
  }

  #standardRequests(): StandardRequests {
    const names = this.#mode === 'boot' ? this.#names() : ['Shoal firmware'];
    return new StandardRequests({
      identity: this.identity,
      configuration: this.configuration,
      names,
      alternates: [names.length],
      onAlternate: (_, alternate) => this.#begin(alternate),
    });
  }

  #become(mode: 'boot' | 'runtime'): void {
    this.#mode = mode;
    this.#standard = this.#standardRequests();
  }

  /** As after choosing an alternate setting. */
  #begin(alternate: number): void {
    this.#alternate = alternate;
    this.#state = this.#mode === 'boot' ? DFU_STATE.idle : DFU_STATE.appIdle;
    this.#status = DFU_STATUS.ok;
    this.#work = undefined;
    this.#offset = 0;
    this.#pointer = this.#memory.address;
  }

  /** Leaves the bus and comes back as something else; the request under way is answered first. */
  #leave(mode: 'boot' | 'runtime'): void {
    setTimeout(() => {
      this.#become(mode);
      this.#begin(0);
      this.onDetach();
    }, LEAVE_MS);
  }

  #answerRuntime({ request }: UsbSetup): UsbAnswer {
    if (request === DFU_REQUEST.getStatus) return this.#statusBytes(0);
    if (request === DFU_REQUEST.getState) return Uint8Array.of(this.#state);
    if (request !== DFU_REQUEST.detach) return 'stall';
    this.#state = DFU_STATE.appDetach;
    if (this.#capabilities.willDetach) this.#leave('boot');
    return DONE;
  }

  #answer({ request, value, length }: UsbSetup, data: Uint8Array): UsbAnswer {
    switch (request) {
      case DFU_REQUEST.download:
        return this.#download(value, data);
      case DFU_REQUEST.upload:
        return this.#upload(value, length);
      case DFU_REQUEST.getStatus:
        return this.#getStatus();
      case DFU_REQUEST.getState:
        return Uint8Array.of(this.#state);
      case DFU_REQUEST.clearStatus:
        if (this.#state !== DFU_STATE.error) return this.#refuse();
        this.#begin(this.#alternate);
        return DONE;
      case DFU_REQUEST.abort:
        if (!ABORTABLE.includes(this.#state)) return this.#refuse();
        this.#state = DFU_STATE.idle;
        this.#offset = 0;
        return DONE;
      default:
        return this.#refuse();
    }
  }

  #refuse(status: number = DFU_STATUS.errStalledPacket): 'stall' {
    this.#fail(status);
    return 'stall';
  }

  #fail(status: number): void {
    this.#state = DFU_STATE.error;
    this.#status = status;
    this.#work = undefined;
  }

  #download(block: number, data: Uint8Array): UsbAnswer {
    const isIdle = this.#state === DFU_STATE.idle;
    if (!isIdle && this.#state !== DFU_STATE.downloadIdle) return this.#refuse();
    if (data.length > this.#capabilities.transferBytes) return this.#refuse();
    if (data.length === 0) {
      // Without DfuSe there must be something to make firmware of.
      if (isIdle && this.#options.isDfuSe !== true) return this.#refuse();
      this.#state = DFU_STATE.manifestSync;
      return DONE;
    }
    if (this.#options.isDfuSe !== true) {
      if (isIdle) this.#offset = 0;
      this.#work = () => this.#writeNext(data);
    } else if (block === 0) {
      this.#work = () => this.#command(data);
    } else if (block >= DFUSE_FIRST_BLOCK) {
      const address = this.#pointer + (block - DFUSE_FIRST_BLOCK) * this.#capabilities.transferBytes;
      this.#work = () => this.#write(address, data);
    } else {
      return this.#refuse();
    }
    this.#state = DFU_STATE.downloadSync;
    return DONE;
  }

  #writeNext(data: Uint8Array): number {
    const memory = this.#memory;
    const address = memory.address + this.#offset;
    if (!memory.has(address, data.length)) return DFU_STATUS.errAddress;
    const { pageBytes } = memory;
    for (
      let page = Math.ceil(this.#offset / pageBytes) * pageBytes;
      page < this.#offset + data.length;
      page += pageBytes
    ) {
      memory.erase(memory.address + page);
    }
    this.#offset += data.length;
    return memory.program(address, data) ? DFU_STATUS.ok : DFU_STATUS.errProgram;
  }

  #write(address: number, data: Uint8Array): number {
    if (!this.#memory.has(address, data.length)) return DFU_STATUS.errAddress;
    return this.#memory.program(address, data) ? DFU_STATUS.ok : DFU_STATUS.errProgram;
  }

  #command(data: Uint8Array): number {
    const code = data[0];
    if (code === DFUSE_COMMAND.erase && data.length === 1) {
      this.#memory.eraseAll();
      return DFU_STATUS.ok;
    }
    if (data.length !== 5) return DFU_STATUS.errTarget;
    const address = new DataView(data.buffer, data.byteOffset).getUint32(1, true);
    if (!this.#memory.has(address)) return DFU_STATUS.errAddress;
    if (code === DFUSE_COMMAND.setAddress) this.#pointer = address;
    else if (code === DFUSE_COMMAND.erase) this.#memory.erase(address);
    else return DFU_STATUS.errTarget;
    return DFU_STATUS.ok;
  }

  #upload(block: number, length: number): UsbAnswer {
    const { canUpload, transferBytes } = this.#capabilities;
    const isIdle = this.#state === DFU_STATE.idle;
    if (!canUpload || (!isIdle && this.#state !== DFU_STATE.uploadIdle) || length > transferBytes)
      return this.#refuse();
    const memory = this.#memory;
    if (isIdle) this.#offset = 0;
    if (this.#options.isDfuSe === true && block === 0) {
      return Uint8Array.of(...Object.values(DFUSE_COMMAND)).subarray(0, length);
    }
    const isAddressed = this.#options.isDfuSe === true;
    const address = isAddressed
      ? this.#pointer + (block - DFUSE_FIRST_BLOCK) * transferBytes
      : memory.address + this.#offset;
    if (isAddressed && !memory.has(address)) return this.#refuse(DFU_STATUS.errAddress);
    const bytes = memory.read(address, Math.min(length, memory.address + memory.bytes.length - address));
    this.#offset += bytes.length;
    // A short block is the last.
    this.#state = bytes.length < length ? DFU_STATE.idle : DFU_STATE.uploadIdle;
    return bytes;
  }

  #getStatus(): UsbAnswer {
    const { workMs = 0 } = this.#options;
    if (this.#state === DFU_STATE.downloadSync && this.#work !== undefined) {
      const status = this.#work();
      this.#work = undefined;
      if (status === DFU_STATUS.ok) return this.#busy(DFU_STATE.downloadBusy, workMs);
      this.#fail(status);
    } else if (this.#state === DFU_STATE.manifestSync) {
      return this.#manifest();
    } else if (this.#state === DFU_STATE.downloadBusy || this.#state === DFU_STATE.manifest) {
      if (performance.now() < this.#busyUntil) return this.#refuse();
      if (this.#state === DFU_STATE.downloadBusy) this.#state = DFU_STATE.downloadIdle;
      else if (this.#capabilities.isManifestationTolerant) this.#state = DFU_STATE.idle;
      else this.#state = DFU_STATE.manifestWaitReset;
    }
    return this.#statusBytes(0);
  }

  #manifest(): UsbAnswer {
    const { isDfuSe = false, accepts = () => true, workMs = 0 } = this.#options;
    if (isDfuSe) {
      this.#leave('runtime');
    } else if (!accepts(this.#memory.bytes.subarray(0, this.#offset))) {
      this.#fail(DFU_STATUS.errFirmware);
      return this.#statusBytes(0);
    }
    return this.#busy(DFU_STATE.manifest, workMs);
  }

  #busy(state: DfuState, workMs: number): Uint8Array {
    this.#state = state;
    this.#busyUntil = performance.now() + workMs;
    return this.#statusBytes(workMs);
  }

  #statusBytes(pollTimeoutMs: number): Uint8Array {
    return writeDfuStatus({ status: this.#status, pollTimeoutMs, state: this.#state }).subarray(0, DFU_STATUS_BYTES);
  }
}

const ABORTABLE: readonly number[] = [
  DFU_STATE.idle,
  DFU_STATE.downloadSync,
  DFU_STATE.downloadIdle,
  DFU_STATE.manifestSync,
  DFU_STATE.uploadIdle,
];
