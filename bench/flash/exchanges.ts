/**
 * Flashing protocols that send a part and wait for its answer, as the bytes that they put on a line. Facts: esptool's
 * "Serial Protocol", ST's AN3155, Atmel's AVR061 (STK500), Zephyr's SMP specifications; SMP's bytes are made by our codec.
 */
import { type SmpMessage, writeConsoleLines, writeSmp } from 'shoal/protocol';

/** One part: what is sent and what is waited for, as often as the protocol does both. */
export type Exchange = readonly { readonly sentBytes: number; readonly answerBytes: number }[];

export interface FlashProtocol {
  readonly name: string;
  /** Bytes of the image in one part. */
  readonly partBytes: number;
  /** Bits of a byte on the line: ten, or eleven with parity. */
  readonly bitsPerByte: 10 | 11;
  exchange(part: Uint8Array, offset: number): Exchange;
}

/** SLIP: a C0 before and after, two bytes for each C0 and DB within. */
function slipBytes(plainBytes: number, part: Uint8Array): number {
  return plainBytes + 2 + part.filter((byte) => byte === 0xc0 || byte === 0xdb).length;
}

/** Head of the command and of the data; `statusBytes` at the end of the answer. */
function esptool(name: string, partBytes: number, statusBytes: number): FlashProtocol {
  return {
    name,
    partBytes,
    bitsPerByte: 10,
    exchange: (part) => [{ sentBytes: slipBytes(8 + 16 + part.length, part), answerBytes: 8 + statusBytes + 2 }],
  };
}

function smp(name: string, partBytes: number, wrap: (message: Uint8Array) => Uint8Array): FlashProtocol {
  const message = (fields: Pick<SmpMessage, 'operation' | 'isResponse' | 'body'>): number =>
    wrap(writeSmp({ version: 1, group: 1, command: 1, sequence: 7, ...fields })).length;
  return {
    name,
    partBytes,
    bitsPerByte: 10,
    exchange: (data, off) => [
      {
        sentBytes: message({ operation: 2, isResponse: false, body: { off, data } }),
        answerBytes: message({ operation: 2, isResponse: true, body: { rc: 0, off: off + data.length } }),
      },
    ],
  };
}

export const EXCHANGING: readonly FlashProtocol[] = [
  esptool('esptool stub, 16 KiB', 16_384, 2),
  esptool('esptool ROM, 1 KiB', 1024, 4),
  {
    name: 'AN3155, 256 B, parity',
    partBytes: 256,
    bitsPerByte: 11,
    // Command, address, data: each acknowledged by one byte.
    exchange: (part) => [2, 5, part.length + 2].map((sentBytes) => ({ sentBytes, answerBytes: 1 })),
  },
  {
    name: 'STK500v1, 128 B',
    partBytes: 128,
    bitsPerByte: 10,
    // Load address, program page.
    exchange: (part) => [4, part.length + 5].map((sentBytes) => ({ sentBytes, answerBytes: 2 })),
  },
  smp('SMP console, 512 B', 400, writeConsoleLines),
  smp('SMP console, 4 KiB', 4032, writeConsoleLines),
  smp('SMP raw, 4 KiB', 4032, (message) => message),
];
