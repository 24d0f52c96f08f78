import { setImmediate } from 'node:timers/promises';
import { concatenate } from '../../protocol/concatenate.ts';
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import type { Line, LineCapabilities } from '../../protocol/line.ts';
import {
  LINE_CLOSED,
  LINE_OPENED,
  LINE_STATE_REQUEST,
  MAX_USB_MESSAGE_BYTES,
  SHOAL_INTERFACE,
  USB_LINE_CAPABILITIES,
} from '../../protocol/usb-line.ts';
import type { LineOpener } from './connect-link.ts';
import { UsbConnection, type UsbSetting } from './usb-connection.ts';
import { findUsbDevice, type UsbSelection, usbSelector } from './usb-selection.ts';
import { systemUsb, type UsbSystem } from './usb-surface.ts';

/** A multiple of every packet size; what Linux takes in one piece. */
const TRANSFER_BYTES = 0x4000;
/**
 * The beginning of a message is waited for in pieces of this length, because the package cannot give up a transfer
 * before its time, and a process does not end before the transfer. Nothing is lost between two pieces: a transfer of
 * one packet has it, or has nothing.
 */
const WAIT_MS = 500;
/** For the rest of a message, and for the board to take one. It may be lost then, so the line ends with it. */
const TRANSFER_TIMEOUT_MS = 10_000;
/** What was written has so long to leave at the end. */
const CLOSE_TIMEOUT_MS = 2000;

const LINE_STATE = { requestType: 'vendor', request: LINE_STATE_REQUEST } as const;

interface Pipes {
  readonly inEndpoint: number;
  readonly outEndpoint: number;
  readonly inPacketBytes: number;
  readonly outPacketBytes: number;
}

/** Messages over the bulk pipes of a board, as protocol/usb-line.ts has them. */
export class UsbLine implements Line {
  readonly capabilities: LineCapabilities = USB_LINE_CAPABILITIES;
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
    const { outEndpoint, outPacketBytes } = this.#pipes;
    for (let from = 0; from < message.length; from += TRANSFER_BYTES) {
      await this.#transferOut(outEndpoint, message.subarray(from, from + TRANSFER_BYTES));
    }
    if (message.length % outPacketBytes === 0) await this.#transferOut(outEndpoint, new Uint8Array(0));
  }

  async #transferOut(endpoint: number, bytes: Uint8Array): Promise<void> {
    if ((await this.#connection.bulkOut(endpoint, bytes, TRANSFER_TIMEOUT_MS)) === 'stall') throw this.#closedThere();
  }

  async #read(): Promise<void> {
    try {
      while (!this.#isOver) {
        const message = await this.#receive();
        if (message !== undefined && message.length > 0 && !this.#isOver) this.onBytes(message);
      }
    } catch (error) {
      this.#ended(error as ShoalError);
    }
  }

  /** The next message; undefined if none has begun. */
  async #receive(): Promise<Uint8Array | undefined> {
    const { inEndpoint, inPacketBytes } = this.#pipes;
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let askedBytes = inPacketBytes; ; askedBytes = TRANSFER_BYTES) {
      const isFirst = parts.length === 0;
      let bytes: Uint8Array | 'stall';
      try {
        bytes = await this.#connection.bulkIn(inEndpoint, askedBytes, isFirst ? WAIT_MS : TRANSFER_TIMEOUT_MS);
      } catch (error) {
        if (isFirst && isShoalError(error, 'LINK_TIMEOUT')) return undefined;
        throw error;
      }
      if (bytes === 'stall') throw this.#closedThere();
      parts.push(bytes);
      length += bytes.length;
      if (length > MAX_USB_MESSAGE_BYTES) {
        throw new ShoalError('PROTOCOL_INVALID', `${this.#connection.name} sends a message without end`);
      }
      if (bytes.length < askedBytes) return parts.length === 1 ? bytes : concatenate(parts);
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
    let giveUp = (): void => undefined;
    const patience = new Promise<void>((resolve) => {
      giveUp = resolve;
    });
    // It also keeps the process until the line is closed, which transfers of the package do not.
    const timer = setTimeout(giveUp, CLOSE_TIMEOUT_MS);
    await Promise.race([this.#writing, patience]);
    // A device that is gone needs no goodbye.
    await this.#connection.controlOut({ ...LINE_STATE, value: LINE_CLOSED }).catch(() => undefined);
    await this.#reading;
    await this.#connection.close();
    clearTimeout(timer);
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
    inPacketBytes: incoming.packetSize,
    outPacketBytes: outgoing.packetSize,
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
