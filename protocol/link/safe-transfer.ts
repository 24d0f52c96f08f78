import { type Clock, Deadline } from '../clock.ts';
import type { Line } from '../line.ts';
import { ByteReader, ByteWriter, invalid, MAJOR_UNSIGNED } from '../values/head.ts';
import {
  CONTROL,
  CONTROL_CLOSE,
  CONTROL_PING,
  CONTROL_PONG,
  CONTROL_RECEIVED,
  DATA,
  DATA_GOES_ON,
  HELLO,
  LOG_TEXT,
} from './link-byte.ts';
import type { Piece } from './send-queue.ts';
import { type SessionTerms, Transfer, type TransferEvents, type TransferLimits } from './transfer.ts';

/** What has come is acknowledged after so long or so much: no answer waits for it, but those who wait for room do. */
const ACKNOWLEDGE_DELAY_MS = 5;
const ACKNOWLEDGE_BYTES = 0x1000;
/** A line that has so much left to do gets no more: what waits in our queue can still share frames. */
const HIGH_WATER_BYTES = 0x4_0000;
/** Payloads up to here are copied behind their head, larger ones are written by themselves. */
const COPIED_PAYLOAD_BYTES = 0x4000;
/** Length of what follows as 32 bits, little endian, then the link byte, which that length counts. */
const STREAM_HEAD_BYTES = 5;

const NOTHING = new Uint8Array(0);

/**
 * Frames on lines that lose nothing while they last: numbers are counted on both sides and not sent, acknowledgements
 * serve to resume over the next line. A stream gets a length in front of each frame, a message line nothing.
 */
export class SafeTransfer extends Transfer {
  readonly #maxFrameBytes: number;
  readonly #windowBytes: number;
  readonly #acknowledgeTimer: Deadline;
  #isStream = true;
  #lineFrameBytes = Infinity;
  #peerFrameBytes = 0;
  #peerWindowBytes = 0;
  #onWayBytes = 0;
  #unacknowledgedBytes = 0;
  /** Of a frame that has come in part: its head, or its payload and link byte. */
  #head = new Uint8Array(STREAM_HEAD_BYTES);
  #headLength = 0;
  #payload: Uint8Array | undefined;
  #payloadLength = 0;

  constructor(clock: Clock, events: TransferEvents, limits: TransferLimits) {
    super(clock, events, limits.maxMessageBytes);
    this.#maxFrameBytes = limits.maxFrameBytes;
    this.#windowBytes = limits.windowBytes;
    this.#acknowledgeTimer = new Deadline(clock, () => this.#writeReceived());
  }

  override attach(line: Line | undefined): void {
    super.attach(line);
    this.#headLength = 0;
    this.#payload = undefined;
    if (line === undefined) return;
    this.#isStream = line.capabilities.kind === 'stream';
    this.#lineFrameBytes = (line.capabilities.maxMessageBytes ?? Infinity) - 1;
  }

  override freeze(): void {
    super.freeze();
    this.#acknowledgeTimer.stop();
    this.#unacknowledgedBytes = 0;
  }

  override begin(terms: SessionTerms): void {
    this.#peerFrameBytes = Math.min(terms.peer.maxFrameBytes, this.#lineFrameBytes);
    this.#peerWindowBytes = terms.peer.windowBytes;
    super.begin(terms);
    this.#onWayBytes = 0;
  }

  sendHello(payload: Uint8Array): void {
    this.#writeFrame(HELLO, payload);
  }

