/**
 * What the checksum of a session's frame covers although it is not sent: both challenges of the exchange of hellos, and
 * the numbers of which the link byte holds the low three bits. So no frame of another session, of before a cut, of eight
 * frames ago or of our own passes for one that is expected.
 */
import { CRC_16, CRC_32, CRC_START, type Crc, crcUpdate } from '../frame/crc.ts';

/** Running checksums of both kinds. */
export interface ChecksumPrefix {
  readonly crc16: number;
  readonly crc32: number;
}

const scratch = new Uint8Array(8);
const scratchView = new DataView(scratch.buffer);

/** First the challenges of the receiver and of the sender, 32 bits each, little endian. */
export function challengePrefix(receiverChallenge: number, senderChallenge: number): ChecksumPrefix {
  scratchView.setUint32(0, receiverChallenge, true);
  scratchView.setUint32(4, senderChallenge, true);
  return { crc16: crcUpdate(CRC_16, CRC_START, scratch), crc32: crcUpdate(CRC_32, CRC_START, scratch) };
}

/** Then the low 16 bits of the frame's number and of the number that it acknowledges. */
export function framePrefix(prefix: ChecksumPrefix, crc: Crc, number: number, acknowledged: number): number {
  scratchView.setUint16(0, number & 0xffff, true);
  scratchView.setUint16(2, acknowledged & 0xffff, true);
  return crcUpdate(crc, crc.bytes === 2 ? prefix.crc16 : prefix.crc32, scratch, 0, 4);
}
