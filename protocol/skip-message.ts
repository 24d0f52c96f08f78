import {
  CALL,
  CALL_COUNTED,
  HELLO,
  LOG,
  LOG_COUNTED,
  LOG_INLINE_MAX,
  RETURN,
  RETURN_VOID,
  THROW,
  TRAP,
  WRITTEN,
} from './operations.ts';
import { readUnsigned } from './values/fields.ts';
import { type ByteReader, invalid } from './values/head.ts';
import { readValue } from './values/value-codec.ts';

/** Items behind the operation, without the values that are counted in the last of them. */
const ITEMS = new Map([
  [CALL_COUNTED, 3],
  [RETURN_VOID, 1],
  [RETURN, 2],
  [THROW, 3],
  [TRAP, 5],
  [HELLO, 3],
  [WRITTEN, 1],
  [LOG_COUNTED, 2],
]);

/** Steps over one message (messages.ts), whose items are somebody else's to check. Throws PROTOCOL_INVALID. */
export function skipMessage(reader: ByteReader): void {
  const start = reader.offset;
  const code = readUnsigned(reader, 'operation', 0xff);
  let items = ITEMS.get(code);
  if (code < CALL_COUNTED) items = 2 + code - CALL;
  if (code >= LOG && code <= LOG + LOG_INLINE_MAX) items = 1 + code - LOG;
  if (items === undefined) throw invalid(`operation ${code}`, start);
  let last: unknown;
  for (; items > 0; items--) last = readValue(reader);
  if (code !== CALL_COUNTED && code !== LOG_COUNTED) return;
  for (let count = Number(last); count > 0; count--) readValue(reader);
}
