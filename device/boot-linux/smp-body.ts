import { decode, Encoder } from 'cbor-x';
import type { SmpBodyCodec } from '../../protocol/flash/smp.ts';

const encoder = new Encoder({ useRecords: false, variableMapSize: true, tagUint8Array: false });

/** Bodies by cbor-x: unlike our own codec it reads the maps of indefinite length that Zephyr's clients send. */
export const smpBodyCodec: SmpBodyCodec = {
  encode: (body) => encoder.encode(body),
  decode: (bytes) => decode(bytes),
};
