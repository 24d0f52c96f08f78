/**
 * What is in the image that a board is flashed with: a manifest and files, as one CBOR array
 * `[manifest, [name, bytes, name, bytes, …]]`, files by rising name. The same content gives the same bytes.
 */
import { isShoalError, ShoalError } from '../errors.ts';
import { ByteReader, ByteWriter } from '../values/head.ts';
import { readValue, type Value, writeValue } from '../values/value-codec.ts';
import type { Sha256 } from './mcuboot-image.ts';
import { sameBytes } from './mcuboot-image.ts';

/** Number of this format. */
const FORMAT = 1;

/** Names are paths below the folder that a package is unpacked into: no way out of it, nothing hidden. */
const NAME = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;
const MAX_NAME_CHARACTERS = 128;

export interface PackageFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface PackageManifest {
  /** Version of Shoal that it was built from, `0.1.0`. */
  readonly version: string;
  /** Boards that it can run on, `parallella-16`. */
  readonly boards: readonly string[];
  /** Lowest and highest version of the wire format that its runtime speaks. */
  readonly protocol: readonly [lowest: number, highest: number];
  /** Size in bytes and SHA-256 of every file, by name. */
  readonly files: readonly { readonly name: string; readonly lengthBytes: number; readonly sha256: Uint8Array }[];
}

export interface RuntimePackage {
  readonly manifest: PackageManifest;
  readonly files: readonly PackageFile[];
}

/** What of the manifest does not follow from the files. */
export type PackageIdentity = Pick<PackageManifest, 'version' | 'boards' | 'protocol'>;

/** The payload of an image. Throws PACKAGE_INVALID for a name that is not allowed or stands there twice. */
export function writePackage(identity: PackageIdentity, files: readonly PackageFile[], sha256: Sha256): Uint8Array {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  checkNames(sorted.map(({ name }) => name));
  const manifest: Value = {
    format: FORMAT,
    version: identity.version,
    boards: [...identity.boards].sort(),
    protocol: [...identity.protocol],
    files: sorted.map(({ name, bytes }) => [name, bytes.length, sha256(bytes)]),
  };
  const writer = new ByteWriter();
  writeValue(writer, [manifest, sorted.flatMap(({ name, bytes }) => [name, bytes])]);
  return writer.view();
}

/** Reads a payload and checks every file against the manifest. Throws PACKAGE_INVALID, with what is wrong. */
export function readPackage(payload: Uint8Array, sha256: Sha256): RuntimePackage {
  const [head, list] = asList(decoded(payload), 2);
  const manifest = manifestOf(head);
  const parts = asList(list);
  checkNames(manifest.files.map(({ name }) => name));
  if (parts.length !== manifest.files.length * 2) throw damaged('it does not hold the files of its manifest');
  const files = manifest.files.map((entry, index): PackageFile => {
    const [name, bytes] = [parts[index * 2], parts[index * 2 + 1]];
    const isWhole =
      name === entry.name &&
      bytes instanceof Uint8Array &&
      bytes.length === entry.lengthBytes &&
      sameBytes(sha256(bytes), entry.sha256);
    if (!isWhole) throw damaged(`the file ${entry.name} is not the one of the manifest`);
    return { name: entry.name, bytes };
  });
  return { manifest, files };
}

function decoded(payload: Uint8Array): Value {
  try {
    const reader = new ByteReader(payload);
    const value = readValue(reader);
    if (reader.remaining === 0) return value;
  } catch (error) {
    if (!isShoalError(error, 'PROTOCOL_INVALID')) throw error;
  }
  throw damaged('it is not one CBOR item');
}

function manifestOf(value: Value | undefined): PackageManifest {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged('it has no manifest');
  const { format, version, boards, protocol, files } = value as { readonly [key: string]: Value };
  if (format !== FORMAT) {
    throw new ShoalError('PACKAGE_INVALID', `the package has format ${String(format)}, this is for format ${FORMAT}`, {
      hint: 'Use the version of Shoal that made the package.',
    });
  }
  const [lowest, highest] = asList(protocol, 2);
  if (typeof version !== 'string' || !isInteger(lowest) || !isInteger(highest))
    throw damaged('its manifest is damaged');
  return {
    version,
    boards: asList(boards).map(asText),
    protocol: [lowest, highest],
    files: asList(files).map((file) => {
      const [name, lengthBytes, sha256] = asList(file, 3);
      if (!isInteger(lengthBytes) || !(sha256 instanceof Uint8Array)) throw damaged('its manifest is damaged');
      return { name: asText(name), lengthBytes, sha256 };
    }),
  };
}

function checkNames(names: readonly string[]): void {
  names.forEach((name, index) => {
    if (name.length > MAX_NAME_CHARACTERS || !NAME.test(name)) throw damaged(`'${name}' is no name of a file in it`);
    if (index > 0 && name <= (names[index - 1] ?? '')) throw damaged(`the file ${name} is not in its place`);
  });
}

function isInteger(value: Value | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function asText(value: Value | undefined): string {
  if (typeof value !== 'string') throw damaged('its manifest is damaged');
  return value;
}

function asList(value: Value | undefined, length?: number): readonly Value[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length))
    throw damaged('its parts are not there');
  return value as readonly Value[];
}

function damaged(what: string): ShoalError {
  return new ShoalError('PACKAGE_INVALID', `this is no runtime package: ${what}`);
}
