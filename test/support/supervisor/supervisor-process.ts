import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '../../../dist/device/boot-linux/main.js');

export interface SupervisorProcess {
  readonly udpPort: number;
  readonly tcpPort: number;
  /** Everything that it wrote to its journal. */
  journal(): string;
  /** Resolves when the journal has this text after what was awaited before. */
  said(text: string): Promise<void>;
  /** Ends it and resolves with its exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string | null>;
}

const DEADLINE_MS = 20_000;

/** Starts the supervisor on a folder; resolves when it serves, rejects with its journal if it ends before. */
export async function startSupervisor(
  folder: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<SupervisorProcess> {
  const config = join(folder, 'supervisor.json');
  const slots = join(folder, 'slots');
  const defaults = { board: 'parallella-16', folder: slots, udpPort: 0, tcpPort: 0, address: '127.0.0.1' };
  writeFileSync(config, JSON.stringify({ ...defaults, ...fields }));
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, config], { stdio: ['ignore', 'pipe', 'pipe'] });
  let journal = '';
  let read = 0;
  let wake: () => void = () => undefined;
  child.stderr?.on('data', (data: Uint8Array) => {
    journal += Buffer.from(data).toString();
    wake();
  });
  const ended = new Promise<number | string | null>((resolve) => {
    child.on('exit', (code, signal) => resolve(signal ?? code));
  });
  const ready = await new Promise<{ readonly udpPort: number; readonly tcpPort: number }>((resolve, reject) => {
    let line = '';
    child.stdout?.on('data', (data: Uint8Array) => {
      line += Buffer.from(data).toString();
      if (line.endsWith('\n')) resolve(JSON.parse(line));
    });
    void ended.then(() => reject(new Error(journal)));
  });
  return {
    ...ready,
    journal: () => journal,
    async said(text) {
      const deadline = Date.now() + DEADLINE_MS;
      for (let at = journal.indexOf(text, read); ; at = journal.indexOf(text, read)) {
        if (at >= 0) {
          read = at + text.length;
          return;
        }
        if (Date.now() > deadline) throw new Error(`the supervisor did not say "${text}": ${journal}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, 50);
        });
      }
    },
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}
