import { expect, test } from 'vitest';
import { LINK_CLOCK } from '../../../../host/links/link-clock.ts';
import type { Line } from '../../../../protocol/line.ts';
import { decodeHello } from '../../../../protocol/link/hello.ts';
import { ReliableLink } from '../../../../protocol/link/reliable-link.ts';

test('an end says that it takes no larger frames than its line carries, for the other may not know', () => {
  const written: Uint8Array[] = [];
  const line: Line = {
    capabilities: { kind: 'messages', isNoisy: false, hasModemLines: false, hasBreak: false, maxMessageBytes: 1000 },
    bufferedBytes: 0,
    write: (bytes) => written.push(bytes),
    onBytes: () => undefined,
    onDrain: () => undefined,
    onEnd: () => undefined,
    close: () => undefined,
  };
  const link = new ReliableLink('messages', LINK_CLOCK);
  link.attach(line);
  link.start();
  link.close();
  // Behind the link byte.
  expect(decodeHello(written[0]?.subarray(1) ?? new Uint8Array(0)).maxFrameBytes).toBe(999);
});
