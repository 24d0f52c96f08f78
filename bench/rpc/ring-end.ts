/** Rings in shared memory between two processes: what a call costs there, and what a bare message does. */
import { writeFileSync } from 'node:fs';
import { connect, type Line, ringMemoryBytes } from 'shoal/protocol';
import { connectLink } from '../../host/links/connect-link.ts';
import { ringOpener } from '../../host/links/ring-opener.ts';
import { type Subject, service } from './service.ts';

const RING_BYTES = 0x20_0000;
const ANSWER = new Uint8Array(4);

/** Files for two pairs of rings. */
export interface RingPaths {
  readonly shoal: string;
  readonly raw: string;
}

/** Makes the files and serves on them. They are the caller's to remove. */
export async function serveRings(paths: RingPaths): Promise<void> {
  for (const path of [paths.shoal, paths.raw]) writeFileSync(path, new Uint8Array(ringMemoryBytes(RING_BYTES)));
  connect(await connectLink(ringOpener({ path: paths.shoal }, 1)), { exports: { service } });
  const raw = await openRaw(paths.raw, 1);
  raw.onBytes = () => raw.write(ANSWER);
}

export async function ringSubjects(paths: RingPaths): Promise<readonly Subject[]> {
  const session = connect(await connectLink(ringOpener({ path: paths.shoal })));
  const far = await session.import<typeof service>('service');
  const raw = await openRaw(paths.raw, 0);
  let answered: () => void = () => {};
  raw.onBytes = () => answered();
  const ask = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      answered = resolve;
      raw.write(bytes);
    });
  return [
    {
      system: 'shoal',
      over: 'ring',
      nothing: () => far.nothing(),
      take: (bytes) => far.take(bytes),
      close: () => session.close(),
    },
    {
      system: 'raw',
      over: 'ring',
      nothing: () => ask(ANSWER),
      take: async (bytes) => {
        await ask(bytes);
        return bytes.length;
      },
      close: () => raw.close(),
    },
  ];
}

function openRaw(path: string, end: 0 | 1): Promise<Line> {
  return ringOpener({ path }, end).open(new AbortController().signal);
}
