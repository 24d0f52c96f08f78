import type { Clock } from '../clock.ts';
import type { ShoalError } from '../errors.ts';
import type { Line } from '../line.ts';
import type { Hello } from './hello.ts';
import { Reassembly } from './reassembly.ts';
import { type Piece, SendQueue } from './send-queue.ts';

/** What the link is told by the layer that moves frames. */
export interface TransferEvents {
  hello(payload: Uint8Array): void;
  /** One or several whole messages. */
  messages(bytes: Uint8Array): void;
  /** Text of the other end that is no message: log frames, and what a board says before its first frame. */
  text(bytes: Uint8Array): void;
  /** A frame came that is no rubbish: the other end lives. */
  heard(): void;
  /** So many bytes of messages have reached the other end. */
  acknowledged(bytes: number): void;
  /** The other end ends the session. */
  closed(payload: Uint8Array): void;
  /** Frames do not get through although the line is there: a new exchange of hellos is needed. */
  stuck(): void;
  /** What came cannot come from an end that works. */
  invalid(error: ShoalError): void;
}

/** What an exchange of hellos settled. */
export interface SessionTerms {
  readonly own: Hello;
  readonly peer: Hello;
  /** Data frames of ours that the other end has; 0 in a new session. */
  readonly peerReceived: number;
}

/** What this end takes, in bytes; the hello tells the other end. */
export interface TransferLimits {
  readonly maxMessageBytes: number;
  readonly maxFrameBytes: number;
  readonly windowBytes: number;
}

/** Counters for those who look into a line. */
export interface TransferCounters {
  framesSent: number;
  framesReceived: number;
  /** Data frames that were sent again. */
  framesRepeated: number;
  /** Segments that were no frame, or not of this session. */
  segmentsDamaged: number;
  bytesSent: number;
  bytesReceived: number;
}

/**
 * Moves messages over one line after another. Two kinds exist: for lines that damage bytes (lossy-transfer.ts) and for
 * those that do not (safe-transfer.ts). Both number data frames, hold what is not acknowledged, and go on behind what
 * the other end has when the session resumes.
 */
export abstract class Transfer<Sent extends Piece = Piece> {
  readonly counters: TransferCounters = {
    framesSent: 0,
    framesReceived: 0,
    framesRepeated: 0,
    segmentsDamaged: 0,
    bytesSent: 0,
    bytesReceived: 0,
  };
  /** Data frames received in this session. */
  received = 0;
  protected readonly clock: Clock;
  protected readonly events: TransferEvents;
  protected readonly queue: SendQueue = new SendQueue();
  /** Data frames of this session that the other end has. */
  protected acknowledged = 0;
  /** Data frames on their way, from number `acknowledged` on. */
  protected readonly onWay: Sent[] = [];
  protected line: Line | undefined;
  /** Between two exchanges of hellos; else data is neither sent nor taken. */
  protected isLive = false;
  readonly #reassembly: Reassembly;
  #isPumpDue = false;

  constructor(clock: Clock, events: TransferEvents, maxMessageBytes: number) {
    this.clock = clock;
    this.events = events;
    this.#reassembly = new Reassembly(maxMessageBytes);
  }

  /** Uses this line from now on, or none. */
  attach(line: Line | undefined): void {
    this.freeze();
    this.line = line;
    if (line === undefined) return;
    line.onBytes = (bytes) => {
      this.counters.bytesReceived += bytes.length;
      this.push(bytes);
    };
    line.onDrain = () => this.pump();
  }

  send(message: Uint8Array): void {
    this.queue.push(message);
    this.pumpLater();
  }

  /** Stops data, both ways, until `begin`: what `received` says now is exact. */
  freeze(): void {
    this.isLive = false;
  }

  /** Data flows again, from behind what the other end has. */
  begin(terms: SessionTerms): void {
    this.acknowledge(Math.min(terms.peerReceived, this.acknowledged + this.onWay.length));
    this.queue.restore(this.onWay.splice(0));
    this.isLive = true;
    this.pumpLater();
  }

  /** Forgets the session and what was to be sent. */
  reset(): void {
    this.freeze();
    this.received = 0;
    this.acknowledged = 0;
    this.onWay.length = 0;
    this.queue.clear();
    this.#reassembly.clear();
  }

  protected abstract push(bytes: Uint8Array): void;
  /** Sends what may be sent now. */
  abstract pump(): void;
  abstract sendHello(payload: Uint8Array): void;
  /** Log text, not repeated if it is lost. */
  abstract sendText(bytes: Uint8Array): void;
  /** Asks the other end for a sign of life. */
  abstract ping(): void;
  /** Says that the session ends. */
  abstract sendClose(payload: Uint8Array): void;

  protected pumpLater(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    this.clock.defer(() => {
      this.#isPumpDue = false;
      this.pump();
    });
  }

  /** Drops frames below number `end` from those on their way, if there are any. */
  protected acknowledge(end: number): readonly Sent[] {
    const count = end - this.acknowledged;
    if (count <= 0) return [];
    const done = this.onWay.splice(0, count);
    this.acknowledged = end;
    this.events.acknowledged(done.reduce((sum, { bytes }) => sum + bytes.length, 0));
    return done;
  }

  /** Takes the next data frame in order. */
  protected accept(piece: Piece): void {
    this.received++;
    try {
      const messages = this.#reassembly.push(piece);
      if (messages !== undefined) this.events.messages(messages);
    } catch (error) {
      this.events.invalid(error as ShoalError);
    }
  }

  protected write(bytes: Uint8Array): void {
    this.counters.bytesSent += bytes.length;
    this.line?.write(bytes);
  }
}
