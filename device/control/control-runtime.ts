/** The control runtime: objects of a board, exported by name to whoever is at the other end of one of its lines. */
import { ShoalError } from '../../protocol/errors.ts';
import type { LineKind } from '../../protocol/line.ts';
import { ReliableLink } from '../../protocol/link/reliable-link.ts';
import { connect, type Session, type SessionOptions } from '../../protocol/objects/session.ts';
import { textBytes } from '../../protocol/values/utf8.ts';
import type { CoreSharing } from './core-sharing.ts';
import type { EmbeddedRuntime, Embedding } from './embedding.ts';
import { installGlobals } from './engine-globals.ts';
import { EngineLine } from './engine-line.ts';
import { EngineTimers } from './engine-timers.ts';

/** Small engines: a message is held in memory several times while it is read. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const WINDOW_BYTES = 16 * 1024;

export interface ControlOptions extends SessionOptions {
  /** Called with the session of each line, when it is made. */
  readonly onSession?: (session: Session, port: number) => void;
}

/** One line, with the session over it. */
interface Port {
  readonly link: ReliableLink;
  readonly session: Session;
  line: EngineLine;
}

/**
 * Starts the runtime on an engine. Only what `options.exports` names can be reached from outside. After the other end of
 * a line is gone its session waits for it; another host at the same line begins a new one.
 */
export function startControlRuntime(embedding: Embedding, options: ControlOptions): EmbeddedRuntime {
  const timers = new EngineTimers(embedding);
  const ports = new Map<number, Port>();
  const say = (text: string, to?: number): void => {
    // Half of a character cannot be sent.
    const bytes = textBytes(`${text}\n`.toWellFormed());
    for (const [port, { link }] of ports) if (to === undefined || to === port) link.sendText(bytes);
  };
  installGlobals((text) => {
    embedding.log(text);
    say(text);
  }, timers);
  /** The cores of the board, once a host has asked for them. */
  let cores: CoreSharing | undefined;

  /** A session over which the cores can be used, too. */
  const connectWithCores = (link: ReliableLink): Session => {
    const { exports: others } = options;
    const exported = (): unknown => {
      cores ??= embedding.importModule?.('cores') as CoreSharing;
      return cores.exportTo(session);
    };
    const session = connect(link, {
      ...options,
      exports: typeof others === 'function' ? others : withCores(others ?? {}, exported),
      onNodeMessage: (node, message) => cores?.take(session, node, message),
    });
    session.on('interrupted', () => cores?.setThere(session, false));
    session.on('resumed', () => cores?.setThere(session, true));
    return session;
  };

  const open = (port: number, kind: LineKind, line: EngineLine): Port => {
    const link = new ReliableLink(kind, timers, {
      maxMessageBytes: MAX_MESSAGE_BYTES,
      windowBytes: WINDOW_BYTES,
      random: () => embedding.random(),
    });
    link.onClosed = () => ports.delete(port);
    const session = embedding.memory === undefined ? connect(link, options) : connectWithCores(link);
    const made = { link, session, line };
    ports.set(port, made);
    options.onSession?.(session, port);
    return made;
  };

  return {
    lineOpened(port, kind, isNoisy) {
      const line = new EngineLine(embedding, port, kind, isNoisy);
      const known = ports.get(port) ?? open(port, kind, line);
      known.line = line;
      known.link.attach(line);
    },
    received(port, bytes) {
      ports.get(port)?.line.onBytes(new Uint8Array(bytes));
    },
    lineEnded(port) {
      ports.get(port)?.line.ended(new ShoalError('LINK_LOST', 'the other end is gone', { retryable: true }));
    },
    timer: () => timers.run(),
    say,
  };
}

/** Getters stay getters: a module is loaded when it is asked for. */
function withCores(exports: Readonly<Record<string, unknown>>, get: () => unknown): Readonly<Record<string, unknown>> {
  const all = Object.defineProperties({}, Object.getOwnPropertyDescriptors(exports));
  return Object.defineProperty(all, 'cores', { get, enumerable: true });
}
