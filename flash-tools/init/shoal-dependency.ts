import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ShoalError } from '../../protocol/errors.ts';

/** This package: its folder and version. */
export interface OwnPackage {
  readonly folder: string;
  readonly version: string;
}

/** Finds the package.json that this file belongs to, in the sources as well as in dist. */
export async function ownPackage(): Promise<OwnPackage> {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const found = await readJson(join(folder, 'package.json'));
    if (found?.name === 'shoal') return { folder, version: String(found.version) };
  }
  throw new ShoalError('INTERNAL', 'package.json is missing from the package');
}

/**
 * How a new project asks npm for the Shoal that made it: by version if that came from a registry, else by the file or
 * folder that it came from.
 */
export async function shoalDependency({ folder, version }: OwnPackage): Promise<string> {
  const modules = dirname(folder);
  if (basename(modules) !== 'node_modules') return `file:${folder}`;
  const lock = await readJson(join(modules, '.package-lock.json'));
  const entry = (lock?.packages as Record<string, { readonly resolved?: string }> | undefined)?.['node_modules/shoal'];
  const file = /^file:(.*)$/.exec(entry?.resolved ?? '')?.[1];
  return file === undefined ? `^${version}` : `file:${resolve(dirname(modules), file)}`;
}

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
}
