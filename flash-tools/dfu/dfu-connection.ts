import { setTimeout as delay } from 'node:timers/promises';
import { UsbConnection, type UsbSetting } from '../../host/links/usb-connection.ts';
import type { UsbSelection } from '../../host/links/usb-selection.ts';
import type { UsbDeviceSurface } from '../../host/links/usb-surface.ts';
import { ShoalError } from '../../protocol/errors.ts';
import {
  DFU_CLASS,
  DFU_PROTOCOL_BOOT,
  DFU_REQUEST,
  DFU_STATE,
  DFU_STATUS,
  DFU_STATUS_BYTES,
  DFU_STATUS_TEXTS,
  DFU_SUBCLASS,
  type DfuCapabilities,
  type DfuStatus,
  findDfuFunctional,
  readDfuStatus,
} from '../../protocol/flash/dfu.ts';

/** A memory of the device, chosen by the number of an alternate setting. */
export interface DfuAlternate {
  readonly number: number;
  /** Empty if the device has no name for it. */
  readonly name: string;
}

/** A device may ask to be left alone for hours; nothing takes longer than erasing all of it. */
const WORK_TIMEOUT_MS = 120_000;
const CONFIGURATION_DESCRIPTOR = 2;
const MAX_CONFIGURATION_BYTES = 4096;
/** Ways from any state to idle have at most two steps; more are for devices that report one late. */
const STEPS_TO_IDLE = 5;

/**
 * The DFU interface of a device, claimed. All methods reject with FLASH_REFUSED and the device's own reason when it
 * refuses, with LINK_LOST when it is gone, LINK_TIMEOUT, and the reason of the signal.
 */
export class DfuConnection {
  readonly name: string;
  readonly capabilities: DfuCapabilities;
  readonly alternates: readonly DfuAlternate[];
  readonly ids: { readonly vendorId: number; readonly productId: number };
  /** False: the firmware runs, and must be told to `detach` first. */
  readonly isBoot: boolean;
  readonly #usb: UsbConnection;
  readonly #signal: AbortSignal | undefined;

  private constructor(
    usb: UsbConnection,
    capabilities: DfuCapabilities,
    settings: readonly UsbSetting[],
    signal: AbortSignal | undefined,
  ) {
    this.name = usb.name;
    this.ids = { vendorId: usb.device.vendorId, productId: usb.device.productId };
    this.#usb = usb;
    this.capabilities = capabilities;
    this.isBoot = settings[0]?.interfaceProtocol === DFU_PROTOCOL_BOOT;
    this.alternates = settings.map(({ alternateSetting, interfaceName }) => ({
      number: alternateSetting,
      name: interfaceName ?? '',
    }));
    this.#signal = signal;
  }