  sendText(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += this.#peerFrameBytes) {
      this.#writeFrame(LOG_TEXT, bytes.subarray(from, from + this.#peerFrameBytes));
    }
  }

  ping(): void {
    this.#writeFrame(CONTROL, Uint8Array.of(CONTROL_PING, 0));
  }

  sendClose(payload: Uint8Array): void {
    this.#writeFrame(CONTROL, Uint8Array.of(CONTROL_CLOSE, ...payload));
  }

  pump(): void {
    const { line, queue } = this;
    if (!this.isLive || line === undefined) return;
    while (!queue.isEmpty && this.#onWayBytes < this.#peerWindowBytes && line.bufferedBytes < HIGH_WATER_BYTES) {
      const piece = queue.take(this.#peerFrameBytes, () => true);
      this.onWay.push(piece);
      this.#onWayBytes += piece.bytes.length;
      this.#writeFrame(piece.endsMessage ? DATA : DATA_GOES_ON, piece.bytes);
    }
  }

  #writeFrame(linkByte: number, payload: Uint8Array): void {
    this.counters.framesSent++;
    const isCopied = !this.#isStream || payload.length <= COPIED_PAYLOAD_BYTES;
    const headBytes = this.#isStream ? STREAM_HEAD_BYTES : 1;
    const frame = new Uint8Array(headBytes + (isCopied ? payload.length : 0));
    if (this.#isStream) new DataView(frame.buffer).setUint32(0, payload.length + 1, true);
    frame[headBytes - 1] = linkByte;
    if (isCopied) frame.set(payload, headBytes);
    this.write(frame);
    if (!isCopied) this.write(payload);
  }

  #writeReceived(): void {
    this.#unacknowledgedBytes = 0;
    this.#acknowledgeTimer.clear();
    const writer = new ByteWriter(10);
    writer.byte(CONTROL_RECEIVED);
    writer.head(MAJOR_UNSIGNED, this.received);
    this.#writeFrame(CONTROL, writer.view());
  }

  protected override push(bytes: Uint8Array): void {
    if (!this.#isStream) {
      if (bytes.length > 0) this.#takeFrame(bytes[0] as number, bytes.slice(1));
      return;
    }
    const { line } = this;
    for (let at = 0; at < bytes.length && this.line === line; ) {
      if (this.#payload === undefined) {
        const part = bytes.subarray(at, at + STREAM_HEAD_BYTES - this.#headLength);
        this.#head.set(part, this.#headLength);
        this.#headLength += part.length;
        at += part.length;
        if (this.#headLength < STREAM_HEAD_BYTES) return;
        const length = new DataView(this.#head.buffer).getUint32(0, true) - 1;
        if (length < 0 || length > this.#maxFrameBytes) {
          this.events.invalid(invalid(`a frame of ${length} bytes, over the ${this.#maxFrameBytes} agreed on,`, 0));
          return;
        }
        this.#payload = length === 0 ? NOTHING : new Uint8Array(length);
        this.#payloadLength = 0;
      }
      const payload = this.#payload;
      const part = bytes.subarray(at, at + payload.length - this.#payloadLength);
      payload.set(part, this.#payloadLength);
      this.#payloadLength += part.length;
      at += part.length;
      if (this.#payloadLength < payload.length) return;
      this.#payload = undefined;
      this.#headLength = 0;
      this.#takeFrame(this.#head[STREAM_HEAD_BYTES - 1] as number, payload);
    }
  }

  #takeFrame(linkByte: number, payload: Uint8Array): void {
    if (linkByte === HELLO) this.events.hello(payload);
    else if (linkByte === LOG_TEXT) this.events.text(payload);
    else if (this.isLive) this.#takeSessionFrame(linkByte, payload);
  }

  #takeSessionFrame(linkByte: number, payload: Uint8Array): void {
    this.counters.framesReceived++;
    this.events.heard();
    if (linkByte === CONTROL) this.#takeControl(payload);
    else if (linkByte === DATA || linkByte === DATA_GOES_ON) this.#takeData(payload, linkByte === DATA);
    else this.events.invalid(invalid(`a frame of type 0x${linkByte.toString(16)}`, 0));
  }

  #takeData(bytes: Uint8Array, endsMessage: boolean): void {
    this.#unacknowledgedBytes += bytes.length;
    this.accept({ bytes, endsMessage });
    if (!this.isLive) return;
    if (this.#unacknowledgedBytes > Math.min(ACKNOWLEDGE_BYTES, this.#windowBytes / 4)) this.#writeReceived();
    else if (!this.#acknowledgeTimer.isSet) this.#acknowledgeTimer.setAfter(ACKNOWLEDGE_DELAY_MS);
  }

  #takeControl(payload: Uint8Array): void {
    const code = payload[0];
    if (code === CONTROL_CLOSE) {
      this.events.closed(payload.subarray(1));
    } else if (code === CONTROL_PING) {
      this.#writeFrame(CONTROL, Uint8Array.of(CONTROL_PONG, payload[1] ?? 0, 0));
    } else if (code === CONTROL_RECEIVED) {
      const reader = new ByteReader(payload.subarray(1));
      try {
        reader.head();
      } catch {
        return;
      }
      const end = Math.min(reader.value, this.acknowledged + this.onWay.length);
      for (const { bytes } of this.acknowledge(end) as readonly Piece[]) this.#onWayBytes -= bytes.length;
      this.pump();
    }
  }
}
