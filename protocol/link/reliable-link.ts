import { type Clock, Deadline } from '../clock.ts';
import { DrainWaiters } from '../drain-waiters.ts';
import { ShoalError, type ShoalErrorCode } from '../errors.ts';
import { fullText } from '../full-text.ts';
import { MAX_CALL_ID, MAX_MESSAGE_BYTES, MAX_REFERENCES } from '../limits.ts';
import type { Line, LineKind } from '../line.ts';
import type { ChannelPeer, ChannelState, MessageChannel } from '../message-channel.ts';
import { checkMessage, tooLarge } from '../message-size.ts';
import { ByteReader, ByteWriter } from '../values/head.ts';
import { readValue, writeValue } from '../values/value-codec.ts';
import { decodeHello, encodeHello, type Hello, MAX_VERSION, MIN_FRAME_BYTES, MIN_VERSION } from './hello.ts';
import { LossyTransfer } from './lossy-transfer.ts';
import { SafeTransfer } from './safe-transfer.ts';
import type { Transfer, TransferCounters, TransferLimits } from './transfer.ts';

/** What an end says about itself, and how patient it is. Everything has a default. */
export interface LinkOptions {
  /** Bytes of the largest message that this end takes. Default 16 MiB, the limit. */
  readonly maxMessageBytes?: number;
  /** Payload of the largest frame that it takes. Default 1024 on byte lines, else 4 MiB. */
  readonly maxFrameBytes?: number;
  /** Bytes on the line that it can hold before it looks at them. Default 8192 on byte lines, else 4 MiB. */
  readonly windowBytes?: number;
  /** Keep frames that come before one that was lost. Default true; false saves memory and costs time. */
  readonly keepsEarlyFrames?: boolean;
  readonly maxReferences?: number;
  readonly maxCalls?: number;
  readonly bootCount?: number;
  readonly interfaceHash?: number;
  /** After this silence the other end is asked for a sign of life. Default 1000 ms. */
  readonly keepAliveMs?: number;
  /** After this silence the line counts as interrupted. Default 5000 ms; 15 000 on streams, which are closed then. */
  readonly silenceMs?: number;
  /** So long an interrupted session waits, and a new one for its first answer, then it is closed. Default Infinity. */
  readonly abandonMs?: number;
  /** Takes text that is no message: log frames, and what a board says before its first frame. */
  readonly onText?: (text: Uint8Array) => void;
  /** Numbers of 0 … 1, as Math.random, which is the default. */
  readonly random?: () => number;
}

const FIRST_HELLO_MS = 100;
const SLOWEST_HELLO_MS = 1000;

/**
 * Messages over lines that fail: exactly once, in order, over damage, cuts and other lines, as long as both ends live.
 * Give it a line by `attach`, and the next one after `onLineLost`.
 */
export class ReliableLink implements MessageChannel {
  peer: ChannelPeer | undefined;
  queuedBytes = 0;
  onMessage: (message: Uint8Array) => void = () => {};
  onState: (state: ChannelState, reason?: ShoalError) => void = () => {};
  /** The line has ended, or was closed because it was silent or nonsense came: `attach` another one. */
  onLineLost: (reason: ShoalError) => void = () => {};
  /** It was closed by `close`, by the other end or by abandonment; after `onState`. For those who own what is below. */
  onClosed: () => void = () => {};
  readonly #options: LinkOptions;
  readonly #isLossy: boolean;
  readonly #clock: Clock;
  readonly #transfer: Transfer;
  readonly #helloTimer: Deadline;
  readonly #silenceTimer: Deadline;
  readonly #abandonTimer: Deadline;
  readonly #limits: TransferLimits & { readonly keepsEarlyFrames: boolean };
  readonly #nonce: number;
  #line: Line | undefined;
  #isStarted = false;
  #isClosed = false;
  /** Between two exchanges of hellos. */
  #isGreeting = true;
  #isInterrupted = false;
  #challenge: number;
  /** The session's other end, and its challenge in the last exchange; 0 before the first. */
  #peerNonce = 0;
  #peerChallenge = 0;
  #peerMaxMessageBytes = MIN_FRAME_BYTES;
  /** Bytes of the longest message that was sent before the other end could say what it takes. */
  #longestEarly = 0;
  #helloMs = FIRST_HELLO_MS;
  #heardAt = 0;
  readonly #drains = new DrainWaiters();

