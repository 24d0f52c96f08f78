const LINE_BYTES = 16;

/** Bytes as `8e000000  00 01 …  |text|`, sixteen a line. */
export function hexDump(address: number, bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += LINE_BYTES) {
    const part = [...bytes.subarray(at, at + LINE_BYTES)];
    const digits = part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${(address + at).toString(16).padStart(8, '0')}  ${digits.padEnd(LINE_BYTES * 3 - 1)}  |${text}|`);
  }
  return lines.join('\n');
}
