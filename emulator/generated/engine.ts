/**
 * The fast engine: code that runs often becomes JavaScript functions (one for a region, see region.ts); everything else,
 * and every instruction that a function will not do, is left to the interpreter. Results, instruction counts and the
 * moments of interrupts are the interpreter's.
 */
import type { Core } from '../core.ts';
import type { ExecutionContext } from '../execute/context.ts';
import { localAddress, step } from '../interpreter.ts';
import { CodeSlot, CodeStore } from './code-store.ts';
import { type CompiledRegion, compileRegion } from './compile.ts';

/** So often must control come to an address before code is generated. */
const HOT = 50;
/** CONFIG bits: FPU exceptions enabled. The interpreter checks them. */
const CONFIG_EXCEPTIONS = 0xe;
const CONFIG_INTEGER = 1 << 19;
const LARGEST_BUDGET = 2 ** 30;

export class GeneratedEngine {
  readonly #context: ExecutionContext;
  readonly #local: (CodeStore | undefined)[] = [];
  readonly #shared: CodeStore | undefined;

  constructor(context: ExecutionContext) {
    this.#context = context;
    const { bus } = context;
    this.#shared = bus.shared === undefined ? undefined : new CodeStore(bus.shared, bus.sharedAddress);
  }

  /** Runs a core until its clock reaches `stopClock` or it wants attention. */
  run(core: Core, stopClock: number): void {
    const { bus } = this.#context;
    // Where a turn begins is no place to begin a region: it may be anywhere.
    let isEntry = false;
    while (core.clock < stopClock && !core.attention) {
      const code = this.#find(core, isEntry);
      if (code !== undefined) {
        core.bail = 0;
        const executed = code.run(core, bus, Math.min(stopClock - core.clock, LARGEST_BUDGET));
        core.clock += executed;
        core.instructions += executed;
        isEntry = executed > 0 && core.bail === 0;
        if (isEntry) continue;
      }
      isEntry = step(core, this.#context);
      while (!isEntry && core.clock < stopClock && !core.attention) isEntry = step(core, this.#context);
    }
  }

  /** The code for where a core is. `isEntry`: control came there by a branch, so that code may be worth making. */
  #find(core: Core, isEntry: boolean): CompiledRegion | undefined {
    if ((core.config & CONFIG_EXCEPTIONS) !== 0 || core.timers.countsClasses) return undefined;
    const store = this.#storeAt(core, core.pc);
    if (store === undefined) return undefined;
    const index = (core.pc - store.base) >>> 1;
    let slot = store.slots[index];
    if (slot === undefined) {
      if (!isEntry) return undefined;
      slot = new CodeSlot();
      store.slots[index] = slot;
    }
    const modeKey = (core.config & 1) | ((core.config & CONFIG_INTEGER) === 0 ? 0 : 2);
    for (const code of slot.variants) {
      if (code.modeKey === modeKey && matchesLoop(core, code)) return code;
    }
    return isEntry && ++slot.hits >= HOT && !slot.refused ? this.#compile(core, store, slot) : undefined;
  }

  #storeAt(core: Core, pc: number): CodeStore | undefined {
    if (pc < core.memory.lengthBytes) {
      let store = this.#local[core.index];
      if (store === undefined) {
        store = new CodeStore(core.memory, 0);
        this.#local[core.index] = store;
      }
      return store;
    }
    const shared = this.#shared;
    return shared !== undefined && pc >= shared.base && pc - shared.base < shared.block.lengthBytes
      ? shared
      : undefined;
  }

  #compile(core: Core, store: CodeStore, slot: CodeSlot): CompiledRegion | undefined {
    slot.attempts++;
    const active = core.loopCount !== 0;
    const loop = active
      ? { start: localAddress(core, core.loopStart), end: localAddress(core, core.loopEnd) }
      : undefined;
    const mode = { truncate: (core.config & 1) !== 0, integer: (core.config & CONFIG_INTEGER) !== 0, loop };
    const code = compileRegion(store.block, store.base, core.pc, mode, core.memory.lengthBytes);
    if (code === undefined) {
      slot.refuse();
      return undefined;
    }
    store.add(slot, code);
    return code;
  }
}

function matchesLoop(core: Core, code: CompiledRegion): boolean {
  if (core.loopCount === 0) return code.loopEnd === -1;
  return code.loopEnd === localAddress(core, core.loopEnd) && code.loopStart === localAddress(core, core.loopStart);
}
