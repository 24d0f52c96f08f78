/**
 * A computer of its own for tests that need a real kernel's USB and PCI: QEMU without hardware support, Debian's kernel,
 * and the root file system of this computer, read-only, so that every program and this checkout are there.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guestParts } from './guest-parts.ts';
import { READY, writeInitialFiles } from './initial-files.ts';

/** The address of this computer within the guest. */
export const HOST_ADDRESS = '10.0.2.2';

const BOOT_TIMEOUT_MS = 150_000;
const COMMAND_TIMEOUT_MS = 180_000;

export interface CommandResult {
  readonly code: number;
  /** Of standard output and standard error. */
  readonly output: string;
}

/** A file that is the memory of a PCI device (ivshmem), and its size: a power of two, another one for each. */
export interface PciMemory {
  readonly path: string;
  readonly lengthBytes: number;
}

export interface GuestOptions {
  readonly pciMemories?: readonly PciMemory[];
}

export class Guest {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #folder: string;
  #text = '';
  #wake: () => void = () => undefined;
  /** Commands run one after another. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(process: ChildProcessWithoutNullStreams, folder: string) {
    this.#process = process;
    this.#folder = folder;
    process.stdout.on('data', (data: Uint8Array) => {
      this.#text += Buffer.from(data).toString('latin1');
      this.#wake();
    });
    process.stderr.on('data', () => undefined);
    process.on('exit', () => this.#wake());
  }

  /** Boots one. Rejects with what its console said if that does not end. */
  static async start(options: GuestOptions = {}): Promise<Guest> {
    const parts = guestParts();
    const folder = mkdtempSync(join(tmpdir(), 'shoal-guest-'));
    const initial = join(folder, 'initial');
    writeInitialFiles(parts, initial, folder);
    const memoryDevices = (options.pciMemories ?? []).flatMap(({ path: file, lengthBytes }, index) => [
      ...['-object', `memory-backend-file,id=shared${index},share=on,mem-path=${file},size=${lengthBytes}`],
      ...['-device', `ivshmem-plain,memdev=shared${index}`],
    ]);
    const guest = new Guest(
      spawn(parts.qemu, [
        ...['-accel', 'tcg', '-cpu', 'max', '-smp', '1', '-m', '768'],
        ...['-nodefaults', '-no-reboot', '-display', 'none'],
        ...['-kernel', parts.kernel, '-initrd', initial],
        ...['-append', 'console=ttyS0 quiet panic=-1 mitigations=off'],
        ...['-serial', `file:${join(folder, 'console')}`, '-serial', 'stdio'],
        ...['-fsdev', 'local,id=root,path=/,security_model=none,readonly=on,multidevs=remap'],
        ...['-device', 'virtio-9p-pci,fsdev=root,mount_tag=root'],
        ...['-netdev', 'user,id=net', '-device', 'e1000,netdev=net,romfile='],
        ...memoryDevices,
      ]),
      folder,
    );
    try {
      await guest.#until(() => guest.#text.includes(`${READY}\n`), BOOT_TIMEOUT_MS, 'the boot');
    } catch (error) {
      guest.close();
      throw error;
    }
    guest.#text = '';
    return guest;
  }

  /** Writes a file that the guest can read. Its path there. */
  giveFile(name: string, bytes: Uint8Array): string {
    writeFileSync(join(this.#folder, name), bytes);
    return `/mnt/${name}`;
  }

  /** Runs a line of shell. Rejects if it does not end in time. */
  run(command: string, timeoutMs: number = COMMAND_TIMEOUT_MS): Promise<CommandResult> {
    const result = this.#last.then(() => this.#run(command, timeoutMs));
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Runs a program by Node, which prints one line of JSON. Throws what it printed if it fails. */
  async runProgram(file: string, ...args: readonly string[]): Promise<unknown> {
    return jsonOf(file, await this.run(nodeCommand(file, args)));
  }

  /** As {@link runProgram}, by another user than root. */
  async runProgramAs(user: number, file: string, ...args: readonly string[]): Promise<unknown> {
    return jsonOf(file, await this.run(`setpriv --reuid=${user} --clear-groups ${nodeCommand(file, args)}`));
  }

  /** Starts a program, which goes on while other commands run; `result` waits for its line of JSON. */
  async inBackground(file: string, ...args: readonly string[]): Promise<{ result(): Promise<unknown> }> {
    await this.run(`rm -f /run/code; (${nodeCommand(file, args)} > /run/log 2>&1; echo $? > /run/code) &`);
    return {
      result: async () => {
        await this.run('until [ -s /run/code ]; do sleep 0.1; done');
        const { output } = await this.run('cat /run/log');
        return jsonOf(file, { code: Number((await this.run('cat /run/code')).output), output });
      },
    };
  }

  /** Waits until a program in the background has written a file. Throws what it printed if it ends before. */
  async untilFile(path: string): Promise<void> {
    const { code } = await this.run(`until [ -s ${path} ]; do [ ! -s /run/code ] || exit 1; sleep 0.1; done`);
    if (code !== 0) throw new Error(`the program has ended: ${(await this.run('cat /run/log')).output}`);
  }

  close(): void {
    this.#process.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run(command: string, timeoutMs: number): Promise<CommandResult> {
    this.#text = '';
    this.#process.stdin.write(`${command}\n`);
    const end = /^([\s\S]*?)^= (\d+)\n/m;
    await this.#until(() => end.test(this.#text), timeoutMs, command);
    const [, output = '', code = ''] = end.exec(this.#text) ?? [];
    return { code: Number(code), output: Buffer.from(output, 'base64').toString() };
  }

  async #until(isTrue: () => boolean, timeoutMs: number, what: string): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!isTrue()) {
      const left = deadline - Date.now();
      if (left <= 0 || this.#process.exitCode !== null) {
        const console = readFileSync(join(this.#folder, 'console'), 'latin1').slice(-4000);
        throw new Error(`${what} did not end in the guest: ${this.#text}\n${console}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

function nodeCommand(file: string, args: readonly string[]): string {
  return [process.execPath, file, ...args].map((word) => `'${word}'`).join(' ');
}

function jsonOf(file: string, { code, output }: CommandResult): unknown {
  if (code !== 0) throw new Error(`${file} ended with ${code}:\n${output}`);
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
}
