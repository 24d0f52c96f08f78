/**
 * In the script for small engines in place of protocol/values/aligned-array-head.ts: messages are small, so the reader
 * may as well copy an array out of them.
 */

import type * as aligned from '../../protocol/values/aligned-array-head.ts';
import { MAJOR_BYTES, MAJOR_TAG } from '../../protocol/values/head.ts';

export const writeAlignedArrayHead: typeof aligned.writeAlignedArrayHead = (writer, tag, lengthBytes) => {
  writer.head(MAJOR_TAG, tag);
  writer.head(MAJOR_BYTES, lengthBytes);
};
