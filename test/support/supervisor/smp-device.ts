/** A board that answers SMP in this process, and to which things can happen. */
import { createHash } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { ImageSlots } from '../../../device/boot/image-slots.ts';
import { SmpServer } from '../../../device/boot/smp-server.ts';
import { boardPolicy, sha256 } from '../../../device/boot-linux/image-policy.ts';
import { serveTcp, type Transport } from '../../../device/boot-linux/smp-transports.ts';
import { SimulatedStorage } from '../power-cut/simulated-storage.ts';

const MAX_MESSAGE_BYTES = 2048;

export interface SmpDeviceOptions {
  readonly capacityBytes?: number;
  /** Put into slot A and confirmed. */
  readonly image?: Uint8Array;
  /** Every message waits for so long. */
  readonly delayMs?: number;
}

export class SmpDevice {
  readonly slots: ImageSlots;
  readonly #storage: SimulatedStorage;
  readonly #ends: (() => Promise<unknown>)[] = [];
  /** What the tools are given. */
  selector = '';
  /** Connections that were made. */
  connections = 0;
  /** Bytes that came from the host. */
  receivedBytes = 0;
  /** The link is cut for good when so many bytes have come. */
  vanishAfterBytes = Number.POSITIVE_INFINITY;

  private constructor(storage: SimulatedStorage) {
    this.#storage = storage;
    this.slots = new ImageSlots(storage, sha256, boardPolicy('parallella-16', null), 4096);
  }

  static async start({ capacityBytes, image, delayMs = 0 }: SmpDeviceOptions = {}): Promise<SmpDevice> {
    const disk = new Map(image === undefined ? [] : [['a.image', image]]);
    const device = new SmpDevice(new SimulatedStorage(disk, null, capacityBytes));
    device.slots.boot();
    const server = new SmpServer({
      slots: device.slots,
      maxMessageBytes: MAX_MESSAGE_BYTES,
      onConfirmed: () => undefined,
      isHealthy: () => true,
      reset: () => void device.slots.boot(),
    });
    const transport = await serveTcp(server, MAX_MESSAGE_BYTES, 0, '127.0.0.1');
    await device.#listen(transport, delayMs);
    return device;
  }

  /** What would be started, and from which bytes: a refused command must not change it. */
  state(): string {
    const hash = createHash('sha256');
    for (const name of ['a.image', 'b.image', 'record']) hash.update(this.#storage.read(name) ?? 'none');
    const images = this.slots.list().map(({ slot, isActive, isConfirmed }) => ({ slot, isActive, isConfirmed }));
    return `${JSON.stringify(images)} ${hash.digest('hex')}`;
  }

  async close(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
  }

  /** Between the tools and the server stands what can be slow, or cut. */
  async #listen(transport: Transport, delayMs: number): Promise<void> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      this.connections++;
      const inner = connect(transport.port ?? 0, '127.0.0.1');
      for (const each of [socket, inner]) {
        sockets.add(each);
        each.on('error', () => each.destroy());
        each.on('close', () => {
          sockets.delete(each);
          socket.destroy();
          inner.destroy();
        });
      }
      socket.on('data', (data) => {
        this.receivedBytes += data.length;
        if (this.receivedBytes > this.vanishAfterBytes) socket.destroy();
        else setTimeout(() => inner.write(data), delayMs);
      });
      inner.on('data', (data) => socket.write(data));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    this.selector = `tcp://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    this.#ends.push(
      () => transport.close(),
      () => {
        for (const socket of sockets) socket.destroy();
        return new Promise((resolve) => server.close(resolve));
      },
    );
  }
}
