import { createHash } from 'node:crypto';
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { checkImage, type McubootImage, type Sha256 } from '../../protocol/flash/mcuboot-image.ts';
import { type PackageManifest, readPackage } from '../../protocol/flash/runtime-package.ts';
import { MAX_VERSION, MIN_VERSION } from '../../protocol/link/hello.ts';
import { readInput } from '../read-input.ts';

/** An image that was read from a file and found whole. */
export interface CheckedPackage {
  readonly bytes: Uint8Array;
  readonly image: McubootImage;
  /** Null if the image is not one of Shoal's: boards of others take what they know. */
  readonly manifest: PackageManifest | null;
}

const sha256: Sha256 = (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest());

/**
 * Reads what is to be flashed, and checks it before any board is asked. Rejects with FILE_NOT_FOUND; PACKAGE_INVALID if
 * it is cut or changed; PACKAGE_REFUSED if this Shoal could not talk to the board afterwards.
 */
export async function readCheckedPackage(file: string): Promise<CheckedPackage> {
  const bytes = await readInput(file);
  const image = checkImage(bytes, sha256);
  const manifest = manifestOf(image);
  if (manifest !== null) refuseOtherProtocol(manifest);
  return { bytes, image, manifest };
}

/** Null for the images of other systems. Throws PACKAGE_INVALID for a package of ours with damaged files. */
function manifestOf({ payload }: McubootImage): PackageManifest | null {
  try {
    return readPackage(payload, sha256).manifest;
  } catch (error) {
    if (isShoalError(error, 'PACKAGE_INVALID')) return null;
    throw error;
  }
}

function refuseOtherProtocol({ version, protocol: [oldest, newest] }: PackageManifest): void {
  if (oldest <= MAX_VERSION && newest >= MIN_VERSION) return;
  const isOlder = newest < MIN_VERSION;
  throw new ShoalError(
    'PACKAGE_REFUSED',
    `the runtime ${version} speaks version ${oldest} to ${newest} of the wire, this Shoal ${MIN_VERSION} to ${MAX_VERSION}`,
    { hint: isOlder ? 'Flash a newer package: npm run build:runtime makes one.' : 'Use the Shoal that it came with.' },
  );
}
