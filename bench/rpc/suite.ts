/**
 * Suite `rpc`: calls on objects of another process over TCP, next to capnweb on the same TCP, to bare TCP, and to
 * comlink, which has message ports between threads only; and over a ring in shared memory, next to the bare ring. All in
 * the same run, since the machine decides most of it.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { capnwebSubject } from './capnweb-end.ts';
import { comlinkSubject } from './comlink-end.ts';
import { rawSubject } from './raw-end.ts';
import { type RingPaths, ringSubjects } from './ring-end.ts';
import type { Ports, Subject } from './service.ts';
import { shoalSubject } from './shoal-end.ts';

type Figures = Readonly<Record<string, string | number | boolean>>;

const HOST = '127.0.0.1';
const SHARED_MEMORY = '/dev/shm';
const MIB = 1024 * 1024;
const IN_FLIGHT = 64;
/** Rounds in which every system has its turn; the median counts. */
const ROUNDS = 5;

interface Case {
  readonly name: string;
  readonly unit: 'µs' | 'calls/s' | 'MiB/s';
  /** Times that the action is done in a round. */
  readonly count: number;
  readonly inFlight: number;
  /** Undefined for systems that cannot. */
  action(subject: Subject): (() => Promise<unknown>) | undefined;
  /** What `unit` makes of the milliseconds of a round. */
  figure(milliseconds: number, count: number): number;
}

const microseconds = (milliseconds: number, count: number): number => (1000 * milliseconds) / count;
const perSecond = (milliseconds: number, count: number): number => (1000 * count) / milliseconds;
const megabyte = Uint8Array.from({ length: MIB }, (_, index) => (index * 167) >>> 3);

const IN_FLIGHT_CASE = `null calls, ${IN_FLIGHT} in flight`;
const ARRAY_CASE = '1 MiB array as argument';

const CASES: readonly Case[] = [
  {
    name: 'null call, one at a time',
    unit: 'µs',
    count: 2000,
    inFlight: 1,
    action: (subject) => () => subject.nothing(),
    figure: microseconds,
  },
  {
    name: IN_FLIGHT_CASE,
    unit: 'calls/s',
    count: 10_000,
    inFlight: IN_FLIGHT,
    action: (subject) => () => subject.nothing(),
    figure: perSecond,
  },
  {
    name: ARRAY_CASE,
    unit: 'MiB/s',
    count: 16,
    inFlight: 1,
    action: (subject) => () => subject.take(megabyte),
    figure: perSecond,
  },
  {
    name: 'get an object, call it, release it',
    unit: 'µs',
    count: 1000,
    inFlight: 1,
    action: ({ cycle }) => cycle,
    figure: microseconds,
  },
  {
    name: 'chain of 4 calls',
    unit: 'µs',
    count: 1000,
    inFlight: 1,
    action: ({ chain }) => chain,
    figure: microseconds,
  },
];

/** What this project has to reach, against capnweb on TCP. */
const BARS = [
  { name: IN_FLIGHT_CASE, bar: 2 },
  { name: ARRAY_CASE, bar: 4 },
] as const;

/** A call over a ring between two processes that have a core each, in microseconds. */
const RING_BAR = 10;

async function milliseconds(action: () => Promise<unknown>, count: number, inFlight: number): Promise<number> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await action();
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  return performance.now() - start;
}

/** `rings`: the files of the rings, which the server makes; none if there are none. */
async function startServer(rings: readonly string[]): Promise<{ ports: Ports; end(): void }> {
  const tool = fileURLToPath(new URL('../../bin/shoal.js', import.meta.url));
  const program = fileURLToPath(new URL('./server.ts', import.meta.url));
  const child = spawn(process.execPath, [tool, 'run', program, '--', ...rings], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the other process ended with ${code}`)));
  });
  return { ports: JSON.parse(line), end: () => child.stdin.end() };
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect({ host: HOST, port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return socket;
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
};

const rounded = (value: number): number => Number(value.toPrecision(4));

/** Why rings cannot be measured here. */
function noRings(): string | undefined {
  if (availableParallelism() < 2) return 'two processes that look at a ring need a core each';
  return existsSync(SHARED_MEMORY) ? undefined : `there is no ${SHARED_MEMORY}`;
}

async function* ring(paths: RingPaths): AsyncGenerator<Figures> {
  const subjects = await ringSubjects(paths);
  const name = 'null call, one at a time';
  const count = 20_000;
  const all = subjects.map((subject) => ({ subject, figures: [] as number[] }));
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      for (const { subject, figures } of all) {
        const time = microseconds(await milliseconds(() => subject.nothing(), count, 1), count);
        // The first round is for warming up.
        if (round > 0) figures.push(time);
      }
    }
    for (const { subject, figures } of all) {
      const { system, over } = subject;
      const [least, most] = [rounded(Math.min(...figures)), rounded(Math.max(...figures))];
      const value = rounded(median(figures));
      const bar = system === 'shoal' ? { bar: RING_BAR, met: value <= RING_BAR } : {};
      yield { suite: 'rpc', case: name, system, over, unit: 'µs', value, least, most, ...bar };
    }
  } finally {
    for (const subject of subjects) await subject.close();
  }
}

export async function* rpc(): AsyncGenerator<Figures> {
  const missing = noRings();
  const folder = missing === undefined ? mkdtempSync(join(SHARED_MEMORY, 'shoal-bench-')) : undefined;
  const rings = folder === undefined ? undefined : { shoal: join(folder, 'shoal'), raw: join(folder, 'raw') };
  const server = await startServer(rings === undefined ? [] : [rings.shoal, rings.raw]);
  const { ports } = server;
  const subjects = [
    await shoalSubject(HOST, ports.shoal),
    capnwebSubject(await openSocket(ports.capnweb)),
    rawSubject(await openSocket(ports.raw)),
    comlinkSubject(),
  ];
  try {
    for (const { name, unit, count, inFlight, action, figure } of CASES) {
      const able = subjects.flatMap((subject) => {
        const run = action(subject);
        return run === undefined ? [] : [{ subject, run, figures: [] as number[] }];
      });
      for (const { run } of able) await milliseconds(run, count, inFlight);
      for (let round = 0; round < ROUNDS; round++) {
        for (const { run, figures } of able) figures.push(figure(await milliseconds(run, count, inFlight), count));
      }
      for (const { subject, figures } of able) {
        yield {
          suite: 'rpc',
          case: name,
          system: subject.system,
          over: subject.over,
          unit,
          value: rounded(median(figures)),
          least: rounded(Math.min(...figures)),
          most: rounded(Math.max(...figures)),
        };
      }
      const [ours, ...others] = able.map(({ subject, figures }) => ({ ...subject, value: median(figures) }));
      if (ours === undefined) continue;
      for (const other of others) {
        const times = unit === 'µs' ? other.value / ours.value : ours.value / other.value;
        const bar = other.system === 'capnweb' ? BARS.find((each) => each.name === name)?.bar : undefined;
        yield {
          suite: 'rpc',
          case: name,
          ratio: `shoal to ${other.system}`,
          timesAsFast: rounded(times),
          ...(bar === undefined ? {} : { bar, met: times >= bar }),
        };
      }
    }
    if (rings !== undefined) yield* ring(rings);
    else yield { suite: 'rpc', case: 'null call over a ring', skipped: missing ?? '' };
  } finally {
    for (const subject of subjects) await subject.close();
    server.end();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  }
}
