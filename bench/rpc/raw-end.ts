import type { Socket } from 'node:net';
import type { Subject } from './service.ts';

const HEAD_BYTES = 4;

/** Messages with their length in front, each answered by four bytes: the least that a call can be on TCP. */
export function serveRaw(socket: Socket): void {
  let head = Buffer.alloc(0);
  let left = 0;
  socket.on('data', (bytes: Buffer) => {
    let at = 0;
    while (at < bytes.length) {
      if (left > 0) {
        const taken = Math.min(left, bytes.length - at);
        at += taken;
        left -= taken;
      } else {
        const part = bytes.subarray(at, at + HEAD_BYTES - head.length);
        at += part.length;
        head = Buffer.concat([head, part]);
        if (head.length < HEAD_BYTES) return;
        left = head.readUInt32LE();
        head = Buffer.alloc(0);
      }
      if (left === 0) socket.write(new Uint8Array(HEAD_BYTES));
    }
  });
  socket.on('error', () => {});
}

export function rawSubject(socket: Socket): Subject {
  const waiting: (() => void)[] = [];
  let received = 0;
  let answered = 0;
  socket.on('data', (bytes) => {
    received += bytes.length;
    while ((answered + 1) * HEAD_BYTES <= received) {
      answered++;
      waiting.shift()?.();
    }
  });
  const send = (bytes: Uint8Array): Promise<void> => {
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32LE(bytes.length);
    socket.write(head);
    if (bytes.length > 0) socket.write(bytes);
    return new Promise((resolve) => {
      waiting.push(resolve);
    });
  };
  const empty = new Uint8Array(0);
  return {
    system: 'raw',
    over: 'TCP',
    nothing: () => send(empty),
    take: async (bytes) => {
      await send(bytes);
      return bytes.length;
    },
    close: () => socket.destroy(),
  };
}
