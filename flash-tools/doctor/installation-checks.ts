/** Checks of what is installed on this computer: Node, Shoal itself, the packages that links need. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BOARDS } from '../../boards/registry.ts';
import { EmulatedControl, open } from '../../host/index.ts';
import { OPTIONAL_PACKAGES } from '../../host/links/optional-packages.ts';
import { packageRoot } from '../../host/package-root.ts';
import { isShoalError } from '../../protocol/errors.ts';
import { ownPackage } from '../init/shoal-dependency.ts';
import { type Check, check } from './check.ts';

const OLDEST_NODE = [20, 19] as const;

export function nodeCheck(version: string = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const found = `${version} on ${process.platform} ${process.arch}`;
  if (isEnough) return check('Node', 'ok', found);
  return check('Node', 'fail', found, `Shoal needs Node ${OLDEST_NODE.join('.')} or newer`);
}

export async function shoalCheck(): Promise<Check> {
  const { version } = await ownPackage();
  const missing = ['dist/device/core/epiphany.elf', 'dist/host/index.js'].filter(
    (file) => !existsSync(join(packageRoot(), file)),
  );
  if (missing.length === 0) return check('Shoal', 'ok', version);
  return check(
    'Shoal',
    'fail',
    `${version} without ${missing.join(', ')}`,
    'npm run build, or install the package again',
  );
}

export async function packageChecks(): Promise<Check[]> {
  const checks: Check[] = [];
  for (const { name, purpose, load } of OPTIONAL_PACKAGES) {
    try {
      await load();
      checks.push(check(name, 'ok', `can be loaded: ${purpose}`));
    } catch (error) {
      if (!isShoalError(error)) throw error;
      const why = error.cause instanceof Error ? `: ${error.cause.message.split('\n')[0]}` : '';
      checks.push(check(name, 'warn', `${purpose} do not work${why}`, error.hint ?? null));
    }
  }
  return checks;
}

/** Starts the runtime on every core of an emulated board, and its control runtime, which needs an optional package. */
export async function emulatorChecks(): Promise<Check[]> {
  const [board] = BOARDS;
  if (board === undefined) return [check('emulator', 'fail', 'no board is known')];
  return [
    await attempt('emulator', 'fail', async () => {
      const opened = await open(`emu:${board.name}`);
      const { cores } = opened;
      await opened.close();
      return `the runtime starts on ${cores} cores of ${board.name}`;
    }),
    await attempt('control runtime', 'warn', async () => {
      await (await EmulatedControl.start(board)).close();
      return `starts on an emulated ${board.name}`;
    }),
  ];
}

async function attempt(name: string, failure: Check['status'], work: () => Promise<string>): Promise<Check> {
  try {
    return check(name, 'ok', await work());
  } catch (error) {
    if (!isShoalError(error)) throw error;
    return check(name, failure, error.message, error.hint ?? null);
  }
}
