/** The runtime of a slot, unpacked into a folder of its own and started as a process under Node. */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex, Writable } from 'node:stream';
import { ShoalError } from '../../protocol/errors.ts';
import { readPackage } from '../../protocol/flash/runtime-package.ts';
import type { BootDecision } from '../boot/image-slots.ts';
import type { RuntimeEvents, RuntimeProcess } from '../boot/supervisor.ts';
import { sha256 } from './image-policy.ts';

/** The file of a package that is started. */
const ENTRY = 'control.js';

/** The runtime writes this to its descriptor 3 when it serves calls, and reads lines of the journal there. */
const HEALTHY = 'healthy\n';

/** A socket by which the runtime asks the supervisor, as hosts do over the network. */
const SMP_DESCRIPTOR = 4;

export interface RuntimeOptions {
  /** Where packages are unpacked; what stood there is removed. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What the runtime writes to its standard output: bytes for the line. */
  readonly onOutput: (bytes: Uint8Array) => void;
  /** A line that the runtime writes to its standard error. */
  readonly onLog: (text: string) => void;
}

/** A runtime with the pipe to it. */
export interface RunningRuntime extends RuntimeProcess {
  /** Bytes from the line. */
  readonly input: Writable;
  /** SMP of the hosts that it talks to. */
  readonly smp: Duplex;
  /** Gives it a line of the journal, for the hosts that it talks to. */
  readonly tell: (line: string) => void;
}

/** Throws PACKAGE_INVALID, or the system's error if the files cannot be written. */
export function startRuntime(decision: BootDecision, events: RuntimeEvents, options: RuntimeOptions): RunningRuntime {
  const folder = join(options.folder, decision.slot);
  rmSync(folder, { recursive: true, force: true });
  for (const { name, bytes } of readPackage(decision.image.payload, sha256).files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  const child = spawn(process.execPath, [join(folder, ENTRY)], {
    cwd: folder,
    env: { ...process.env, ...options.environment, SHOAL_SMP_DESCRIPTOR: String(SMP_DESCRIPTOR) },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) {
    throw new ShoalError('INTERNAL', 'a child process without its pipes');
  }
  // Sockets: Node makes such pipes for both directions.
  const [, , , status, smp] = child.stdio as unknown as readonly Duplex[];
  if (status === undefined || smp === undefined)
    throw new ShoalError('INTERNAL', 'a child process without its sockets');
  child.on('error', (error) => events.onExit(error.message));
  child.on('exit', (code, signal) => events.onExit(signal === null ? `exit code ${code}` : `signal ${signal}`));
  // A runtime that has ended closes its pipes; what was on its way to it is lost with it.
  for (const pipe of [stdin, status, smp]) pipe.on('error', () => undefined);
  stdout.on('data', options.onOutput);
  createInterface({ input: stderr }).on('line', options.onLog);
  let said = '';
  status.on('data', (data: Uint8Array) => {
    said = (said + Buffer.from(data).toString('latin1')).slice(-HEALTHY.length);
    if (said === HEALTHY) events.onHealthy();
  });
  return {
    input: stdin,
    smp,
    tell: (line) => void (status.writable && status.write(`${line}\n`)),
    stop: () => void child.kill('SIGKILL'),
  };
}
