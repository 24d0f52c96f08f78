/**
 * How well flashing protocols use a serial line: seconds for what a board is flashed with, in virtual time, so that the
 * figures are the same on every machine. The board takes no time to write its flash. Efficiency: bytes of the image by
 * what the line could carry; over 1 with compression.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { simulateLine, VirtualClock } from 'shoal/emulator';
import { openSession } from '../wire/simulated-session.ts';
import { EXCHANGING, type FlashProtocol } from './exchanges.ts';

type Figures = Readonly<Record<string, string | number | boolean>>;

interface LineCase {
  readonly baud: number;
  readonly latencyMs: number;
}

/** A line of a USB adapter with its short timer and with its usual one; a fast one. */
const LINES: readonly LineCase[] = [
  { baud: 115_200, latencyMs: 1 },
  { baud: 115_200, latencyMs: 16 },
  { baud: 921_600, latencyMs: 1 },
  { baud: 921_600, latencyMs: 16 },
  { baud: 3_000_000, latencyMs: 1 },
];
const BITS_PER_BYTE = 10;
const LINK_PART_BYTES = 32 * 1024;
const DEADLINE_MS = 3_600_000;

/** What a board is flashed with: the control runtime and the core runtime, as built. */
function imageToFlash(): Uint8Array {
  const root = dirname(createRequire(import.meta.url).resolve('shoal/package.json'));
  const files = ['dist/device/control/control-script.js', 'dist/device/core/epiphany.elf'];
  return new Uint8Array(Buffer.concat(files.map((name) => readFileSync(join(root, name)))));
}

function partsOf(image: Uint8Array): Uint8Array[] {
  const count = Math.ceil(image.length / LINK_PART_BYTES);
  return Array.from({ length: count }, (_, part) =>
    image.subarray(part * LINK_PART_BYTES, (part + 1) * LINK_PART_BYTES),
  );
}

/** Seconds of a protocol that waits for an answer to each part. */
function exchangingSeconds(
  { partBytes, bitsPerByte, exchange }: FlashProtocol,
  image: Uint8Array,
  line: LineCase,
): number {
  const clock = new VirtualClock();
  const baud = (line.baud * BITS_PER_BYTE) / bitsPerByte;
  const [host, board] = simulateLine(clock, { ...line, baud }).ends;
  const steps: { readonly sentBytes: number; readonly answerBytes: number }[] = [];
  for (let at = 0; at < image.length; at += partBytes) steps.push(...exchange(image.subarray(at, at + partBytes), at));
  let done = 0;
  let toBoard = 0;
  let toHost = 0;
  const send = (): void => host.write(new Uint8Array(steps[done]?.sentBytes ?? 0));
  board.onBytes = (bytes) => {
    toBoard += bytes.length;
    const step = steps[done];
    if (step === undefined || toBoard < step.sentBytes) return;
    toBoard = 0;
    board.write(new Uint8Array(step.answerBytes));
  };
  host.onBytes = (bytes) => {
    toHost += bytes.length;
    const step = steps[done];
    if (step === undefined || toHost < step.answerBytes) return;
    toHost = 0;
    done++;
    if (done < steps.length) send();
  };
  send();
  if (!clock.run(() => done === steps.length, DEADLINE_MS)) throw new Error('the image has not come within an hour');
  return clock.now() / 1000;
}

/** Seconds of our own link: windowed, frames with checksums, lost ones repeated. */
function linkSeconds(bytes: Uint8Array, line: LineCase): number {
  const { clock, ends } = openSession(line);
  let left = bytes.length;
  ends[1].onMessage = (message) => {
    left -= message.length;
  };
  const start = clock.now();
  ends[0].send(bytes);
  if (!clock.run(() => left === 0, start + DEADLINE_MS)) throw new Error('the image has not come within an hour');
  return (clock.now() - start) / 1000;
}

export async function* flash(): AsyncGenerator<Figures> {
  const image = imageToFlash();
  // As `shoal flash` sends it: each part can be taken by itself.
  const packed = Buffer.concat(partsOf(image).map((part) => deflateRawSync(part, { level: 9 })));
  const ways: readonly (readonly [name: string, seconds: (line: LineCase) => number])[] = [
    ...EXCHANGING.map(
      (protocol) => [protocol.name, (line: LineCase) => exchangingSeconds(protocol, image, line)] as const,
    ),
    ['own link', (line) => linkSeconds(image, line)],
    ['own link, deflate', (line) => linkSeconds(packed, line)],
  ];
  for (const line of LINES) {
    for (const [protocol, seconds] of ways) {
      const taken = seconds(line);
      yield {
        suite: 'flash',
        protocol,
        ...line,
        imageBytes: image.length,
        seconds: Number(taken.toFixed(3)),
        efficiency: Number(((image.length * BITS_PER_BYTE) / line.baud / taken).toFixed(3)),
      };
    }
  }
}
