/** Emulated USB devices for other computers, or virtual ones: `usbip attach -r HOST -b 1-1`. */
import { createServer, type Server, type Socket } from 'node:net';
import { type PendingTransfer, TO_HOST, type UsbAnswer, type UsbDevice } from './usb-device.ts';
import {
  type ExportedDevice,
  importReply,
  listReply,
  readRequest,
  STATUS,
  submitReply,
  type UsbIpRequest,
  unlinkReply,
} from './usbip-messages.ts';

/** The port that IANA has for USB/IP; what clients use without another one. */
export const USBIP_PORT = 3240;

const NOTHING = new Uint8Array(0);

export class UsbIpServer {
  /** The port that it listens on. */
  readonly port: number;
  readonly #server: Server;
  readonly #devices: readonly ExportedDevice[];
  readonly #connections = new Set<Connection>();

  private constructor(server: Server, devices: readonly ExportedDevice[]) {
    this.#server = server;
    this.#devices = devices;
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
    server.on('connection', (socket) => this.#accept(socket));
  }

  /**
   * Serves devices under the bus ids `1-1`, `1-2` and so on, each for one client at a time. Port 0 is a free one.
   * Rejects with the system's error if it cannot listen.
   */
  static async listen(
    devices: readonly UsbDevice[],
    port: number = USBIP_PORT,
    host = '127.0.0.1',
  ): Promise<UsbIpServer> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    return new UsbIpServer(
      server,
      devices.map((device, index) => ({ busId: `1-${index + 1}`, device })),
    );
  }

  /** Unplugs all devices and listens no more. */
  close(): Promise<void> {
    for (const connection of this.#connections) connection.end();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    const connection = new Connection(socket, this.#devices, (device) =>
      [...this.#connections].some((other) => other.device === device),
    );
    this.#connections.add(connection);
    socket.on('close', () => {
      this.#connections.delete(connection);
      connection.ended();
    });
  }
}

/** One client: it lists the devices, or imports one and submits transfers until either side leaves. */
class Connection {
  device: UsbDevice | undefined;
  readonly #socket: Socket;
  readonly #devices: readonly ExportedDevice[];
  readonly #isInUse: (device: UsbDevice) => boolean;
  readonly #pending = new Map<number, PendingTransfer>();
  #received: Uint8Array = NOTHING;

  constructor(socket: Socket, devices: readonly ExportedDevice[], isInUse: (device: UsbDevice) => boolean) {
    this.#socket = socket;
    this.#devices = devices;
    this.#isInUse = isInUse;
    socket.on('data', (data: Uint8Array) => this.#take(data));
    // What follows is 'close'.
    socket.on('error', () => undefined);
  }

  end(): void {
    this.#socket.destroy();
  }

  /** The client has gone: to the device that is a bus without power. */
  ended(): void {
    for (const transfer of this.#pending.values()) transfer.cancel();
    this.#pending.clear();
    const { device } = this;
    this.device = undefined;
    if (device === undefined) return;
    device.onDetach = () => undefined;
    device.reset();
  }

  #take(data: Uint8Array): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data]);
    for (;;) {
      const read = readRequest(this.#received, this.device !== undefined);
      if (read === 'partial') return;
      if (read === 'invalid') {
        this.end();
        return;
      }
      this.#received = this.#received.subarray(read.lengthBytes);
      this.#answer(read.request);
    }
  }

  #answer(request: UsbIpRequest): void {
    switch (request.kind) {
      case 'list':
        this.#socket.end(listReply(this.#devices));
        return;
      case 'import':
        this.#import(request.busId);
        return;
      case 'submit':
        this.#submit(request);
        return;
      case 'unlink': {
        const isCancelled = this.#pending.get(request.unlinkedSequence)?.cancel() ?? false;
        this.#pending.delete(request.unlinkedSequence);
        this.#socket.write(unlinkReply(request.sequence, isCancelled ? STATUS.cancelled : STATUS.ok));
      }
    }
  }

  #import(busId: string): void {
    const found = this.#devices.find((exported) => exported.busId === busId);
    const free = found !== undefined && !this.#isInUse(found.device) ? found : undefined;
    this.#socket.write(importReply(free));
    if (free === undefined) {
      this.#socket.end();
      return;
    }
    this.device = free.device;
    this.device.onDetach = () => this.end();
    this.device.reset();
  }

  #submit(request: UsbIpRequest & { readonly kind: 'submit' }): void {
    const { device } = this;
    if (device === undefined) return;
    const { sequence, endpoint, lengthBytes, data, setup, isToHost } = request;
    if (endpoint === 0) {
      const answer = device.control(setup, data);
      this.#reply(sequence, answer, (setup.requestType & TO_HOST) === 0 ? data.length : undefined);
    } else if (isToHost) {
      let isAnswered = false;
      const transfer = device.bulkIn(endpoint, lengthBytes, (bytes) => {
        isAnswered = true;
        this.#pending.delete(sequence);
        this.#reply(sequence, bytes);
      });
      if (!isAnswered) this.#pending.set(sequence, transfer);
    } else {
      this.#reply(sequence, device.bulkOut(endpoint, data) === 'stall' ? 'stall' : NOTHING, data.length);
    }
  }

  #reply(sequence: number, answer: UsbAnswer, takenBytes?: number): void {
    if (this.#socket.destroyed) return;
    if (answer === 'stall') this.#socket.write(submitReply(sequence, STATUS.stall, NOTHING));
    else this.#socket.write(submitReply(sequence, STATUS.ok, answer, takenBytes));
  }
}
