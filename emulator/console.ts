/**
 * The services behind TRAP, as newlib programs use them: console output and exit. Arguments in r0 … r3, the result in
 * r0, errno in r3. Reading gives end of file; services on files answer ENOSYS. A trap number without a meaning stops the
 * core with a report.
 */
import type { Bus } from './bus.ts';
import type { Core } from './core.ts';
import { CoreException } from './core-exception.ts';

const TRAP_WRITE = 0;
const TRAP_READ = 1;
const TRAP_OPEN = 2;
const TRAP_EXIT = 3;
const TRAP_PASS = 4;
const TRAP_FAIL = 5;
const TRAP_CLOSE = 6;
const TRAP_GENERIC = 7;

// Numbers in r3 of TRAP_GENERIC.
const SYS_EXIT = 1;
const SYS_CLOSE = 3;
const SYS_READ = 4;
const SYS_WRITE = 5;
const SYS_GETPID = 8;
const SYS_KILL = 9;

const ERRNO_BAD_FILE = 9;
const ERRNO_FAULT = 14;
const ERRNO_NO_SYSTEM_CALL = 88;

/** Bytes that a program wrote. */
export interface ConsoleOutput {
  readonly core: number;
  /** 1 standard output, 2 standard error. */
  readonly stream: 1 | 2;
  readonly bytes: Uint8Array;
}

export class Console {
  readonly #bus: Bus;
  readonly #onOutput: ((output: ConsoleOutput) => void) | undefined;
  readonly #outputs: ConsoleOutput[] = [];

  constructor(bus: Bus, onOutput?: (output: ConsoleOutput) => void) {
    this.#bus = bus;
    this.#onOutput = onOutput;
  }

  /** Everything that was written to a stream so far, by all cores or by one, as text. */
  text(stream: 1 | 2, core?: number): string {
    const decoder = new TextDecoder();
    let text = '';
    for (const output of this.#outputs) {
      if (output.stream === stream && (core === undefined || output.core === core)) {
        text += decoder.decode(output.bytes, { stream: true });
      }
    }
    return text + decoder.decode();
  }

  /** Does TRAP `number` for a core. Throws CoreException for a number that means nothing. */
  serve(core: Core, number: number): void {
    const [a = 0, b = 0, c = 0, d = 0] = core.registers;
    switch (number) {
      case TRAP_WRITE:
        this.#write(core, a, b, c);
        break;
      case TRAP_READ:
        answer(core, a === 0 ? 0 : -1, ERRNO_BAD_FILE);
        break;
      case TRAP_OPEN:
        answer(core, -1, ERRNO_NO_SYSTEM_CALL);
        break;
      case TRAP_EXIT:
        exit(core, a);
        break;
      case TRAP_PASS:
        this.#print(core, 1, new TextEncoder().encode('pass\n'));
        exit(core, 0);
        break;
      case TRAP_FAIL:
        this.#print(core, 1, new TextEncoder().encode('fail\n'));
        exit(core, 1);
        break;
      case TRAP_CLOSE:
        answer(core, isStandard(a) ? 0 : -1, ERRNO_BAD_FILE);
        break;
      case TRAP_GENERIC:
        this.#generic(core, d, a, b, c);
        break;
      default:
        throw new CoreException('trap', `trap ${number} is no service that the emulator offers`);
    }
  }

  #generic(core: Core, service: number, a: number, b: number, c: number): void {
    switch (service) {
      case SYS_EXIT:
        exit(core, a);
        break;
      case SYS_CLOSE:
        answer(core, isStandard(a) ? 0 : -1, ERRNO_BAD_FILE);
        break;
      case SYS_READ:
        answer(core, a === 0 ? 0 : -1, ERRNO_BAD_FILE);
        break;
      case SYS_WRITE:
        this.#write(core, a, b, c);
        break;
      case SYS_GETPID:
        answer(core, 1 + core.index, 0);
        break;
      case SYS_KILL:
        exit(core, 128 + b);
        break;
      default:
        answer(core, -1, ERRNO_NO_SYSTEM_CALL);
        break;
    }
  }

  #write(core: Core, file: number, address: number, lengthBytes: number): void {
    if (file !== 1 && file !== 2) {
      answer(core, -1, ERRNO_BAD_FILE);
      return;
    }
    const block = this.#bus.locate(core, address);
    const offset = this.#bus.offset;
    if (block === undefined || lengthBytes < 0 || offset + lengthBytes > block.lengthBytes) {
      answer(core, -1, ERRNO_FAULT);
      return;
    }
    this.#print(core, file, block.bytes.slice(offset, offset + lengthBytes));
    answer(core, lengthBytes, 0);
  }

  #print(core: Core, stream: 1 | 2, bytes: Uint8Array): void {
    const output: ConsoleOutput = { core: core.index, stream, bytes };
    this.#outputs.push(output);
    this.#onOutput?.(output);
  }
}

function isStandard(file: number): boolean {
  return file >= 0 && file <= 2;
}

function answer(core: Core, result: number, errno: number): void {
  core.registers[0] = result;
  core.registers[3] = result < 0 ? errno : 0;
}

function exit(core: Core, status: number): void {
  core.exitStatus = status | 0;
  core.debugStatus |= 1;
  core.attention = true;
}
