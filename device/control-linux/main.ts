/**
 * The control runtime of a Linux-class board, as a process under Node that the supervisor starts. Bytes of the board's
 * line come through standard input and go to standard output; with SHOAL_TCP_PORT it also listens on the network, at
 * SHOAL_TCP_ADDRESS or everywhere. What can be imported is what SHOAL_EXPORTS lists: names of Node's modules, separated
 * by commas, and `images`, by which the board is flashed; nothing without it. SHOAL_MEMORY names the window into the
 * memory of the board's cores, as the selector `mem:/dev/epiphany/mesh0,board=parallella-16`: then hosts can use them.
 */
import { isBuiltin } from 'node:module';
import { createServer, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { ShoalError } from '../../protocol/errors.ts';
import { startControlRuntime } from '../control/control-runtime.ts';
import type { EmbeddedRuntime, Embedding } from '../control/embedding.ts';
import { BoardImages } from './board-images.ts';
import { type BoardMemory, openBoardMemory } from './board-memory.ts';

const LINE_PORT = 0;
const TCP_PORT = 1;
/** A socket to the supervisor: it waits there for `HEALTHY`, and sends the lines of its journal. */
const STATUS_DESCRIPTOR = 3;
const HEALTHY = 'healthy\n';
/** What a host is shown of the time before it came. */
const KEPT_LINES = 100;

/** `smpDescriptor`: of the socket at which the supervisor answers SMP, if it does. */
async function exportsOf(list: string, smpDescriptor?: string): Promise<Readonly<Record<string, unknown>>> {
  const modules: Record<string, unknown> = {};
  for (const name of list.split(',').map((part) => part.trim())) {
    if (name === '') continue;
    if (name === 'images') {
      if (smpDescriptor !== undefined) modules[name] = new BoardImages(new Socket({ fd: Number(smpDescriptor) }));
      continue;
    }
    if (!isBuiltin(name)) throw new Error(`SHOAL_EXPORTS: ${name} is not a module of Node`);
    const { default: module } = (await import(`node:${name.replace(/^node:/, '')}`)) as { default: unknown };
    modules[name] = module;
  }
  return modules;
}

/** A runtime that cannot reach the cores still serves objects; it would be rolled back if it ended. */
async function windowOf(selector: string | undefined): Promise<BoardMemory | null> {
  try {
    return selector === undefined ? null : await openBoardMemory(selector);
  } catch (error) {
    const hint = error instanceof ShoalError && error.hint !== undefined ? `; ${error.hint}` : '';
    process.stderr.write(`control runtime: nobody can use the cores: ${(error as Error).message}${hint}\n`);
    return null;
  }
}

async function main(environment: NodeJS.ProcessEnv): Promise<void> {
  let socket: Socket | undefined;
  let timer: NodeJS.Timeout | undefined;
  const window = await windowOf(environment.SHOAL_MEMORY);
  const embedding: Embedding = {
    now: () => performance.now(),
    random: Math.random,
    setTimer(delayMs) {
      clearTimeout(timer);
      timer = delayMs < 0 ? undefined : setTimeout(() => runtime.timer(), delayMs);
    },
    write: (port, bytes) => void (port === TCP_PORT ? socket : process.stdout)?.write(new Uint8Array(bytes)),
    closeLine(port) {
      // The board's own line stays: the next host begins with a hello on it.
      if (port === TCP_PORT) socket?.end();
      else setImmediate(() => runtime.lineOpened(LINE_PORT, 'bytes', false));
    },
    log: (text) => void process.stderr.write(`${text}\n`),
    ...(window === null ? {} : { memory: window.memory, importModule: () => window.cores }),
  };
  const journal: string[] = [];
  const runtime: EmbeddedRuntime = startControlRuntime(embedding, {
    exports: {
      ...(window === null ? {} : { board: window.board }),
      ...(await exportsOf(environment.SHOAL_EXPORTS ?? '', environment.SHOAL_SMP_DESCRIPTOR)),
    },
    onSession: (session, port) => {
      const tell = (): void => {
        if (journal.length > 0) runtime.say(journal.join('\n'), port);
      };
      session.on('open', tell);
      session.on('reset', tell);
    },
  });
  const status = new Socket({ fd: STATUS_DESCRIPTOR });
  // It is gone, as standard input tells as well.
  status.on('error', () => undefined);
  createInterface({ input: status }).on('line', (line) => {
    journal.push(line);
    if (journal.length > KEPT_LINES) journal.shift();
    runtime.say(line);
  });

  runtime.lineOpened(LINE_PORT, 'bytes', false);
  process.stdin.on('data', (bytes: Uint8Array) => runtime.received(LINE_PORT, bytes.slice().buffer));
  // The supervisor is gone, and the next one will start a runtime of its own.
  process.stdin.on('end', () => process.exit(1));

  const port = environment.SHOAL_TCP_PORT;
  if (port !== undefined) {
    const server = createServer({ noDelay: true }, (connection) => {
      if (socket !== undefined) {
        connection.destroy();
        return;
      }
      socket = connection;
      connection.on('data', (bytes: Uint8Array) => runtime.received(TCP_PORT, bytes.slice().buffer));
      connection.on('error', () => connection.destroy());
      connection.once('close', () => {
        socket = undefined;
        runtime.lineEnded(TCP_PORT);
      });
      runtime.lineOpened(TCP_PORT, 'stream', false);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(Number(port), environment.SHOAL_TCP_ADDRESS, resolve);
    });
  }
  status.write(HEALTHY);
}

main(process.env).catch((error: unknown) => {
  process.stderr.write(`control runtime: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
