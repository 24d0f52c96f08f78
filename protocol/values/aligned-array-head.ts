/** Heads of typed arrays whose content can be used in place by whoever reads the message. */
import { type ByteWriter, MAJOR_BYTES, MAJOR_TAG, shortestHead, TAG_SELF_DESCRIBED } from './head.ts';

/** Head sizes of a padding tag, of a tag of 24 … 255 and of a byte string, the fewest bytes first. */
const HEAD_SIZES: readonly (readonly [pad: number, tag: number, length: number])[] = [0, 3]
  .flatMap((pad) => [2, 3, 5, 9].flatMap((tag) => [1, 2, 3, 5, 9].map((length) => [pad, tag, length] as const)))
  .sort((first, second) => sum(first) - sum(second));

function sum([pad, tag, length]: readonly [number, number, number]): number {
  return pad + tag + length;
}

/**
 * Writes tag and byte-string head such that what follows stands at a multiple of 8 of the writer's length, with the
 * fewest bytes. Longer heads than needed do it for every remainder but one; for that a "this is CBOR" tag of three
 * bytes stands in front. Zero bytes of payload are not aligned.
 */
export function writeAlignedArrayHead(writer: ByteWriter, tag: number, lengthBytes: number): void {
  const shortest = shortestHead(lengthBytes);
  for (const sizes of HEAD_SIZES) {
    const [pad, tagSize, lengthSize] = sizes;
    if (lengthSize < shortest || (lengthBytes > 0 && ((writer.length + sum(sizes)) & 7) !== 0)) continue;
    if (pad > 0) writer.head(MAJOR_TAG, TAG_SELF_DESCRIBED);
    writer.head(MAJOR_TAG, tag, tagSize);
    writer.head(MAJOR_BYTES, lengthBytes, lengthSize);
    return;
  }
}
