import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultCacheDirectory, TransformCache } from '../../../host/run/transform-cache.ts';

let folder = '';
let cache: TransformCache;
let main = '';
let other = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-cache-'));
  cache = new TransformCache(join(folder, 'cache'));
  main = join(folder, 'main.ts');
  other = join(folder, 'other.ts');
  await writeFile(main, 'main 1');
  await writeFile(other, 'other 1');
});
afterEach(() => rm(folder, { recursive: true }));

const entries = async (): Promise<string[]> =>
  (await readdir(join(folder, 'cache'))).map((f) => join(folder, 'cache', f));

test('gives back what was put, while all files are the same', async () => {
  expect(await cache.get(main, 'main 1')).toBeNull();
  await cache.put(main, {
    code: 'code',
    sources: new Map([
      [main, 'main 1'],
      [other, 'other 1'],
    ]),
  });
  expect(await cache.get(main, 'main 1')).toBe('code');
  expect(await cache.get(main, 'main 2')).toBeNull();
  await writeFile(other, 'other 2');
  expect(await cache.get(main, 'main 1')).toBeNull();
  await rm(other);
  expect(await cache.get(main, 'main 1')).toBeNull();
});

test('a newer text replaces the entry', async () => {
  await cache.put(main, { code: 'code 1', sources: new Map([[main, 'main 1']]) });
  await cache.put(main, { code: 'code 2', sources: new Map([[main, 'main 2']]) });
  expect(await cache.get(main, 'main 2')).toBe('code 2');
  expect(await entries()).toHaveLength(1);
});

test('an entry that was cut or changed anywhere is ignored', async () => {
  await cache.put(main, { code: 'some code', sources: new Map([[main, 'main 1']]) });
  const [entry = ''] = await entries();
  const whole = await readFile(entry, 'utf8');
  for (let at = 0; at < whole.length; at += 7) {
    await writeFile(entry, whole.slice(0, at));
    expect(await cache.get(main, 'main 1')).toBeNull();
    await writeFile(entry, `${whole.slice(0, at)}#${whole.slice(at + 1)}`);
    expect(await cache.get(main, 'main 1')).toBeNull();
  }
  await writeFile(entry, whole);
  expect(await cache.get(main, 'main 1')).not.toBeNull();
});

test('many writers at once leave one whole entry and no temporary file', async () => {
  const code = 'x'.repeat(100_000);
  await Promise.all(Array.from({ length: 20 }, () => cache.put(main, { code, sources: new Map([[main, 'main 1']]) })));
  expect(await cache.get(main, 'main 1')).toBe(code);
  expect(await entries()).toHaveLength(1);
});

test('a directory that cannot be made costs nothing but time', async () => {
  const blocked = new TransformCache(join(main, 'cache'));
  await blocked.put(main, { code: 'code', sources: new Map([[main, 'main 1']]) });
  expect(await blocked.get(main, 'main 1')).toBeNull();
});

test('lies where each system keeps such files', () => {
  const at = (platform: NodeJS.Platform): string =>
    defaultCacheDirectory({ XDG_CACHE_HOME: '/x', LOCALAPPDATA: '/local' }, platform);
  expect(at('linux')).toBe('/x/shoal/modules');
  expect(at('win32')).toBe('/local/shoal/modules');
  expect(at('darwin')).toMatch(/Library\/Caches\/shoal\/modules$/);
});
