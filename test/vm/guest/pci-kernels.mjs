/** A user's program in the guest: kernels on the cores behind a PCI device. Prints one JSON line. */
import { open } from 'shoal';
import { sharedMemory } from './shared-memory.mjs';

const { slot } = sharedMemory(0x1000_0000);
const board = await open(`pcie:${slot}`);
const kernels = await board.load(process.argv[2]);
const y = Float32Array.of(10, 20, 30);
await kernels.at(7).saxpy(2, Float32Array.of(1, 2, 3), y);
const codeOf = (promise) => promise.catch((error) => error.code);
const where = await kernels.everywhere.where();
const timeout = await codeOf(kernels.with({ timeoutMs: 500 }).at(7).spin());
const after = await kernels.at(7).add(1, 2);
const busy = await codeOf(open(`pcie:${slot}`));
console.log(JSON.stringify({ board: board.info.name, y: [...y], where, timeout, after, busy }));
board.close();
