/** The control processor of an emulated board, with lines that other programs can open. */
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import type { BoardDescription } from '../../boards/board.ts';
import { ControlProcessor, LineDevice, UsbIpServer, VirtualDisk } from '../../emulator/index.ts';
import { ShoalError } from '../../protocol/errors.ts';
import type { Line } from '../../protocol/line.ts';
import { DuplexLine } from '../links/duplex-line.ts';
import { openPseudoTerminal } from '../links/pseudo-terminal.ts';
import { type RingMemory, ringOpener } from '../links/ring-opener.ts';
import { controlScript, coreScript, fileSystemScript } from './control-script.ts';
import { emulatedCores } from './emulated-cores.ts';
import { type FaultyLine, type LineDamage, type LineFaults, throughFaults } from './faulty-line.ts';
import { lineInto } from './processor-line.ts';

export interface EmulatedControlOptions {
  /** Files on its disk at the start, by absolute path, besides those that every board has. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
  /** What the runtime logs. */
  readonly onLog?: (text: string) => void;
  /** False for a control processor alone: the cores are somebody else's. Default true. */
  readonly hasCores?: boolean;
}

const OPEN_TIMEOUT_MS = 5000;

/** A control processor that runs. */
export class EmulatedControl {
  readonly #processor: ControlProcessor;
  readonly #ends: (() => Promise<void> | void)[] = [];
  #ports = 0;
  #faulty: FaultyLine | null = null;

  private constructor(processor: ControlProcessor) {
    this.#processor = processor;
  }

  /** Throws FILE_NOT_FOUND, LINK_DRIVER_MISSING. */
  static async start(board: BoardDescription, options: EmulatedControlOptions = {}): Promise<EmulatedControl> {
    const files = { '/etc/hostname': `${board.name}\n`, ...options.files };
    const processor = await ControlProcessor.start({
      script: controlScript(),
      board: { name: board.name, title: board.title, rows: board.rows, columns: board.columns },
      disk: new VirtualDisk({ files }),
      modules: { fs: fileSystemScript() },
      ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
      ...(options.hasCores === false ? {} : { cores: emulatedCores(board), coreScript: coreScript() }),
    });
    return new EmulatedControl(processor);
  }

  /** Bytes of the engine's heap in use, and their limit. */
  heap(): { readonly usedBytes: number; readonly limitBytes: number } {
    return this.#processor.heap();
  }

  /**
   * Listens on a TCP port (`{ port, host }`, port 0 for a free one) or a unix socket (`{ path }`) for one host at a
   * time; others are turned away meanwhile. Resolves with the port, 0 for a unix socket. Rejects with LINK_UNAVAILABLE.
   */
  async listen(options: ListenOptions): Promise<number> {
    const port = this.#ports++;
    let current: Socket | undefined;
    const server: Server = createServer({ noDelay: true }, (socket) => {
      if (current !== undefined) {
        socket.destroy();
        return;
      }
      current = socket;
      socket.once('close', () => {
        current = undefined;
      });
      this.#attach(port, new DuplexLine(`connection of ${socket.remoteAddress ?? 'a unix socket'}`, socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options, resolve);
    }).catch(cannotListen);
    this.#ends.push(() => {
      current?.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    });
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /**
   * Makes a serial port (a pseudo-terminal) and resolves with its path; `faults`: a bad one, or of a certain pace.
   * Rejects as {@link openPseudoTerminal}.
   */
  async openSerial(faults?: LineFaults): Promise<string> {
    const terminal = await openPseudoTerminal();
    const faulty = faults === undefined ? null : throughFaults(terminal.line, faults);
    if (faulty !== null) this.#faulty = faulty;
    this.#attachLasting(this.#ports++, faulty?.line ?? terminal.line);
    this.#ends.push(() => terminal.close());
    return terminal.path;
  }

  /** What has befallen the bytes of the serial port that was opened last with faults; null without one. */
  damage(): LineDamage | null {
    return this.#faulty?.damage() ?? null;
  }

  /** Lays rings out in shared memory and serves hosts there, one after another. Rejects as {@link ringOpener}'s lines. */
  async openRing(memory: RingMemory): Promise<void> {
    const line = await ringOpener(memory, 1).open(AbortSignal.timeout(OPEN_TIMEOUT_MS));
    this.#attachLasting(this.#ports++, line);
    this.#ends.push(() => line.close());
  }

  /** A line to it from within this process; bytes arrive in a later turn, as over a socket. */
  connect(): Line {
    return lineInto(this.#processor, this.#ports++);
  }

  /** A USB device that leads to the runtime; `serialNumber` tells it from others. It is not plugged in anywhere yet. */
  usbDevice(serialNumber?: string): LineDevice {
    const port = this.#ports++;
    const device = new LineDevice({
      ...(serialNumber === undefined ? {} : { serialNumber }),
      onLine: (line) => this.#attach(port, line),
    });
    this.#ends.push(() => device.unplug());
    return device;
  }

  /**
   * Offers a USB device by USB/IP on a port of `host`, 0 for a free one: `usbip attach -r HOST -b 1-1` plugs it in.
   * Resolves with the port. Rejects with LINK_UNAVAILABLE.
   */
  async listenUsb(port: number, host: string): Promise<number> {
    const server = await UsbIpServer.listen([this.usbDevice()], port, host).catch(cannotListen);
    this.#ends.push(() => server.close());
    return server.port;
  }

  /** Ends all lines and the engine. */
  async close(): Promise<void> {
    await Promise.all(this.#ends.splice(0).map((end) => end()));
    this.#processor.close();
  }

  /** `reopen`: what happens when the runtime has closed its end. */
  #attach(port: number, line: Line, reopen: () => void = () => line.close()): void {
    const { kind, isNoisy } = line.capabilities;
    const end = this.#processor.open(port, kind, isNoisy, {
      onBytes: (bytes) => line.write(bytes),
      onClosed: reopen,
    });
    line.onBytes = (bytes) => end.write(bytes);
    line.onEnd = () => end.end();
  }

  /** A line that is there for the next host as well: a serial port, shared memory. */
  #attachLasting(port: number, line: Line): void {
    // Not from within the runtime's own call.
    this.#attach(port, line, () => setImmediate(() => this.#attachLasting(port, line)));
  }
}

function cannotListen(cause: Error): never {
  const hint = 'is the port or socket in use by another program, or reserved?';
  throw new ShoalError('LINK_UNAVAILABLE', `cannot listen: ${cause.message}`, { cause, hint });
}
