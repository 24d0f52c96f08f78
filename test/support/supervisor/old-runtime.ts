import { concatenate } from '../../../protocol/concatenate.ts';
import { CRC_32, CRC_START } from '../../../protocol/frame/crc.ts';
import { encodeFrame } from '../../../protocol/frame/frame-codec.ts';
import { encodeHello } from '../../../protocol/link/hello.ts';
import { HELLO } from '../../../protocol/link/link-byte.ts';

/** The greeting of a runtime that speaks version 0 of the wire, which this release does not: as bytes on a line. */
export function oldRuntimeFrames(): { readonly onByteLine: Buffer; readonly onStream: Buffer } {
  const hello = encodeHello({
    minVersion: 0,
    maxVersion: 0,
    isDone: false,
    isNoisy: false,
    keepsEarlyFrames: true,
    nonce: 0x5eed,
    sessionWith: 0,
    challenge: 1,
    response: 0,
    received: 0,
    maxFrameBytes: 1024,
    windowBytes: 8192,
    maxMessageBytes: 65_536,
    maxReferences: 100,
    maxCalls: 100,
    bootCount: 1,
    interfaceHash: 0,
  });
  const head = new Uint8Array(5);
  new DataView(head.buffer).setUint32(0, hello.length + 1, true);
  head[4] = HELLO;
  return {
    onByteLine: Buffer.from(concatenate([Uint8Array.of(0), encodeFrame(HELLO, hello, CRC_32, CRC_START)])),
    onStream: Buffer.from(concatenate([head, hello])),
  };
}
