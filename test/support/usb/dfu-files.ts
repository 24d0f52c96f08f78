/** Files for DFU, as the tools of vendors make them. */
import { concatenate } from '../../../protocol/concatenate.ts';
import { type DfuSuffix, dfuChecksum } from '../../../protocol/flash/dfu-file.ts';

type Ids = Omit<DfuSuffix, 'dfuVersion'>;

/** A plain file: the bytes with a suffix. */
export function writeDfuFile(bytes: Uint8Array, ids: Ids): Uint8Array {
  return withSuffix(bytes, { ...ids, dfuVersion: 0x0100 });
}

/** A DfuSe file (UM0391). */
export function writeDfuSeFile(
  targets: readonly {
    readonly alternate: number;
    readonly elements: readonly { address: number; bytes: Uint8Array }[];
  }[],
  ids: Ids,
): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { alternate, elements } of targets) {
    const bodies = elements.flatMap(({ address, bytes }) => [words(address, bytes.length), bytes]);
    const head = new Uint8Array(274);
    head.set([...Buffer.from('Target'), alternate]);
    head.set(
      words(
        bodies.reduce((sum, { length }) => sum + length, 0),
        elements.length,
      ),
      266,
    );
    parts.push(head, ...bodies);
  }
  const prefix = Uint8Array.of(...Buffer.from('DfuSe'), 1, 0, 0, 0, 0, targets.length);
  prefix.set(words(parts.reduce((sum, { length }) => sum + length, prefix.length)), 6);
  return withSuffix(concatenate([prefix, ...parts]), { ...ids, dfuVersion: 0x011a });
}

function withSuffix(content: Uint8Array, { deviceVersion, productId, vendorId, dfuVersion }: DfuSuffix): Uint8Array {
  const suffix = new Uint8Array(16);
  const view = new DataView(suffix.buffer);
  for (const [index, value] of [deviceVersion, productId, vendorId, dfuVersion].entries()) {
    view.setUint16(2 * index, value, true);
  }
  suffix.set([...Buffer.from('UFD'), suffix.length], 8);
  const file = concatenate([content, suffix]);
  file.set(words(dfuChecksum(file)), file.length - 4);
  return file;
}

function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  for (const [index, value] of values.entries()) new DataView(bytes.buffer).setUint32(4 * index, value, true);
  return bytes;
}
