import { type Clock, Deadline } from '../clock.ts';
import { CRC_32, CRC_START, type Crc } from '../frame/crc.ts';
import { crcOfPayload, encodeFrame, frameBound, ReceivedFrame } from '../frame/frame-codec.ts';
import { isText, SegmentSplitter } from '../frame/segment-splitter.ts';
import type { Line } from '../line.ts';
import {
  CONTROL,
  CONTROL_CLOSE,
  CONTROL_PING,
  CONTROL_PONG,
  CONTROL_REPORT,
  DATA,
  DATA_GOES_ON,
  HELLO,
  LOG_TEXT,
  MAX_FRAMES_ON_WAY,
  OUTSIDE,
  SEQUENCE_MASK,
} from './link-byte.ts';
import { RoundTrip } from './round-trip.ts';
import type { Piece } from './send-queue.ts';
import { type ChecksumPrefix, challengePrefix, framePrefix } from './session-checksum.ts';
import { type SessionTerms, Transfer, type TransferEvents, type TransferLimits } from './transfer.ts';

/** So long an acknowledgement waits for a frame that can carry it. */
export const ACKNOWLEDGE_DELAY_MS = 20;
/** Reports that say the same are not repeated sooner. */
const REPORT_GAP_MS = 20;
/** The next frame is made when the line has no more than this left to do: later is better for what it acknowledges. */
const LOW_WATER_BYTES = 64;
/** Payloads do not get smaller than this where frames are lost, and begin with FIRST_NOISY on a noisy line. */
const LEAST_PAYLOAD_BYTES = 32;
const FIRST_NOISY_PAYLOAD_BYTES = 96;
/** After so many timeouts in a row without progress the frames are cut anew, which needs an exchange of hellos. */
const TIMEOUTS_UNTIL_STUCK = 5;

/** A data frame on its way. Offsets count the bytes sent since the exchange of hellos. */
interface SentFrame extends Piece {
  /** Offset behind its first copy, and behind its last. */
  firstEnd: number;
  lastEnd: number;
  sentAt: number;
  copies: number;
  /** The other end has it, early. */
  isThere: boolean;
  /** To be sent again. */
  isLost: boolean;
}

const NEWLINE = 10;
const NOTHING = new Uint8Array(0);
const ZERO = new Uint8Array(1);

/**
 * Frames on lines that lose, change and double bytes: selective repeat, window of seven frames and of the bytes that
 * the other end can hold. What a frame's checksum covers, its link byte shortens: the numbers in full, and both
 * challenges, so that no frame of another session, of before a cut, of eight frames ago or of our own passes.
 */
export class LossyTransfer extends Transfer<SentFrame> {
  readonly #splitter: SegmentSplitter;
  readonly #roundTrip = new RoundTrip();
  readonly #windowBytes: number;
  readonly #early = new Map<number, Piece>();
  readonly #timeout: Deadline;
  readonly #acknowledgeTimer: Deadline;
  /** On this line a frame has come: what is no frame is no text from now on. */
  #hasHeard = false;
  readonly #keepsEarly: boolean;
  #isNoisy = false;
  #peerKeepsEarly = true;
  #peerWindowBytes = 0;
  #maxPayloadBytes = 0;
  #payloadBytes = 0;
  /** Running checksums behind the challenges, for what comes and what goes. */
  #prefixIn: ChecksumPrefix = challengePrefix(0, 0);
  #prefixOut: ChecksumPrefix = challengePrefix(0, 0);
  /** Bytes sent since the exchange of hellos, and how many of them the other end has surely looked at. */
  #sentBytes = 0;
  #provenBytes = 0;
  /** Something could not be sent for want of room since the last timeout. */
  #isBlocked = false;
  #timeouts = 0;
  #pingToken = 0;
  /** Offset behind the ping that waits for its answer, else 0. */
  #pingEnd = 0;
  /** Data received and not acknowledged. */
  #unacknowledgedFrames = 0;
  #unacknowledgedBytes = 0;
  #isAcknowledgeDue = false;
  #isReportDue = false;
  /** Of the ping that is to be answered. */
  #pongToken: number | undefined;
  #reportedAt = -Infinity;
  #reported = '';

