/**
 * The supervisor as a process: `node supervisor.js /etc/shoal/supervisor.json`. Prints one line of JSON when it serves,
 * journal lines to standard error, and ends with its runtime on SIGTERM or SIGINT.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { isShoalError } from '../../protocol/errors.ts';
import { ImageSlots } from '../boot/image-slots.ts';
import { SmpServer } from '../boot/smp-server.ts';
import { Supervisor } from '../boot/supervisor.ts';
import { FolderStorage } from './folder-storage.ts';
import { boardPolicy, readPublicKey, sha256 } from './image-policy.ts';
import { Journal } from './journal.ts';
import { type RunningRuntime, startRuntime } from './runtime-process.ts';
import { openSerialLine } from './serial-line.ts';
import { serveLine, serveStream, serveTcp, serveUdp, type Transport } from './smp-transports.ts';
import { readSupervisorConfig, type SupervisorConfig } from './supervisor-config.ts';

/** A part of an upload with its head; a datagram of this size still passes. */
const MAX_MESSAGE_BYTES = 8192;

/** An answer to a host at the runtime's line must have gone before the runtime ends. */
const ANSWER_MS = 250;

const DEFAULT_CONFIG = '/etc/shoal/supervisor.json';

async function serve(config: SupervisorConfig): Promise<() => Promise<void>> {
  const key = config.keyFile === null ? null : readPublicKey(readFileSync(config.keyFile, 'utf8'));
  const slots = new ImageSlots(new FolderStorage(config.folder), sha256, boardPolicy(config.board, key));
  const line: Duplex | null = config.serial === null ? null : openSerialLine(config.serial.path, config.serial.baud);
  let runtime: RunningRuntime | null = null;
  const journal = new Journal((text) => process.stderr.write(`shoal: ${text}\n`));
  const supervisor = new Supervisor(slots, {
    start: (decision, events) => {
      const started = startRuntime(
        decision,
        {
          onHealthy: () => {
            events.onHealthy();
            journal.heard();
          },
          onExit: (reason) => {
            leave();
            events.onExit(reason);
          },
        },
        {
          folder: join(config.folder, 'run'),
          environment: config.environment,
          onOutput: (bytes) => line?.write(bytes),
          onLog: (text) => journal.add(text),
        },
      );
      runtime = started;
      serveStream(server, MAX_MESSAGE_BYTES, started.smp, (after) => setTimeout(after, ANSWER_MS));
      const leave = journal.follow(started.tell);
      return {
        stop: () => {
          leave();
          started.stop();
        },
      };
    },
    after: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    log: (text) => journal.add(text),
  });
  const server = new SmpServer({
    slots,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    onConfirmed: () => supervisor.confirmed(),
    isHealthy: () => supervisor.state === 'healthy',
    reset: () => supervisor.boot(),
  });
  supervisor.boot();
  const address = config.address ?? undefined;
  const transports: Transport[] = [];
  const udp = config.udpPort === null ? null : await serveUdp(server, config.udpPort, address);
  const tcp = config.tcpPort === null ? null : await serveTcp(server, MAX_MESSAGE_BYTES, config.tcpPort, address);
  if (line !== null)
    transports.push(serveLine(server, MAX_MESSAGE_BYTES, line, (bytes) => runtime?.input.write(bytes)));
  for (const transport of [udp, tcp]) if (transport !== null) transports.push(transport);
  const ready = { board: config.board, udpPort: udp?.port ?? null, tcpPort: tcp?.port ?? null };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  return async () => {
    supervisor.stop();
    await Promise.all(transports.map((transport) => transport.close()));
  };
}

async function main(): Promise<void> {
  const end = await serve(readSupervisorConfig(process.argv[2] ?? DEFAULT_CONFIG));
  let isEnding = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isEnding) return;
      isEnding = true;
      void end().then(() => process.exit(0));
    });
  }
}

// Started by a program that plays the board: when that is gone, so is the power.
process.on('disconnect', () => process.exit(1));

main().catch((error: unknown) => {
  const hint = isShoalError(error) && error.hint !== undefined ? `\n  ${error.hint}` : '';
  process.stderr.write(`shoal: ${error instanceof Error ? error.message : String(error)}${hint}\n`);
  process.exit(1);
});
