import { setImmediate } from 'node:timers/promises';
import { ShoalError } from '../../protocol/errors.ts';
import type { Line, LineCapabilities } from '../../protocol/line.ts';
import {
  LINE_CLOSED,
  LINE_OPENED,
  LINE_STATE_REQUEST,
  MAX_USB_MESSAGE_BYTES,
  SHOAL_INTERFACE,
} from '../../protocol/usb-line.ts';
import type { LineOpener } from './connect-link.ts';
import { UsbConnection, type UsbSetting } from './usb-connection.ts';
import { findUsbDevice, type UsbSelection, usbSelector } from './usb-selection.ts';
import { systemUsb, type UsbSystem } from './usb-surface.ts';

/** A multiple of every packet size; what Linux takes in one piece. */
const TRANSFER_BYTES = 0x4000;
/**
 * Longer than a live session is ever silent (it asks for a sign of life after a second), and than it waits for a silent
 * one: a transfer that ends so may have taken bytes with it, so the line ends too, and the session resumes on the next.
 */
const TRANSFER_TIMEOUT_MS = 20_000;
/** What was written has so long to leave at the end. */
const CLOSE_TIMEOUT_MS = 1000;

const LINE_STATE = { requestType: 'vendor', request: LINE_STATE_REQUEST } as const;

interface Pipes {
  readonly inEndpoint: number;
  readonly outEndpoint: number;
  readonly packetBytes: number;
}

/** Messages over the bulk pipes of a board, as protocol/usb-line.ts has them. */
export class UsbLine implements Line {
  readonly capabilities: LineCapabilities = {
    kind: 'messages',
    isNoisy: false,
    hasModemLines: false,
    hasBreak: false,
    maxMessageBytes: MAX_USB_MESSAGE_BYTES,
  };
  bufferedBytes = 0;
  onBytes: (bytes: Uint8Array) => void = () => {};
  onDrain: () => void = () => {};
  onEnd: (reason: ShoalError) => void = () => {};
  readonly #connection: UsbConnection;
  readonly #pipes: Pipes;
  readonly #queue: Uint8Array[] = [];
  readonly #reading: Promise<void>;
  /** Undefined while nothing is written: one transfer at a time keeps the order. */
  #writing: Promise<void> | undefined;
  #isOver = false;

  private constructor(connection: UsbConnection, pipes: Pipes) {
    this.#connection = connection;
    this.#pipes = pipes;
    // Whoever opens it has this turn to set its callbacks.
    this.#reading = setImmediate().then(() => this.#read());
  }

  /** Opens the line of a device. Rejects as {@link UsbConnection.open}. */
  static async open(system: UsbSystem, selection: UsbSelection): Promise<UsbLine> {
    const device = await findUsbDevice(system, selection);
    const isShoal = (found: UsbSetting): boolean =>
      found.interfaceClass === SHOAL_INTERFACE.classCode &&
      found.interfaceSubclass === SHOAL_INTERFACE.subclass &&
      found.interfaceProtocol === SHOAL_INTERFACE.protocol &&
      pipesOf(found) !== undefined;
    const { connection, setting } = await UsbConnection.open(
      selection,
      device,
      (settings) => settings.find(isShoal),
      'a line of Shoal',
    );
    try {
      const pipes = pipesOf(setting) as Pipes;
      await device.clearHalt('in', pipes.inEndpoint);
      await device.clearHalt('out', pipes.outEndpoint);
      if ((await connection.controlOut({ ...LINE_STATE, value: LINE_OPENED })) === 'stall') {
        throw new ShoalError('LINK_UNAVAILABLE', `${connection.name} refuses to open its line`, { retryable: true });
      }
      return new UsbLine(connection, pipes);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  write(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#queue.push(bytes);
    this.bufferedBytes += bytes.length;
    this.#writing ??= this.#drain();
  }

  /** What was written still goes out. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    void this.#finish();
  }

  async #drain(): Promise<void> {
    try {
      for (let message = this.#queue.shift(); message !== undefined; message = this.#queue.shift()) {
        await this.#send(message);
        this.bufferedBytes -= message.length;
        if (!this.#isOver) this.onDrain();
      }
      this.#writing = undefined;
    } catch (error) {
      this.#ended(error as ShoalError);
    }
  }

  /** A last transfer that is not full ends the message; if there is nothing left for one, it is empty. */
  async #send(message: Uint8Array): Promise<void> {
    const { outEndpoint, packetBytes } = this.#pipes;
    for (let from = 0; from < message.length; from += TRANSFER_BYTES) {
      await this.#transferOut(outEndpoint, message.subarray(from, from + TRANSFER_BYTES));
    }
    if (message.length % packetBytes === 0) await this.#transferOut(outEndpoint, new Uint8Array(0));
  }

  async #transferOut(endpoint: number, bytes: Uint8Array): Promise<void> {
    if ((await this.#connection.bulkOut(endpoint, bytes, TRANSFER_TIMEOUT_MS)) === 'stall') throw this.#closedThere();
  }

  async #read(): Promise<void> {
    let parts: Uint8Array[] = [];
    let length = 0;
    try {
      while (!this.#isOver) {
        const bytes = await this.#connection.bulkIn(this.#pipes.inEndpoint, TRANSFER_BYTES, TRANSFER_TIMEOUT_MS);
        if (this.#isOver) return;
        if (bytes === 'stall') throw this.#closedThere();
        parts.push(bytes);
        length += bytes.length;
        if (length > MAX_USB_MESSAGE_BYTES) {
          throw new ShoalError('PROTOCOL_INVALID', `${this.#connection.name} sends a message without end`);
        }
        if (bytes.length === TRANSFER_BYTES) continue;
        const message = parts.length === 1 ? bytes : new Uint8Array(Buffer.concat(parts));
        parts = [];
        length = 0;
        if (message.length > 0) this.onBytes(message);
      }
    } catch (error) {
      this.#ended(error as ShoalError);
    }
  }

  #closedThere(): ShoalError {
    return new ShoalError('LINK_LOST', `${this.#connection.name} has closed its line`, { retryable: true });
  }

  #ended(reason: ShoalError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#queue.length = 0;
    void this.#finish();
    this.onEnd(reason);
  }

  async #finish(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
    });
    await Promise.race([this.#writing, patience]);
    clearTimeout(timer);
    // The board ends the transfer that waits. A device that is gone has ended it already.
    await this.#connection.controlOut({ ...LINE_STATE, value: LINE_CLOSED }).catch(() => undefined);
    await this.#reading;
    await this.#connection.close();
  }
}

/** The endpoints of an interface that has one of each direction. */
function pipesOf({ endpoints }: UsbSetting): Pipes | undefined {
  const bulk = endpoints.filter(({ type }) => type === 'bulk');
  const incoming = bulk.find(({ direction }) => direction === 'in');
  const outgoing = bulk.find(({ direction }) => direction === 'out');
  if (incoming === undefined || outgoing === undefined) return undefined;
  return {
    inEndpoint: incoming.endpointNumber,
    outEndpoint: outgoing.endpointNumber,
    packetBytes: outgoing.packetSize,
  };
}

/** Lines to a board on USB. `system`: default, the devices of this computer, by the package `usb`. */
export function usbOpener(selection: UsbSelection, system: () => Promise<UsbSystem> = systemUsb): LineOpener {
  return {
    name: usbSelector(selection),
    kind: 'messages',
    async open(signal) {
      signal.throwIfAborted();
      const line = await UsbLine.open(await system(), selection);
      if (!signal.aborted) return line;
      line.close();
      throw signal.reason;
    },
  };
}
