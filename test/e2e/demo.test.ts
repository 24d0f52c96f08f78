/** What `npm run demo` does, in a folder of its own. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode, encode } from 'fast-png';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Outcome, Project, packageRoot } from './exact-node-project.ts';
import { shoal } from './shoal-command.ts';

let project: Project;
beforeEach(async () => {
  project = await Project.create({});
});
afterEach(() => project.remove());

function demo(...args: string[]): Promise<Outcome> {
  return shoal(project, 'run', join(packageRoot, 'examples/picture/main.ts'), '--', ...args);
}

async function pictureOf(name: string): Promise<ReturnType<typeof decode>> {
  return decode(await readFile(join(project.folder, name)));
}

/** A white square on black, 100 × 70: no multiple of a tile. */
function square(channels: 1 | 3): Uint8Array {
  const [width, height] = [100, 70];
  const data = new Uint8Array(width * height * channels);
  for (let y = 20; y < 50; y++) data.fill(255, (y * width + 30) * channels, (y * width + 70) * channels);
  return encode({ width, height, data, channels, depth: 8 });
}

test('package.json runs this very program', async () => {
  const { scripts } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  expect(scripts.demo).toBe('node bin/shoal.js run examples/picture/main.ts --');
});

test('the photograph: both results equal, a report, and a picture', async () => {
  const { code, stdout, stderr } = await demo();
  expect({ code, stdout: stdout.split('\n')[0] }).toEqual({ code: 0, stdout: 'grace-hopper.png: 512 × 600 pixels' });
  expect(stdout).toContain('Both results are equal, bit for bit: 307200 pixels.\n');
  expect(stdout).toMatch(/busy share of each core on the mesh/);
  expect(stdout).toMatch(/The picture is in out\/grace-hopper-edges\.png\n$/);
  expect(stderr.match(/(\d+)\/\1 tiles \(step \d of 5\)/g)).toHaveLength(5);
  const { width, height, channels, depth, data } = await pictureOf('out/grace-hopper-edges.png');
  expect({ width, height, channels, depth }).toEqual({ width: 512, height: 600, channels: 1, depth: 8 });
  // Equalised: as many pixels below the middle as above.
  const sorted = Uint8Array.from(data).sort();
  expect(Math.abs((sorted[sorted.length / 2] ?? 0) - 128)).toBeLessThan(16);
  expect(sorted.at(-1)).toBe(255);
});

test('a small picture on 64 cores: only the border of the square is left', async () => {
  await writeFile(join(project.folder, 'square.png'), square(3));
  const { code, stdout } = await demo('square.png', '--board', 'parallella-64');
  expect(code).toBe(0);
  expect(stdout).toContain('Parallella, 64 cores: 64 cores, emulated');
  expect(stdout).toContain('Both results are equal, bit for bit: 7000 pixels.');
  const { data, width } = await pictureOf('out/square-edges.png');
  expect(data[35 * width + 50]).toBe(data[0]);
  expect(data[35 * width + 30]).toBeGreaterThan(data[0] ?? 0);
  expect(data[20 * width + 50]).toBe(data[49 * width + 50]);
});

test.each([
  [['absent.png'], 1, /^demo: ENOENT: no such file or directory, open 'absent\.png'\n$/],
  [['package.json'], 1, /^demo: package\.json is no PNG that can be read: wrong PNG signature\n$/],
  [['grey.png'], 1, /^demo: grey\.png is not a PNG with 8 bits of red, green and blue\n$/],
  [['--bord', 'x'], 2, /^demo: Unknown option '--bord'/],
  [['--board', 'parallella-17'], 2, /^demo: there is no board 'parallella-17'.*\n {2}Did you mean 'parallella-16'\?/],
])('%j ends with a line that says why', async (args, exitCode, message) => {
  await writeFile(join(project.folder, 'grey.png'), square(1));
  const { code, stderr } = await demo(...args);
  expect(code).toBe(exitCode);
  expect(stderr).toMatch(message);
});
