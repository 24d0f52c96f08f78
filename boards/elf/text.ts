/** Texts of ELF and DWARF: UTF-8 with a zero byte behind. Unlike protocol/values/utf8.ts it takes any bytes. */

const REPLACEMENT = '\ufffd';

/** The text that begins at `offset` and ends before a zero byte or the end; '' if the offset is outside. */
export function readText(table: Uint8Array, offset: number): string {
  let end = offset;
  while (end < table.length && table[end] !== 0) end++;
  let text = '';
  for (let i = offset; i < end; ) {
    const first = table[i] ?? 0;
    const extra = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
    let point = extra <= 0 ? first : first & (0x3f >> extra);
    let read = 1;
    for (; read <= extra && i + read < end; read++) {
      const next = table[i + read] ?? 0;
      if ((next & 0xc0) !== 0x80) break;
      point = (point << 6) | (next & 63);
    }
    text += extra < 0 || read <= extra || point > 0x10ffff ? REPLACEMENT : String.fromCodePoint(point);
    i += read;
  }
  return text;
}

/** UTF-8 bytes of `text` and a zero byte. A lone surrogate becomes U+FFFD. */
export function textBytes(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const given = character.codePointAt(0) ?? 0;
    const point = given >= 0xd800 && given <= 0xdfff ? 0xfffd : given;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  }
  bytes.push(0);
  return bytes;
}