  constructor(kind: LineKind, clock: Clock, options: LinkOptions = {}) {
    this.#options = options;
    this.#isLossy = kind === 'bytes';
    this.#clock = clock;
    this.#limits = {
      maxMessageBytes: options.maxMessageBytes ?? MAX_MESSAGE_BYTES,
      maxFrameBytes: options.maxFrameBytes ?? (this.#isLossy ? 1024 : 0x40_0000),
      windowBytes: options.windowBytes ?? (this.#isLossy ? 8192 : 0x40_0000),
      keepsEarlyFrames: options.keepsEarlyFrames ?? true,
    };
    const events = {
      hello: (payload: Uint8Array) => this.#takeHello(payload),
      messages: (bytes: Uint8Array) => this.onMessage(bytes),
      text: (bytes: Uint8Array) => this.#options.onText?.(bytes),
      heard: () => {
        this.#heardAt = this.#clock.now();
      },
      acknowledged: (bytes: number) => {
        this.queuedBytes -= bytes;
        this.#drains.update(this.queuedBytes);
      },
      closed: (payload: Uint8Array) => this.#end(decodeReason(payload)),
      stuck: () => this.#greet(),
      invalid: (error: ShoalError) => this.#takeNonsense(error),
    };
    this.#transfer = this.#isLossy
      ? new LossyTransfer(clock, events, this.#limits)
      : new SafeTransfer(clock, events, this.#limits);
    this.#nonce = this.#randomNumber();
    this.#challenge = this.#randomNumber();
    this.#helloTimer = new Deadline(clock, () => this.#repeatHello());
    this.#silenceTimer = new Deadline(clock, () => this.#watch());
    this.#abandonTimer = new Deadline(clock, () => {
      const what = this.#peerNonce === 0 ? 'nothing has answered' : 'the other end is gone';
      this.#end(
        new ShoalError('LINK_LOST', `${what} for ${this.#abandonMs} ms`, {
          hint: 'is the board on, does the runtime run on it, and is it the right port at the right speed?',
          retryable: true,
        }),
      );
    });
  }

  get maxMessageBytes(): number {
    return this.#peerNonce === 0 ? this.#limits.maxMessageBytes : this.#peerMaxMessageBytes;
  }

  /** What went over the lines so far. */
  get counters(): Readonly<TransferCounters> {
    return this.#transfer.counters;
  }