  /** Rejects as {@link UsbConnection.open}; with LINK_UNAVAILABLE if the device does not describe its DFU. */
  static async open(selection: UsbSelection, device: UsbDeviceSurface, signal?: AbortSignal): Promise<DfuConnection> {
    let all: readonly UsbSetting[] = [];
    const { connection, setting } = await UsbConnection.open(
      selection,
      device,
      (settings) => {
        all = settings.filter(
          (found) => found.interfaceClass === DFU_CLASS && found.interfaceSubclass === DFU_SUBCLASS,
        );
        return all[0];
      },
      'firmware by DFU',
    );
    try {
      const descriptor = await connection.descriptor(CONFIGURATION_DESCRIPTOR, MAX_CONFIGURATION_BYTES);
      const capabilities = descriptor === 'stall' ? undefined : findDfuFunctional(descriptor);
      if (capabilities === undefined || capabilities.transferBytes === 0) {
        throw new ShoalError('LINK_UNAVAILABLE', `${connection.name} does not say what its DFU can do`);
      }
      const settings = all.filter(({ interfaceNumber }) => interfaceNumber === setting.interfaceNumber);
      return new DfuConnection(connection, capabilities, settings, signal);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async selectAlternate(number: number): Promise<void> {
    // A device with one memory may refuse a choice that is none.
    if (this.alternates.length > 1) await this.#usb.selectAlternate(number);
    await this.reachIdle();
  }

  /** Ends whatever a program before us has left half done. */
  async reachIdle(): Promise<void> {
    for (let step = 0; step < STEPS_TO_IDLE; step++) {
      const { state, pollTimeoutMs } = await this.status();
      if (state === DFU_STATE.idle) return;
      if (state === DFU_STATE.downloadBusy || state === DFU_STATE.manifest) await this.#wait(pollTimeoutMs);
      else await this.#order(state === DFU_STATE.error ? DFU_REQUEST.clearStatus : DFU_REQUEST.abort);
    }
    throw new ShoalError('FLASH_STATE', `${this.name} does not become ready for firmware`, {
      hint: 'unplug it and plug it in again',
      retryable: true,
    });
  }

  async status(): Promise<DfuStatus> {
    this.#signal?.throwIfAborted();
    const bytes = await this.#usb.controlIn({ request: DFU_REQUEST.getStatus, value: 0 }, DFU_STATUS_BYTES);
    const status = bytes === 'stall' ? undefined : readDfuStatus(bytes);
    if (status === undefined) throw new ShoalError('FLASH_REFUSED', `${this.name} does not say how it is`);
    return status;
  }

  /** Sends a block and waits until the device has worked on it. `what`: for the message. */
  async download(block: number, bytes: Uint8Array, what: string): Promise<void> {
    this.#signal?.throwIfAborted();
    if ((await this.#usb.controlOut({ request: DFU_REQUEST.download, value: block & 0xffff }, bytes)) === 'stall') {
      throw await this.#refusal(what);
    }
    await this.#work([DFU_STATE.downloadIdle], what);
  }

  /** Ends a download: the device makes firmware of it. Resolves with its last state. */
  async manifest(): Promise<number> {
    const what = 'to take the firmware over';
    if ((await this.#usb.controlOut({ request: DFU_REQUEST.download, value: 0 })) === 'stall') {
      throw await this.#refusal(what);
    }
    return this.#work([DFU_STATE.idle, DFU_STATE.manifestWaitReset], what);
  }

  /** A block of what the device holds; a short one is the last. */
  async upload(block: number, lengthBytes: number): Promise<Uint8Array> {
    this.#signal?.throwIfAborted();
    const bytes = await this.#usb.controlIn({ request: DFU_REQUEST.upload, value: block & 0xffff }, lengthBytes);
    if (bytes === 'stall') throw await this.#refusal('to read its memory');
    return bytes;
  }

  /** Tells running firmware to become the boot loader; the device leaves the bus. This connection is over then. */
  async detach(): Promise<void> {
    const { detachTimeoutMs, willDetach } = this.capabilities;
    await this.#usb.controlOut({ request: DFU_REQUEST.detach, value: detachTimeoutMs });
    if (!willDetach) await this.#usb.reset();
    await this.close();
  }

  /** Starts the new firmware of a device that waits for a reset. This connection is over then. */
  async reset(): Promise<void> {
    await this.#usb.reset();
    await this.close();
  }

  async close(): Promise<void> {
    await this.#usb.close();
  }

  async #order(request: number): Promise<void> {
    await this.#usb.controlOut({ request, value: 0 });
  }

  /** Asks for the status, never sooner than the device wants to be asked, until it is in one of these states. */
  async #work(ends: readonly number[], what: string): Promise<number> {
    const deadline = performance.now() + WORK_TIMEOUT_MS;
    for (;;) {
      const { status, state, pollTimeoutMs } = await this.status();
      if (status !== DFU_STATUS.ok || state === DFU_STATE.error) throw await this.#refusal(what, status);
      if (ends.includes(state)) return state;
      if (performance.now() + pollTimeoutMs > deadline) {
        throw new ShoalError('LINK_TIMEOUT', `${this.name} needs more than ${WORK_TIMEOUT_MS / 1000} s ${what}`);
      }
      await this.#wait(pollTimeoutMs);
    }
  }

  async #wait(pollTimeoutMs: number): Promise<void> {
    // Timers of Node may be a millisecond early.
    const ms = Math.min(pollTimeoutMs, WORK_TIMEOUT_MS) + 1;
    await delay(ms, undefined, this.#signal === undefined ? {} : { signal: this.#signal });
  }

  /** The error for what the device refuses; it is ready for the next attempt then. */
  async #refusal(what: string, known?: number): Promise<ShoalError> {
    const status = known ?? (await this.status()).status;
    await this.#order(DFU_REQUEST.clearStatus);
    const text = DFU_STATUS_TEXTS[status] ?? `status ${status}`;
    return new ShoalError('FLASH_REFUSED', `${this.name} refused ${what}: ${text}`, { details: { status } });
  }
}