  constructor(clock: Clock, events: TransferEvents, limits: TransferLimits & { readonly keepsEarlyFrames: boolean }) {
    super(clock, events, limits.maxMessageBytes);
    this.#windowBytes = limits.windowBytes;
    this.#keepsEarly = limits.keepsEarlyFrames;
    this.#splitter = new SegmentSplitter(frameBound(limits.maxFrameBytes, true), (segment, isWhole) => {
      const frame = isWhole ? ReceivedFrame.decode(segment) : undefined;
      if (frame === undefined || !this.#takeFrame(frame)) this.#takeRubbish(segment);
    });
    this.#timeout = new Deadline(clock, () => this.#timedOut());
    this.#acknowledgeTimer = new Deadline(clock, () => {
      this.#isAcknowledgeDue = true;
      this.pump();
    });
  }

  override attach(line: Line | undefined): void {
    super.attach(line);
    this.#splitter.reset();
    this.#hasHeard = false;
  }

  override freeze(): void {
    super.freeze();
    this.#early.clear();
    this.#timeout.stop();
    this.#acknowledgeTimer.stop();
    this.#unacknowledgedFrames = 0;
    this.#unacknowledgedBytes = 0;
    this.#isAcknowledgeDue = false;
    this.#isReportDue = false;
    this.#isBlocked = false;
    this.#pongToken = undefined;
  }

  override begin(terms: SessionTerms): void {
    const { own, peer } = terms;
    this.#isNoisy = own.isNoisy || peer.isNoisy;
    this.#peerKeepsEarly = peer.keepsEarlyFrames;
    this.#peerWindowBytes = peer.windowBytes;
    this.#maxPayloadBytes = payloadOfWindow(peer.windowBytes, peer.maxFrameBytes, this.#isNoisy);
    const first = this.#isNoisy ? FIRST_NOISY_PAYLOAD_BYTES : this.#maxPayloadBytes;
    this.#payloadBytes = Math.min(this.#maxPayloadBytes, this.#payloadBytes || first);
    this.#prefixIn = challengePrefix(own.challenge, peer.challenge);
    this.#prefixOut = challengePrefix(peer.challenge, own.challenge);
    this.#sentBytes = 0;
    this.#provenBytes = 0;
    this.#timeouts = 0;
    this.#pingEnd = 0;
    super.begin(terms);
  }

  protected override push(bytes: Uint8Array): void {
    this.#splitter.push(bytes);
    if (this.#hasHeard) return;
    const text = this.#splitter.takeText();
    if (text !== undefined) this.events.text(text);
  }

  sendHello(payload: Uint8Array): void {
    this.#writeOutside(HELLO, payload, CRC_32);
  }

  sendText(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += this.#maxPayloadBytes) {
      const part = bytes.subarray(from, from + this.#maxPayloadBytes);
      this.#writeOutside(LOG_TEXT, part, crcOfPayload(part.length, false));
    }
  }

  ping(): void {
    if (!this.isLive) return;
    this.#pingToken = (this.#pingToken + 1) & 0xff;
    // A zero in front ends whatever noise came before.
    this.write(ZERO);
    this.#sentBytes++;
    this.#pingEnd = this.#sentBytes;
    this.#writeControl(Uint8Array.of(CONTROL_PING, this.#pingToken));
    this.#pingEnd = this.#sentBytes;
    if (!this.#timeout.isSet) this.#timeout.setAfter(this.#roundTrip.timeoutMs);
  }

  sendClose(payload: Uint8Array): void {
    if (!this.isLive) return;
    this.#writeControl(Uint8Array.of(CONTROL_CLOSE, ...payload));
  }

  pump(): void {
    const { line } = this;
    if (!this.isLive || line === undefined) return;
    this.#writeDueControl();
    while (line.bufferedBytes <= LOW_WATER_BYTES) {
      const frame = this.#nextFrame();
      if (frame === undefined) break;
      this.#writeData(frame);
    }
    if (this.#unacknowledgedFrames === 0) this.#isAcknowledgeDue = false;
    else if (this.#isAcknowledgeDue && this.#fits(0)) this.#writeControl(NOTHING);
  }

  #writeDueControl(): void {
    if (this.#isReportDue && this.#fits(1)) {
      this.#isReportDue = false;
      this.#writeControl(Uint8Array.of(CONTROL_REPORT | this.#earlyBits()));
    }
    if (this.#pongToken !== undefined && this.#fits(3)) {
      const token = this.#pongToken;
      this.#pongToken = undefined;
      this.#writeControl(Uint8Array.of(CONTROL_PONG, token, this.#earlyBits()));
    }
  }

  /** The frame that is sent next, or undefined if none may be sent. */
  #nextFrame(): SentFrame | undefined {
    const lost = this.onWay.find(({ isLost }) => isLost);
    if (lost !== undefined) return this.#fits(lost.bytes.length) ? lost : undefined;
    if (this.queue.isEmpty || this.onWay.length >= MAX_FRAMES_ON_WAY) return undefined;
    if (!this.#fits(Math.min(this.queue.nextBytes, this.#payloadBytes))) return undefined;
    const { bytes, endsMessage } = this.queue.take(this.#payloadBytes, (length) => this.#fits(length));
    const frame = { bytes, endsMessage, firstEnd: 0, lastEnd: 0, sentAt: 0, copies: 0, isThere: false, isLost: false };
    this.onWay.push(frame);
    return frame;
  }

  /** True if the other end has room for a frame, whatever of the bytes before it has not been looked at yet. */
  #fits(payloadBytes: number): boolean {
    const bound = this.#sentBytes + frameBound(payloadBytes, this.#isNoisy) + pingBytes(this.#isNoisy);
    if (bound - this.#provenBytes <= this.#peerWindowBytes) return true;
    this.#isBlocked = true;
    if (!this.#timeout.isSet) this.#timeout.setAfter(this.#roundTrip.timeoutMs);
    return false;
  }

  #writeData(frame: SentFrame): void {
    if (frame.copies > 0) this.counters.framesRepeated++;
    const number = this.acknowledged + this.onWay.indexOf(frame);
    this.#writeFrame(frame.endsMessage ? DATA : DATA_GOES_ON, number, frame.bytes);
    frame.copies++;
    frame.firstEnd ||= this.#sentBytes;
    frame.lastEnd = this.#sentBytes;
    frame.sentAt = this.clock.now();
    frame.isLost = false;
    if (!this.#timeout.isSet) this.#timeout.setAfter(this.#roundTrip.timeoutMs);
  }

  #writeControl(payload: Uint8Array): void {
    this.#writeFrame(CONTROL, this.acknowledged + this.onWay.length, payload);
    // Nothing acknowledges these; where there is no data that would, a ping shows that they were looked at.
    const unproven = this.#sentBytes - this.#provenBytes;
    if (this.onWay.length === 0 && this.#pingEnd === 0 && unproven > this.#peerWindowBytes / 4) this.ping();
  }

  /** Every frame acknowledges what has come. */
  #writeFrame(type: number, number: number, payload: Uint8Array): void {
    const linkByte = ((number & SEQUENCE_MASK) << 5) | ((this.received & SEQUENCE_MASK) << 2) | type;
    const crc = crcOfPayload(payload.length, this.#isNoisy);
    const frame = encodeFrame(linkByte, payload, crc, framePrefix(this.#prefixOut, crc, number, this.received));
    this.#sentBytes += frame.length;
    this.#unacknowledgedFrames = 0;
    this.#unacknowledgedBytes = 0;
    this.#acknowledgeTimer.clear();
    this.counters.framesSent++;
    this.write(frame);
  }

  #writeOutside(linkByte: number, payload: Uint8Array, crc: Crc): void {
    this.write(ZERO);
    this.write(encodeFrame(linkByte, payload, crc, CRC_START));
  }

  #takeRubbish(segment: Uint8Array): void {
    if (isText(segment) && (!this.#hasHeard || segment.includes(NEWLINE, 1))) {
      this.events.text(segment.slice());
      return;
    }
    this.counters.segmentsDamaged++;
    if (this.isLive) this.#wantReport();
  }

  /** False if its checksum is wrong for everything that might come now. */
  #takeFrame(frame: ReceivedFrame): boolean {
    const { linkByte } = frame;
    if ((linkByte & 3) === OUTSIDE) {
      const payload = frame.check(linkByte === HELLO ? CRC_32 : frame.crc(false), CRC_START);
      if (payload === undefined) return false;
      this.#hasHeard = true;
      if (linkByte === HELLO) this.events.hello(payload);
      else if (linkByte === LOG_TEXT) this.events.text(payload);
      return true;
    }
    if (!this.isLive) return true;
    const ahead = ((linkByte >>> 5) - this.received) & SEQUENCE_MASK;
    const behind = ((linkByte >>> 2) - this.acknowledged) & SEQUENCE_MASK;
    const acknowledged = this.acknowledged + (behind > this.onWay.length ? behind - 8 : behind);
    const crc = frame.crc(this.#isNoisy);
    for (const number of [this.received + ahead, this.received + ahead - 8]) {
      const payload = frame.check(crc, framePrefix(this.#prefixIn, crc, number, acknowledged));
      if (payload === undefined) continue;
      this.counters.framesReceived++;
      this.events.heard();
      this.#takeAcknowledgement(acknowledged);
      if ((linkByte & 3) === CONTROL) this.#takeControl(number, payload);
      else this.#takeData(number, { bytes: payload, endsMessage: (linkByte & 3) === DATA });
      return true;
    }
    return false;
  }

  #takeData(number: number, piece: Piece): void {
    if (number > this.received) {
      if (this.#keepsEarly) this.#early.set(number, piece);
      this.#wantReport();
      return;
    }
    if (number < this.received) {
      // It was sent again because its acknowledgement was lost.
      this.#unacknowledgedFrames++;
      this.#isAcknowledgeDue = true;
      this.pumpLater();
      return;
    }
    this.#unacknowledgedFrames++;
    this.#unacknowledgedBytes += frameBound(piece.bytes.length, this.#isNoisy);
    for (
      let next: Piece | undefined = piece;
      next !== undefined && this.isLive;
      next = this.#early.get(this.received)
    ) {
      this.#early.delete(this.received);
      this.accept(next);
    }
    if (!this.isLive) return;
    if (this.#unacknowledgedFrames > 1 || this.#unacknowledgedBytes > this.#windowBytes / 8) {
      this.#isAcknowledgeDue = true;
      this.pumpLater();
    } else {
      this.#acknowledgeTimer.setAfter(ACKNOWLEDGE_DELAY_MS);
    }
  }

  #takeControl(number: number, payload: Uint8Array): void {
    const [code = 0, token = 0, bits = 0] = payload;
    if (code === CONTROL_CLOSE) {
      this.events.closed(payload.subarray(1));
    } else if (code === CONTROL_PING) {
      this.#pongToken = token;
    } else if (code === CONTROL_PONG && token === this.#pingToken && this.#pingEnd > 0) {
      const end = this.#pingEnd;
      this.#pingEnd = 0;
      this.#timeouts = 0;
      this.#takeReport(bits, end);
      if (this.onWay.length === 0) this.#timeout.clear();
    } else if ((code & CONTROL_REPORT) !== 0) {
      this.#takeReport(code, 0);
    }
    // The frames in front of this one were sent before it.
    if (number > this.received) this.#wantReport();
    this.pumpLater();
  }

  #takeAcknowledgement(end: number): void {
    const done = this.acknowledge(end);
    const last = done.at(-1);
    if (last === undefined) return;
    for (const { firstEnd } of done) this.#provenBytes = Math.max(this.#provenBytes, firstEnd);
    if (last.copies === 1) this.#roundTrip.measured(this.clock.now() - last.sentAt);
    this.#payloadBytes = Math.min(this.#maxPayloadBytes, this.#payloadBytes + 4 * done.length);
    this.#timeouts = 0;
    if (this.onWay.length > 0) this.#timeout.setAfter(this.#roundTrip.timeoutMs);
    else this.#timeout.clear();
    this.pumpLater();
  }

  /** `provenEnd`: offset of bytes that the other end had looked at when it reported. */
  #takeReport(bits: number, provenEnd: number): void {
    let proven = provenEnd;
    for (const [index, frame] of this.onWay.entries()) {
      if (index === 0 || ((bits >>> (index - 1)) & 1) === 0) continue;
      frame.isThere = true;
      proven = Math.max(proven, frame.firstEnd);
    }
    this.#provenBytes = Math.max(this.#provenBytes, proven);
    const now = this.clock.now();
    for (const [index, frame] of this.onWay.entries()) {
      if (frame.isThere || frame.isLost || frame.copies === 0) continue;
      // What came before something that has come is lost. The frame that the other end waits for is lost, too, if the
      // report can be an answer to it.
      const isAnswer = index === 0 && now - frame.sentAt >= this.#roundTrip.leastMs;
      if (frame.lastEnd <= proven || isAnswer || (!this.#peerKeepsEarly && this.onWay[0]?.isLost)) this.#lose(frame);
    }
    this.pumpLater();
  }

  #lose(frame: SentFrame): void {
    frame.isLost = true;
    this.#payloadBytes = Math.max(LEAST_PAYLOAD_BYTES, (this.#payloadBytes * 3) >> 2);
  }

  #timedOut(): void {
    if (!this.isLive) return;
    this.#roundTrip.backOff();
    const [first] = this.onWay;
    if (++this.#timeouts > TIMEOUTS_UNTIL_STUCK && first !== undefined) {
      this.events.stuck();
      return;
    }
    if (first !== undefined && this.#fits(first.bytes.length)) {
      this.#lose(first);
      this.pump();
    } else if (first !== undefined || this.#pingEnd > 0 || this.#isBlocked) {
      this.ping();
    } else {
      return;
    }
    this.#isBlocked = false;
    this.#timeout.setAfter(this.#roundTrip.timeoutMs);
  }

  /** Tells the other end what has come, at once if that is news. */
  #wantReport(): void {
    const news = `${this.received} ${this.#earlyBits()}`;
    const now = this.clock.now();
    if (news === this.#reported && now - this.#reportedAt < Math.max(REPORT_GAP_MS, this.#roundTrip.smoothedMs)) return;
    this.#reported = news;
    this.#reportedAt = now;
    this.#isReportDue = true;
    this.pumpLater();
  }

  #earlyBits(): number {
    let bits = 0;
    for (const number of this.#early.keys()) bits |= 1 << (number - this.received - 1);
    return bits & 0x7f;
  }
}

/** Bytes of the other end's window that data leaves free: a ping, with its zero in front. */
function pingBytes(isNoisy: boolean): number {
  return 1 + frameBound(2, isNoisy);
}

/** Payload of frames of which four fill the window of the other end, or the largest that it takes. */
function payloadOfWindow(windowBytes: number, maxFrameBytes: number, isNoisy: boolean): number {
  const perFrame = (windowBytes - pingBytes(isNoisy)) >> 2;
  let payload = Math.min(maxFrameBytes, perFrame);
  while (payload > 1 && frameBound(payload, isNoisy) > perFrame) payload--;
  return payload;
}
