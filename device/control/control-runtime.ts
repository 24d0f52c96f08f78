/** The control runtime: objects of a board, exported by name to whoever is at the other end of one of its lines. */
import { ShoalError } from '../../protocol/errors.ts';
import type { LineKind } from '../../protocol/line.ts';
import { ReliableLink } from '../../protocol/link/reliable-link.ts';
import { wellFormed } from '../../protocol/objects/error-values.ts';
import { connect, type Session, type SessionOptions } from '../../protocol/objects/session.ts';
import { textBytes } from '../../protocol/values/utf8.ts';
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
  const log = (text: string): void => {
    embedding.log(text);
    for (const { link } of ports.values()) link.sendText(textBytes(`${wellFormed(text)}\n`));
  };
  installGlobals(log, timers);

  const open = (port: number, kind: LineKind, line: EngineLine): Port => {
    const link = new ReliableLink(kind, timers, {
      maxMessageBytes: MAX_MESSAGE_BYTES,
      windowBytes: WINDOW_BYTES,
      random: () => embedding.random(),
    });
    link.onClosed = () => ports.delete(port);
    const made = { link, session: connect(link, options), line };
    ports.set(port, made);
    options.onSession?.(made.session, port);
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
  };
}
