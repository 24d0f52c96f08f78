/** A far side in a process of its own, and pairs whose near side stands still while it waits. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSync } from 'shoal';
import type { PassingPolicy, Session, SessionCounts } from 'shoal/protocol';
import type { ConnectedPair, PairOptions } from '../remote-behaviour/connected-pair.ts';
import { KNOWN_CLASSES } from '../remote-behaviour/exports.ts';
import type { FromFar, ToFar } from './far-messages.ts';

const root = join(import.meta.dirname, '../../..');

export class FarSide {
  process: ChildProcess;
  readonly selector: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.selector = `unix:${join(folder, 'far')}`;
    this.process = this.#start();
  }

  #start(): ChildProcess {
    const register = join(root, 'dist/host/register.js');
    const program = join(import.meta.dirname, 'far-process.ts');
    return fork(program, [join(this.#folder, 'far')], { execArgv: ['--import', register] });
  }

  static async start(): Promise<FarSide> {
    const far = new FarSide(mkdtempSync(join(tmpdir(), 'shoal-far-')));
    await once(far.process, 'message');
    return far;
  }

  /** Kills the process; another one takes its place. */
  async restart(): Promise<void> {
    await this.#kill();
    rmSync(join(this.#folder, 'far'), { force: true });
    this.process = this.#start();
    await once(this.process, 'message');
  }

  async tell(message: ToFar): Promise<SessionCounts | undefined> {
    this.process.send(message);
    const [answer] = (await once(this.process, 'message')) as [FromFar];
    return answer.counts;
  }

  async stop(): Promise<void> {
    await this.#kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }

  /** The near side is what `openSync` gives; its session does as those do that the suite is written for. */
  async connect({ passing = 'copy-plain', timeoutMs }: PairOptions): Promise<ConnectedPair> {
    const times = timeoutMs === undefined ? {} : { timeoutMs };
    // A function stays on its side.
    const farPassing: { readonly passing?: PassingPolicy } = typeof passing === 'function' ? {} : { passing };
    await this.tell({ kind: 'options', options: { ...times, ...farPassing } });
    const board = openSync(this.selector, { passing, ...times, classes: KNOWN_CLASSES });
    return {
      near: board.control as unknown as Session,
      farCounts: async () => {
        const counts = await this.tell({ kind: 'count' });
        if (counts === undefined) throw new Error('the far side has no session');
        return counts;
      },
      end: async () => board.close(),
    };
  }
}
