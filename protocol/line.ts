/** A line: what carries bytes or messages between two ends, as the links of host/ and of boards offer it. */
import type { ShoalError } from './errors.ts';

/**
 * - `'bytes'`: a serial line; bytes may be lost, changed, doubled, and more may come in
 * - `'stream'`: bytes in order, exactly, until it ends: TCP, pipes
 * - `'messages'`: what is written comes whole, in order, exactly once, until it ends: memory rings, USB
 */
export type LineKind = 'bytes' | 'stream' | 'messages';

/** What a line can do. */
export interface LineCapabilities {
  readonly kind: LineKind;
  /** True if damage is usual: CRC-32 guards every frame, and frames start small. Only of kind `'bytes'`. */
  readonly isNoisy: boolean;
  /** True if it has DTR and RTS (`ModemLines` in host/links). */
  readonly hasModemLines: boolean;
  /** True if it can send a break. */
  readonly hasBreak: boolean;
  /** Bytes of the largest message; only of kind `'messages'`. */
  readonly maxMessageBytes?: number;
}

export interface Line {
  readonly capabilities: LineCapabilities;
  /** Bytes written that have not left this process yet, for back-pressure. */
  readonly bufferedBytes: number;
  /** Never blocks. The bytes are taken over. After the end it does nothing. */
  write(bytes: Uint8Array): void;
  /** Set by the owner. The bytes are the receiver's. */
  onBytes: (bytes: Uint8Array) => void;
  /** Set by the owner: `bufferedBytes` has fallen. */
  onDrain: () => void;
  /** Set by the owner: the line is gone, and why. Called once, not after `close`. */
  onEnd: (reason: ShoalError) => void;
  close(): void;
}
