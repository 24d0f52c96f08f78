/** What a call of a kernel takes on a serial line with CRC-16, by way of the control runtime of an emulated board. */
import { EmulatedControl, open } from 'shoal';
import { findBoard } from 'shoal/boards';

/** The numbers of calls in messages are at their usual size by then. */
const WARM_UP_CALLS = 10_000;
const AT_A_TIME = 100;
const CALLS = 1000;
/** That of a call on an object, and one byte more for the core. */
const BUDGET_BYTES = 17.1;

export async function* coreCalls(): AsyncGenerator<Readonly<Record<string, string | number | boolean>>> {
  const control = await EmulatedControl.start(findBoard('parallella-16'));
  try {
    // What passes is counted by the line itself.
    const path = await control.openSerial({});
    await using board = await open(`serial:${path}`);
    const kernels = await board.load<typeof import('./kernels.ts')>(new URL('./kernels.ts', import.meta.url));
    const core = kernels.at(7);
    for (let call = 0; call < WARM_UP_CALLS; call += AT_A_TIME) {
      await Promise.all(Array.from({ length: AT_A_TIME }, () => core.nothing()));
    }
    // One after another the blocks of calls lie elsewhere than many at a time; the board is told of each place once.
    const sequential = async (count: number): Promise<void> => {
      for (let call = 0; call < count; call++) await core.nothing();
    };
    await sequential(AT_A_TIME);
    const bytes = (): number => control.damage()?.bytes ?? 0;
    const before = bytes();
    await sequential(CALLS);
    // What is still to be acknowledged.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const bytesPerCall = (bytes() - before) / CALLS;
    yield {
      suite: 'wire',
      case: 'null call to a core',
      crc: 16,
      calls: CALLS,
      warmUpCalls: WARM_UP_CALLS,
      bytesPerCall: Number(bytesPerCall.toFixed(3)),
      budget: BUDGET_BYTES,
      met: bytesPerCall <= BUDGET_BYTES,
    };
  } finally {
    await control.close();
  }
}
