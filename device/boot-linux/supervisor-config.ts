import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { ShoalError } from '../../protocol/errors.ts';
import { nearestName } from '../../protocol/nearest-name.ts';

/** What `/etc/shoal/supervisor.json` says. */
export interface SupervisorConfig {
  /** Name of the board, `parallella-16`. */
  readonly board: string;
  /** Folder of the slots. Default `/var/lib/shoal`. */
  readonly folder: string;
  /** PEM file with the public key (Ed25519) that packages must be signed with, or null: any package is taken. */
  readonly keyFile: string | null;
  /** Ports of SMP, 0 for a free one, or null for none. UDP is 1337 by default, as other servers have it. */
  readonly udpPort: number | null;
  readonly tcpPort: number | null;
  /** Address that the ports are opened at. Default all. */
  readonly address: string | null;
  /** Serial device that SMP and the runtime share, or null. */
  readonly serial: { readonly path: string; readonly baud: number } | null;
  /** Given to the runtime. */
  readonly environment: Readonly<Record<string, string>>;
}

const DEFAULTS: SupervisorConfig = {
  board: '',
  folder: '/var/lib/shoal',
  keyFile: null,
  udpPort: 1337,
  tcpPort: null,
  address: null,
  serial: null,
  environment: {},
};

/** Throws FILE_NOT_FOUND, or CONFIG_INVALID with the field that is wrong. */
export function readSupervisorConfig(file: string): SupervisorConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ShoalError('FILE_NOT_FOUND', `${file} cannot be read`, { cause: error });
  }
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch (error) {
    throw new ShoalError('CONFIG_INVALID', `${file} is not JSON: ${(error as Error).message}`);
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw wrong(file, 'it', 'must be an object');
  for (const name of Object.keys(fields)) {
    if (Object.hasOwn(DEFAULTS, name)) continue;
    const near = nearestName(name, Object.keys(DEFAULTS));
    throw wrong(file, name, `is not known${near === undefined ? '' : `: did you mean ${near}?`}`);
  }
  const config = { ...DEFAULTS, ...fields };
  check(file, config);
  return config;
}

function check(file: string, config: SupervisorConfig): void {
  const must = (isRight: boolean, name: string, what: string): void => {
    if (!isRight) throw wrong(file, name, what);
  };
  const isPort = (value: unknown): boolean =>
    value === null || (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff);
  const isPath = (value: unknown): boolean => typeof value === 'string' && isAbsolute(value);
  must(typeof config.board === 'string' && config.board !== '', 'board', 'must name the board, such as parallella-16');
  must(isPath(config.folder), 'folder', 'must be an absolute path');
  must(config.keyFile === null || isPath(config.keyFile), 'keyFile', 'must be an absolute path or null');
  must(isPort(config.udpPort), 'udpPort', 'must be a port from 0 to 65535 or null');
  must(isPort(config.tcpPort), 'tcpPort', 'must be a port from 0 to 65535 or null');
  must(config.address === null || typeof config.address === 'string', 'address', 'must be text or null');
  const { serial, environment } = config;
  const isSerial =
    serial === null || (typeof serial === 'object' && isPath(serial.path) && Number.isInteger(serial.baud));
  must(isSerial, 'serial', 'must be { "path": "/dev/…", "baud": 115200 } or null');
  const isEnvironment =
    typeof environment === 'object' &&
    environment !== null &&
    Object.values(environment).every((value) => typeof value === 'string');
  must(isEnvironment, 'environment', 'must be an object of texts');
}

function wrong(file: string, name: string, what: string): ShoalError {
  return new ShoalError('CONFIG_INVALID', `${file}: ${name} ${what}`);
}
