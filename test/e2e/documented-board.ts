/** The Parallella that pages of docs/ speak of: emulated, with the real supervisor and the real runtime. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Project, packageRoot } from './exact-node-project.ts';
import { shoal, shoalPath } from './shoal-command.ts';

export class DocumentedBoard {
  readonly #child: ChildProcess;
  readonly #smp: string;
  readonly #tcp: string;

  private constructor(child: ChildProcess, { smp, tcp }: { readonly smp: string; readonly tcp: string }) {
    this.#child = child;
    this.#smp = smp;
    this.#tcp = tcp;
  }

  /** Its slots are in the project's folder; without `isFlashed` they are empty. */
  static async start(project: Project, isFlashed: boolean): Promise<DocumentedBoard> {
    execFileSync(process.execPath, [join(packageRoot, 'scripts/build-runtime.mjs')]);
    const args = [shoalPath, 'emulate', 'parallella-16', '--slots', join(project.folder, 'board')];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (data: Uint8Array) => resolve(Buffer.from(data).toString()));
      child.once('close', (code) => reject(new Error(`the board has ended with ${code}`)));
    });
    const board = new DocumentedBoard(child, JSON.parse(line));
    if (isFlashed) await shoal(project, 'flash', board.#smp);
    return board;
  }

  /** An argument of a page, with where the board really is. */
  placed(argument: string): string {
    if (/^udp:\/\/(parallella|localhost)$/.test(argument)) return this.#smp;
    return argument === 'tcp://parallella:7000' ? this.#tcp : argument;
  }

  /** What a command wrote, as if the board were where the page says. */
  named(text: string): string {
    return text.replaceAll(this.#tcp, 'tcp://parallella:7000').replaceAll(this.#smp, 'udp://parallella');
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }
}
