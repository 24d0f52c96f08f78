/**
 * The image format of the MCUboot boot loader (its docs/design.md): a header of 32 bytes, the payload, and records of
 * type, length and value ("TLVs") that carry the hash and the signature. All fields are little endian.
 *
 * Hashes and signatures are computed by whoever has the means: this file has no cryptography.
 */
import { ShoalError } from '../errors.ts';
import { MAX_IMAGE_BYTES } from '../limits.ts';

const MAGIC = 0x96f3_b83d;
const HEADER_BYTES = 32;
const TLV_INFO_MAGIC = 0x6907;
const PROTECTED_TLV_INFO_MAGIC = 0x6908;
/** The info in front of a group of TLVs, and the head of one TLV. */
const TLV_HEAD_BYTES = 4;

/** SHA-256 of the public key that signed the image, in its DER form. */
const TLV_KEY_HASH = 0x01;
/** SHA-256 of header, payload and protected TLVs: by it an image is named. */
const TLV_SHA256 = 0x10;
/** Ed25519 signature of that hash. */
const TLV_ED25519 = 0x24;

const HASH_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** `ih_flags`: the image is no program that the boot loader could start. */
const FLAG_NON_BOOTABLE = 0x10;

/** SHA-256 of bytes: 32 bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export interface ImageVersion {
  /** 0 … 255. */
  readonly major: number;
  /** 0 … 255. */
  readonly minor: number;
  /** 0 … 65 535. */
  readonly revision: number;
  /** 0 … 2³² − 1; 0 is not shown. */
  readonly build: number;
}

/** An image that was taken apart. The arrays are views of the image. */
export interface McubootImage {
  readonly version: ImageVersion;
  readonly isBootable: boolean;
  readonly payload: Uint8Array;
  /** What the hash covers: header, payload, protected TLVs. */
  readonly hashed: Uint8Array;
  /** The hash that the image says it has; see {@link checkImage}. */
  readonly hash: Uint8Array;
  readonly signature: ImageSignature | null;
  /** Bytes of the whole image, which may be followed by others. */
  readonly lengthBytes: number;
}

export interface ImageSignature {
  /** SHA-256 of the public key (DER, SubjectPublicKeyInfo). */
  readonly keyHash: Uint8Array;
  /** Ed25519, of the image's hash. */
  readonly bytes: Uint8Array;
}

/** What signs images. */
export interface ImageSigner {
  readonly keyHash: Uint8Array;
  /** Ed25519 signature, 64 bytes, of a hash. */
  sign(hash: Uint8Array): Uint8Array;
}

/** Makes an image. The same arguments give the same bytes. Throws PACKAGE_INVALID if it is larger than the limit. */
export function writeImage(
  payload: Uint8Array,
  version: ImageVersion,
  sha256: Sha256,
  signer: ImageSigner | null,
): Uint8Array<ArrayBuffer> {
  const hashedBytes = HEADER_BYTES + payload.length;
  const recordBytes =
    TLV_HEAD_BYTES +
    (TLV_HEAD_BYTES + HASH_BYTES) +
    (signer === null ? 0 : TLV_HEAD_BYTES + HASH_BYTES + TLV_HEAD_BYTES + SIGNATURE_BYTES);
  const lengthBytes = hashedBytes + recordBytes;
  if (lengthBytes > MAX_IMAGE_BYTES) throw damaged(`an image of ${lengthBytes} bytes is over ${MAX_IMAGE_BYTES}`);
  const image = new Uint8Array(lengthBytes);
  const view = new DataView(image.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(8, HEADER_BYTES, true);
  view.setUint32(12, payload.length, true);
  view.setUint8(20, version.major);
  view.setUint8(21, version.minor);
  view.setUint16(22, version.revision, true);
  view.setUint32(24, version.build, true);
  image.set(payload, HEADER_BYTES);
  const hash = sha256(image.subarray(0, hashedBytes));

  let at = hashedBytes;
  view.setUint16(at, TLV_INFO_MAGIC, true);
  view.setUint16(at + 2, recordBytes, true);
  at += TLV_HEAD_BYTES;
  const record = (type: number, value: Uint8Array): void => {
    view.setUint16(at, type, true);
    view.setUint16(at + 2, value.length, true);
    image.set(value, at + TLV_HEAD_BYTES);
    at += TLV_HEAD_BYTES + value.length;
  };
  record(TLV_SHA256, hash);
  if (signer !== null) {
    record(TLV_KEY_HASH, signer.keyHash);
    record(TLV_ED25519, signer.sign(hash));
  }
  return image;
}

/** Takes an image apart without checking its hash. Throws PACKAGE_INVALID, saying what is wrong where. */
export function readImage(bytes: Uint8Array): McubootImage {
  if (bytes.length < HEADER_BYTES) throw damaged(`${bytes.length} bytes are too few for an image`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) !== MAGIC) throw damaged('the bytes are no MCUboot image: its magic number is not there');
  const headerBytes = view.getUint16(8, true);
  const protectedBytes = view.getUint16(10, true);
  const payloadBytes = view.getUint32(12, true);
  if (headerBytes < HEADER_BYTES) throw damaged(`the header says that it has ${headerBytes} bytes`);
  const hashedBytes = headerBytes + payloadBytes + protectedBytes;
  if (hashedBytes + TLV_HEAD_BYTES > bytes.length) {
    throw damaged(`the image is cut: ${bytes.length} bytes of at least ${hashedBytes + TLV_HEAD_BYTES}`);
  }
  if (protectedBytes !== 0) {
    const start = headerBytes + payloadBytes;
    const isWhole =
      protectedBytes >= TLV_HEAD_BYTES &&
      view.getUint16(start, true) === PROTECTED_TLV_INFO_MAGIC &&
      view.getUint16(start + 2, true) === protectedBytes;
    if (!isWhole) throw damaged(`no protected records at byte ${start}`);
  }
  const records = readRecords(bytes, view, hashedBytes);
  const hash = records.values.get(TLV_SHA256);
  if (hash?.length !== HASH_BYTES) throw damaged('the image names no SHA-256');
  const keyHash = records.values.get(TLV_KEY_HASH);
  const signature = records.values.get(TLV_ED25519);
  return {
    version: {
      major: view.getUint8(20),
      minor: view.getUint8(21),
      revision: view.getUint16(22, true),
      build: view.getUint32(24, true),
    },
    isBootable: (view.getUint32(16, true) & FLAG_NON_BOOTABLE) === 0,
    payload: bytes.subarray(headerBytes, headerBytes + payloadBytes),
    hashed: bytes.subarray(0, hashedBytes),
    hash,
    signature:
      keyHash?.length === HASH_BYTES && signature?.length === SIGNATURE_BYTES ? { keyHash, bytes: signature } : null,
    lengthBytes: records.end,
  };
}

