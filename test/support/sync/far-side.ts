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
  readonly process: ChildProcess;
  readonly selector: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    const path = join(folder, 'far');
    this.selector = `unix:${path}`;
    const register = join(root, 'dist/host/register.js');
    this.process = fork(join(import.meta.dirname, 'far-process.ts'), [path], { execArgv: ['--import', register] });
  }

  static async start(): Promise<FarSide> {
    const far = new FarSide(mkdtempSync(join(tmpdir(), 'shoal-far-')));
    await once(far.process, 'message');
    return far;
  }

  async tell(message: ToFar): Promise<SessionCounts | undefined> {
    this.process.send(message);
    const [answer] = (await once(this.process, 'message')) as [FromFar];
    return answer.counts;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill('SIGKILL');
      await once(this.process, 'exit');
    }
    rmSync(this.#folder, { recursive: true, force: true });
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
