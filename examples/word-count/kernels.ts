'use kernel';
// Words are what stands between spaces, tabs and ends of lines.
import type { i32 } from 'shoal/kernel';

/** True for the white space of ASCII. Bytes of longer UTF-8 characters are over 127: they belong to words. */
function isSpace(byte: i32): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

/** Words that the bytes hold, those cut off at either end included. */
export function countWords(bytes: Uint8Array): i32 {
  let words: i32 = 0;
  let inWord = false;
  for (let i = 0; i < bytes.length; i++) {
    const isInWord: boolean = !isSpace(bytes[i]);
    if (isInWord && !inWord) words++;
    inWord = isInWord;
  }
  return words;
}
