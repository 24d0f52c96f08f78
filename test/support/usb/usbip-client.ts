/** A client of USB/IP, written from Documentation/usb/usbip_protocol.rst alone, for tests of the server. */
import { connect, type Socket } from 'node:net';

export interface SubmitResult {
  readonly status: number;
  readonly actualLength: number;
  readonly data: Uint8Array;
}

export class UsbIpClient {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #wake: () => void = () => undefined;
  #isOver = false;
  #sequence = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (data) => {
      this.#received = Buffer.concat([this.#received, data]);
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isOver = true;
      this.#wake();
    });
  }

  static connect(port: number): Promise<UsbIpClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' }, () => resolve(new UsbIpClient(socket)));
      socket.once('error', reject);
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** The next bytes. Rejects if the server ends before they have come. */
  async take(length: number): Promise<Buffer> {
    while (this.#received.length < length) {
      if (this.#isOver) throw new Error(`the server has ended after ${this.#received.length} of ${length} bytes`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const bytes = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return bytes;
  }

  async untilEnd(): Promise<void> {
    while (!this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Bus ids, ids and interface classes of what is exported. */
  async list(): Promise<readonly { busId: string; ids: string; interfaces: readonly string[] }[]> {
    this.send(Buffer.from('0111800500000000', 'hex'));
    const head = await this.take(12);
    if (head.readUInt32BE(0) !== 0x0111_0005 || head.readUInt32BE(4) !== 0) throw new Error('no list');
    const found = [];
    for (let count = head.readUInt32BE(8); count > 0; count--) {
      const record = await this.take(312);
      const interfaces = await this.take(4 * record.readUInt8(311));
      found.push({
        busId: record.toString('latin1', 256, record.indexOf(0, 256)),
        ids: record.toString('hex', 300, 304),
        interfaces: (interfaces.toString('hex').match(/.{8}/g) ?? []).map((text) => text),
      });
    }
    return found;
  }

  /** The status that the server answers. */
  async import(busId: string): Promise<number> {
    const request = Buffer.alloc(40);
    request.write('01118003', 'hex');
    request.write(busId, 8, 'latin1');
    this.send(request);
    const head = await this.take(8);
    const status = head.readUInt32BE(4);
    if (status === 0) await this.take(312);
    return status;
  }

  /** Sends a request and returns its number. `setup` for endpoint 0. */
  submit(endpoint: number, isToHost: boolean, length: number, data: Uint8Array, setup = '0000000000000000'): number {
    const head = Buffer.alloc(48);
    const sequence = ++this.#sequence;
    head.writeUInt32BE(1, 0);
    head.writeUInt32BE(sequence, 4);
    head.writeUInt32BE(0x1_0001, 8);
    head.writeUInt32BE(isToHost ? 1 : 0, 12);
    head.writeUInt32BE(endpoint, 16);
    head.writeUInt32BE(length, 24);
    head.writeUInt32BE(0xffff_ffff, 32);
    head.write(setup, 40, 'hex');
    this.send(Buffer.concat([head, data]));
    return sequence;
  }

  unlink(unlinked: number): number {
    const head = Buffer.alloc(48);
    const sequence = ++this.#sequence;
    head.writeUInt32BE(2, 0);
    head.writeUInt32BE(sequence, 4);
    head.writeUInt32BE(0x1_0001, 8);
    head.writeUInt32BE(unlinked, 20);
    this.send(head);
    return sequence;
  }

  /** The next answer. `hasData`: the request that it answers was for data. */
  async answer(hasData: boolean): Promise<SubmitResult & { readonly command: number; readonly sequence: number }> {
    const head = await this.take(48);
    const actualLength = head.readUInt32BE(24);
    return {
      command: head.readUInt32BE(0),
      sequence: head.readUInt32BE(4),
      status: head.readInt32BE(20),
      actualLength,
      data: Uint8Array.from(hasData ? await this.take(actualLength) : []),
    };
  }

  close(): void {
    this.#socket.destroy();
  }
}
