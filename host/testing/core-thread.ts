/** The thread of one core of `hostCores`: makes kernels of the text of programs, and calls them. */
import { parentPort, workerData } from 'node:worker_threads';
import * as runtime from '../../compiler/exact-node/runtime.ts';
import { coreFunctions } from './core-functions.ts';
import type { CoreStart, CoreValue, FromCore, ToCore } from './core-messages.ts';
import { WaitingBlock } from './waiting-block.ts';

type Kernels = Readonly<Record<string, (...values: CoreValue[]) => number | boolean | undefined>>;

const start = workerData as CoreStart;
const block = new WaitingBlock(start.rows * start.columns, start.block);
const modules = new Map<number, Kernels>();

parentPort?.on('message', (message: ToCore) => {
  if (message.kind === 'load') {
    const make = new Function('$runtime', '$intrinsics', message.text) as (
      runtimeModule: object,
      functions: object,
    ) => Kernels;
    modules.set(message.module, make(runtime, coreFunctions(start, message.memory, block)));
    parentPort?.postMessage({ kind: 'loaded' } satisfies FromCore);
    return;
  }
  parentPort?.postMessage(answer(message.module, message.kernel, message.values));
});

parentPort?.postMessage({ kind: 'ready' } satisfies FromCore);

function answer(module: number, kernel: string, values: readonly CoreValue[]): FromCore {
  try {
    const result = modules.get(module)?.[kernel]?.(...values);
    return { kind: 'return', result, values };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'throw', errorClass: name, message };
  }
}
