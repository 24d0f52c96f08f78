/** Logs that arrive damaged: the call is answered rightly or fails with a code, and the core goes on. */
import type { LogEvent } from 'shoal';
import { expect, test } from 'vitest';
import { PARALLELLA_16 } from '../../boards/parallella-16.ts';
import { Board } from '../../host/board.ts';
import { loadRuntimeImage } from '../../host/cores/runtime-image.ts';
import { WindowCores } from '../../host/cores/window-cores.ts';
import { EmulatorLink } from '../../host/links/emulator-link.ts';
import { isShoalError } from '../../protocol/errors.ts';
import { OUTBOUND_RING_ADDRESS, OUTBOUND_RING_BYTES, OUTBOUND_TAIL_ADDRESS } from '../../protocol/mailbox.ts';

type Module = typeof import('../emulator/kernels/log-kernels.ts');
const FILE = new URL('../emulator/kernels/log-kernels.ts', import.meta.url);
const CORE = 5;

/** Flips one bit of the first byte after `offset` others that a core sends from now on. */
class FlippingLink extends EmulatorLink {
  flip: { readonly offset: number; readonly bit: number } | null = null;

  override read(address: number, lengthBytes: number): Uint8Array {
    const bytes = super.read(address, lengthBytes);
    if (this.flip === null || address !== this.coreAddress(CORE, OUTBOUND_RING_ADDRESS)) return bytes;
    const tail = this.readWord(this.coreAddress(CORE, OUTBOUND_TAIL_ADDRESS));
    const at = (tail + this.flip.offset) % OUTBOUND_RING_BYTES;
    bytes[at] = (bytes[at] as number) ^ (1 << this.flip.bit);
    this.flip = null;
    return bytes;
  }
}

test('every flipped bit of a log is another value, or an error with a code', async () => {
  const link = new FlippingLink(PARALLELLA_16);
  const events: LogEvent[] = [];
  const board = await Board.start(new WindowCores(link), loadRuntimeImage('epiphany'), {
    onLog: (event) => events.push(event),
  });
  const k = await board.load<Module>(FILE);
  let [unharmed, altered, refused] = [0, 0, 0];
  // The log has an operation, a format, a count, and four values of one byte.
  for (let offset = 0; offset < 7; offset++) {
    for (let bit = 0; bit < 8; bit++) {
      events.length = 0;
      link.flip = { offset, bit };
      const outcome = await k
        .at(CORE)
        .many(1)
        .catch((error: unknown) => error);
      expect(link.flip).toBeNull();
      if (outcome === 1) {
        expect(events).toHaveLength(1);
        if (events[0]?.text === '0 0 0 0') unharmed++;
        else altered++;
      } else {
        refused++;
        expect(isShoalError(outcome, 'PROTOCOL_INVALID') || isShoalError(outcome, 'KERNEL_TRAP'), String(outcome)).toBe(
          true,
        );
      }
      events.length = 0;
      expect(await k.at(CORE).many(2)).toBe(2);
      expect(await k.at(CORE + 1).many(1)).toBe(1);
      expect(events.map(({ text }) => text)).toStrictEqual(['0 0 0 0', '1 3 -1 1', '0 0 0 0']);
    }
  }
  expect([unharmed, altered, refused]).toMatchInlineSnapshot(`
    [
      0,
      18,
      38,
    ]
  `);
  board.close();
});
