/** What must be installed runs on every computer that Node runs on, 32-bit ARM (armv7) of such boards among them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly cpu?: readonly string[];
  readonly os?: readonly string[];
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};

/** Needed packages that hold machine code, and the optional package that brings it for armv7. */
const NATIVE: Readonly<Record<string, string>> = { esbuild: '@esbuild/linux-arm' };

/** Names of all packages that `npm install --omit=dev --omit=optional` installs. */
function needed(): string[] {
  const found = new Set<string>();
  const add = (names: readonly string[]): void => {
    for (const name of names) {
      if (found.has(name)) continue;
      found.add(name);
      add(Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {}));
    }
  };
  add(Object.keys(packages['']?.dependencies ?? {}));
  return [...found].sort();
}

function hasMachineCode(folder: string): boolean {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) =>
    /\.(node|so|dll|dylib)$|(^|\/)binding\.gyp$/.test(name),
  );
}

test('needed packages are JavaScript, or have a build for armv7', () => {
  expect(needed()).toContain('typescript');
  for (const name of needed()) {
    const locked = packages[`node_modules/${name}`];
    const forArm = NATIVE[name];
    if (forArm !== undefined) {
      expect(locked?.optionalDependencies).toHaveProperty([forArm]);
      expect(packages[`node_modules/${forArm}`]).toMatchObject({ cpu: ['arm'], os: ['linux'] });
      continue;
    }
    expect([name, locked?.cpu, locked?.os, locked?.hasInstallScript]).toEqual([name, undefined, undefined, undefined]);
    const folder = join(root, 'node_modules', name);
    expect([name, existsSync(folder), hasMachineCode(folder)]).toEqual([name, true, false]);
  }
});

test('packages with machine code of their own are optional', () => {
  const optional = Object.keys(packages['']?.optionalDependencies ?? {});
  expect(optional).toEqual(expect.arrayContaining(['koffi', 'serialport', 'usb']));
  expect(needed().filter((name) => optional.includes(name))).toEqual([]);
});
