/**
 * Memory of a DfuSe device, as it describes it in the name of an alternate setting (UM0391):
 * `@Internal Flash  /0x08000000/04*016Kg,01*064Kg`: from that address four pages of 16 KB, then one of 64 KB. The letter
 * behind a size says what its pages allow: a = 1 … g = 7, the sum of 1 readable, 2 erasable, 4 writable.
 */

export interface DfuSePage {
  readonly address: number;
  readonly lengthBytes: number;
  readonly isReadable: boolean;
  readonly isErasable: boolean;
  readonly isWritable: boolean;
}

export interface DfuSeLayout {
  readonly name: string;
  /** In the order in which they are described. */
  readonly pages: readonly DfuSePage[];
}

/** Larger descriptions are damage: boards of this kind have some hundred pages. */
const MAX_PAGES = 0x1_0000;

const SIZES: Readonly<Record<string, number>> = { '': 1, ' ': 1, B: 1, K: 1024, M: 0x10_0000 };

/** Undefined if the text is no such description. */
export function parseDfuSeLayout(text: string): DfuSeLayout | undefined {
  const head = /^@([^/]*)((?:\/0x[0-9a-fA-F]{1,8}\/[^/]+)+)$/.exec(text.trim());
  if (head === null) return undefined;
  const pages: DfuSePage[] = [];
  for (const [, start, sectors] of (head[2] ?? '').matchAll(/\/0x([0-9a-fA-F]{1,8})\/([^/]+)/g)) {
    let address = Number.parseInt(start ?? '', 16);
    for (const sector of (sectors ?? '').split(',')) {
      const match = /^\s*(\d{1,5})\*(\d{1,5})([ BKM]?)([a-g])\s*$/.exec(sector);
      if (match === null) return undefined;
      const [count, size] = [Number(match[1]), Number(match[2]) * (SIZES[match[3] ?? ''] ?? 0)];
      const bits = (match[4] ?? '').charCodeAt(0) & 7;
      if (size === 0 || pages.length + count > MAX_PAGES || address + count * size > 0x1_0000_0000) return undefined;
      for (let index = 0; index < count; index++, address += size) {
        pages.push({
          address,
          lengthBytes: size,
          isReadable: (bits & 1) !== 0,
          isErasable: (bits & 2) !== 0,
          isWritable: (bits & 4) !== 0,
        });
      }
    }
  }
  return { name: (head[1] ?? '').trim(), pages };
}