  /** Uses a line, in place of the one before. Does nothing after the end. */
  attach(line: Line): void {
    if (this.#isClosed) {
      line.close();
      return;
    }
    this.#line?.close();
    this.#line = line;
    line.onEnd = (reason) => this.#lineEnded(line, reason);
    this.#transfer.attach(line);
    if (this.#isStarted) this.#greet();
  }

  start(): void {
    if (this.#isStarted || this.#isClosed) return;
    this.#isStarted = true;
    if (this.#abandonMs !== Infinity) this.#abandonTimer.setAfter(this.#abandonMs);
    if (this.#line !== undefined) this.#greet();
  }

  send(message: Uint8Array): void {
    checkMessage(message, this.maxMessageBytes);
    if (this.#isClosed) return;
    if (this.#peerNonce === 0) this.#longestEarly = Math.max(this.#longestEarly, message.length);
    this.queuedBytes += message.length;
    this.#transfer.send(message);
  }

  onDrained(bytes: number, callback: () => void): void {
    if (!this.#isClosed) this.#drains.add(bytes, callback, this.queuedBytes);
  }

  /** Sends text that is shown by the other end as a log; it may be lost, and is while no other end has answered yet. */
  sendText(text: Uint8Array): void {
    if (this.peer !== undefined) this.#transfer.sendText(text);
  }

  close(reason?: ShoalError): void {
    if (this.#isClosed) return;
    if (!this.#isGreeting) this.#transfer.sendClose(encodeReason(reason));
    this.#end(reason);
  }

  get #abandonMs(): number {
    return this.#options.abandonMs ?? Infinity;
  }

  #randomNumber(): number {
    return 1 + Math.floor((this.#options.random ?? Math.random)() * 0xffff_ffff);
  }

  #end(reason: ShoalError | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const timer of [this.#helloTimer, this.#silenceTimer, this.#abandonTimer]) timer.stop();
    this.#transfer.reset();
    this.#transfer.attach(undefined);
    this.#drains.clear();
    this.queuedBytes = 0;
    const line = this.#line;
    this.#line = undefined;
    line?.close();
    this.#clock.defer(() => {
      this.onState('closed', reason);
      this.onClosed();
    });
  }

  #lineEnded(line: Line, reason: ShoalError): void {
    if (this.#line !== line || this.#isClosed) return;
    this.#line = undefined;
    this.#transfer.attach(undefined);
    this.#isGreeting = true;
    this.#helloTimer.stop();
    this.#silenceTimer.stop();
    this.#interrupted(reason);
    this.onLineLost(reason);
  }

  #interrupted(reason: ShoalError): void {
    if (this.#isInterrupted || this.#peerNonce === 0) return;
    this.#isInterrupted = true;
    if (this.#abandonMs !== Infinity) this.#abandonTimer.setAfter(this.#abandonMs);
    this.onState('interrupted', reason);
  }

  /** What no working end sends. It ends a session; before one, it was not our kind of end, and another line may be. */
  #takeNonsense(error: ShoalError): void {
    const line = this.#line;
    if (this.#peerNonce !== 0 || line === undefined) {
      this.close(error);
      return;
    }
    line.close();
    this.#lineEnded(line, error);
  }

  /** Begins an exchange of hellos; data waits for its end. */
  #greet(): void {
    this.#isGreeting = true;
    this.#challenge = this.#randomNumber();
    this.#transfer.freeze();
    this.#helloMs = FIRST_HELLO_MS;
    this.#repeatHello();
  }

  #repeatHello(): void {
    this.#sendHello(false);
    this.#helloTimer.setAfter(this.#helloMs);
    this.#helloMs = Math.min(SLOWEST_HELLO_MS, this.#helloMs * 1.5);
  }

  #sendHello(isDone: boolean): void {
    this.#transfer.sendHello(encodeHello(this.#hello(isDone)));
  }

  #hello(isDone: boolean): Hello {
    const { bootCount = 0, interfaceHash = 0, maxReferences = MAX_REFERENCES, maxCalls = MAX_CALL_ID } = this.#options;
    return {
      minVersion: MIN_VERSION,
      maxVersion: MAX_VERSION,
      isDone,
      isNoisy: this.#line?.capabilities.isNoisy ?? false,
      nonce: this.#nonce,
      sessionWith: this.#peerNonce,
      challenge: this.#challenge,
      response: this.#peerChallenge,
      received: this.#transfer.received,
      ...this.#limits,
      // No larger frame could come: the other end may not know what the line carries.
      maxFrameBytes: Math.min(this.#limits.maxFrameBytes, (this.#line?.capabilities.maxMessageBytes ?? Infinity) - 1),
      maxReferences,
      maxCalls,
      bootCount,
      interfaceHash,
    };
  }

  #takeHello(payload: Uint8Array): void {
    if (!this.#isStarted || this.#isClosed) return;
    let hello: Hello;
    try {
      hello = decodeHello(payload);
    } catch (error) {
      // On a byte line a hello whose checksum is right by chance; it is repeated.
      if (!this.#isLossy) this.#takeNonsense(error as ShoalError);
      return;
    }
    // Our own voice: the line echoes.
    if (hello.nonce === this.#nonce) return;
    this.#heardAt = this.#clock.now();
    if (hello.minVersion > MAX_VERSION || hello.maxVersion < MIN_VERSION) {
      this.#sendHello(false);
      this.#end(versionError(hello));
      return;
    }
    if (!this.#isGreeting) {
      if (hello.nonce === this.#peerNonce && hello.challenge === this.#peerChallenge) {
        // It has not seen our last one.
        if (!hello.isDone) this.#sendHello(true);
        return;
      }
      this.#greet();
    }
    this.#peerChallenge = hello.challenge;
    if (hello.response !== this.#challenge) {
      // A hello from an earlier time, or from an end that has not heard us yet. Who lives answers our challenge.
      this.#sendHello(false);
      return;
    }
    this.#agree(hello);
  }

  #agree(peer: Hello): void {
    const isFirst = this.#peerNonce === 0;
    // An end that says 0 has never finished an exchange with us, and so has neither received nor sent anything.
    const isSame = peer.nonce === this.#peerNonce && (peer.sessionWith === this.#nonce || peer.sessionWith === 0);
    const isReset = !isFirst && !isSame;
    if (isReset) {
      this.#transfer.reset();
      this.queuedBytes = 0;
      this.#drains.clear();
    }
    if (isFirst && this.#longestEarly > peer.maxMessageBytes) {
      this.close(tooLarge(this.#longestEarly, peer.maxMessageBytes));
      return;
    }
    const own = this.#hello(true);
    this.#peerNonce = peer.nonce;
    this.#peerMaxMessageBytes = peer.maxMessageBytes;
    this.peer = peer;
    this.#isGreeting = false;
    this.#helloTimer.clear();
    this.#abandonTimer.stop();
    this.#silenceTimer.setAfter(this.#keepAliveMs);
    if (!peer.isDone) this.#sendHello(true);
    const wasInterrupted = this.#isInterrupted;
    this.#isInterrupted = false;
    this.#transfer.begin({ own, peer, peerReceived: isSame && peer.sessionWith === this.#nonce ? peer.received : 0 });
    if (isFirst) this.onState('open');
    else if (isReset) this.onState('reset');
    else if (wasInterrupted) this.onState('resumed');
  }

  get #keepAliveMs(): number {
    return this.#options.keepAliveMs ?? 1000;
  }

  /** Looks after a silent line: a ping first, then it counts as interrupted. */
  #watch(): void {
    const silence = this.#clock.now() - this.#heardAt;
    const limit = this.#options.silenceMs ?? (this.#isLossy ? 5000 : 15_000);
    if (silence >= limit) {
      const reason = new ShoalError('LINK_LOST', `the other end has been silent for ${Math.round(silence)} ms`, {
        retryable: true,
      });
      const line = this.#line;
      if (this.#isLossy) {
        this.#interrupted(reason);
        this.#greet();
      } else if (line !== undefined) {
        line.close();
        this.#lineEnded(line, reason);
      }
      return;
    }
    if (silence >= this.#keepAliveMs && !this.#isGreeting) this.#transfer.ping();
    this.#silenceTimer.setAfter(Math.max(this.#keepAliveMs - silence, this.#keepAliveMs / 4));
  }
}

function versionError(hello: Hello): ShoalError {
  const theirs = `${hello.minVersion} to ${hello.maxVersion}`;
  return new ShoalError(
    'LINK_VERSION',
    `the other end speaks versions ${theirs} of the wire, this one ${MIN_VERSION} to ${MAX_VERSION}`,
    { hint: '`shoal flash` brings a board to this release; or use the shoal that it came with' },
  );
}

function encodeReason(reason: ShoalError | undefined): Uint8Array {
  const writer = new ByteWriter();
  if (reason !== undefined) {
    writeValue(writer, reason.code);
    // A frame of any receiver holds it; lone surrogates have no encoding.
    writeValue(writer, reason.message.replace(/[^ -~]/g, '?').slice(0, MIN_FRAME_BYTES / 2));
  }
  return writer.view();
}

function decodeReason(payload: Uint8Array): ShoalError | undefined {
  try {
    const reader = new ByteReader(payload);
    if (reader.remaining === 0) return undefined;
    const code = readValue(reader);
    const message = fullText(String(readValue(reader)));
    // A code of a later release is as good as one of ours.
    const known = typeof code === 'string' && /^[A-Z]+(_[A-Z]+)+$/.test(code);
    return new ShoalError(known ? (code as ShoalErrorCode) : 'LINK_CLOSED', `closed by the other end: ${message}`);
  } catch {
    return new ShoalError('LINK_CLOSED', 'closed by the other end');
  }
}
