import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { ShoalError } from '../../protocol/errors.ts';
import { type Sha256, sameBytes } from '../../protocol/flash/mcuboot-image.ts';
import { readPackage } from '../../protocol/flash/runtime-package.ts';
import type { ImagePolicy } from '../boot/image-slots.ts';

export const sha256: Sha256 = (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest());

/** Reads a public key in PEM form. Throws PACKAGE_REFUSED if it is not one of Ed25519. */
export function readPublicKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new ShoalError('PACKAGE_REFUSED', `the key is of type ${key.asymmetricKeyType}, not ed25519`, {
      hint: 'openssl genpkey -algorithm ed25519 makes one.',
    });
  }
  return key;
}

/** Packages for this board, whole in every file, and signed by `key` if the board has one. */
export function boardPolicy(board: string, key: KeyObject | null): ImagePolicy {
  const keyHash = key === null ? null : sha256(key.export({ type: 'spki', format: 'der' }));
  return (image) => {
    if (key !== null && keyHash !== null) {
      const { signature } = image;
      if (signature === null) throw refused('is not signed, and this board takes only what its key signed');
      if (!sameBytes(signature.keyHash, keyHash)) throw refused('is signed with another key than that of this board');
      if (!verify(null, image.hash, key, signature.bytes)) throw refused('has a wrong signature');
    }
    const { manifest } = readPackage(image.payload, sha256);
    if (!manifest.boards.includes(board)) {
      throw refused(`is for ${manifest.boards.join(', ')}, and this board is a ${board}`);
    }
  };
}

function refused(why: string): ShoalError {
  return new ShoalError('PACKAGE_REFUSED', `the package ${why}`);
}