/** Takes an image apart and checks its hash. Throws PACKAGE_INVALID. */
export function checkImage(bytes: Uint8Array, sha256: Sha256): McubootImage {
  const image = readImage(bytes);
  if (!sameBytes(sha256(image.hashed), image.hash)) throw damaged('the content of the image does not have its SHA-256');
  return image;
}

/** `1.2.3`, or `1.2.3.45` with a build number, as the tools of MCUboot write it. */
export function versionText({ major, minor, revision, build }: ImageVersion): string {
  return `${major}.${minor}.${revision}${build === 0 ? '' : `.${build}`}`;
}

/** Parses `1.2.3`, `1.2.3.45` or `1.2.3+45`. Throws PACKAGE_INVALID. */
export function parseVersion(text: string): ImageVersion {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,5})(?:[.+](\d{1,10}))?$/.exec(text);
  const [major = 0, minor = 0, revision = 0, build = 0] = (match ?? []).slice(1).map((part) => Number(part ?? 0));
  if (match === null || major > 0xff || minor > 0xff || revision > 0xffff || build > 0xffff_ffff) {
    throw damaged(`'${text}' is not a version: write 1.2.3 or 1.2.3+45, at most 255.255.65535+4294967295`);
  }
  return { major, minor, revision, build };
}

/** Negative if `a` is older than `b`; build numbers count last. */
export function compareVersions(a: ImageVersion, b: ImageVersion): number {
  return a.major - b.major || a.minor - b.minor || a.revision - b.revision || a.build - b.build;
}

/** True if both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function readRecords(
  bytes: Uint8Array,
  view: DataView,
  start: number,
): { readonly values: ReadonlyMap<number, Uint8Array>; readonly end: number } {
  if (view.getUint16(start, true) !== TLV_INFO_MAGIC) throw damaged(`no records at byte ${start}`);
  const end = start + view.getUint16(start + 2, true);
  if (end > bytes.length) throw damaged(`the image is cut: ${bytes.length} bytes of ${end}`);
  const values = new Map<number, Uint8Array>();
  let at = start + TLV_HEAD_BYTES;
  while (at + TLV_HEAD_BYTES <= end) {
    const type = view.getUint16(at, true);
    const first = at + TLV_HEAD_BYTES;
    at = first + view.getUint16(at + 2, true);
    if (at > end) throw damaged(`a record at byte ${first} is cut`);
    if (values.has(type)) throw damaged(`record ${type} stands there twice`);
    values.set(type, bytes.subarray(first, at));
  }
  if (at !== end) throw damaged(`the records end at byte ${at} and not at ${end}`);
  return { values, end };
}

function damaged(message: string): ShoalError {
  return new ShoalError('PACKAGE_INVALID', message);
}
