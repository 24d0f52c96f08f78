/** Whose turn it is: see the description of Machine. */
import type { Core } from './core.ts';
import type { ExecutionContext } from './execute/context.ts';
import { GeneratedEngine } from './generated/engine.ts';
import { step } from './interpreter.ts';
import { takeInterrupt } from './interrupts.ts';
import type { RunResult } from './machine.ts';
import { INTERRUPT_TIMER0 } from './status.ts';

export type EngineName = 'generated' | 'interpreted';

/** Runs `core` until its clock reaches `stopClock`, it cannot go on, or it wants attention. */
export type Engine = (core: Core, stopClock: number) => void;

export class Scheduler {
  readonly #context: ExecutionContext;
  readonly #cores: readonly Core[];
  readonly #engine: Engine;
  readonly #quantum: number;
  #turn = 0;
  #turnLeft: number;
  /** Some core executed something since turn 0. */
  #progress = false;

  constructor(context: ExecutionContext, engine: EngineName, quantum: number) {
    this.#context = context;
    this.#cores = context.bus.cores;
    this.#quantum = quantum;
    this.#turnLeft = quantum;
    if (engine === 'generated') {
      const generated = new GeneratedEngine(context);
      this.#engine = (core, stopClock) => generated.run(core, stopClock);
    } else this.#engine = (core, stopClock) => this.#interpret(core, stopClock);
  }

  run(maxInstructions: number): RunResult {
    let left = maxInstructions;
    for (;;) {
      const core = this.#cores[this.#turn] as Core;
      left -= this.#takeTurn(core, left);
      if (this.#turnLeft > 0) return { reason: 'limit', instructions: maxInstructions - left };
      this.#turnLeft = this.#quantum;
      this.#turn++;
      if (this.#turn < this.#cores.length) continue;
      this.#turn = 0;
      if (!this.#progress && !this.#sleepUntilTimer()) {
        return { reason: this.#reason(), instructions: maxInstructions - left };
      }
      this.#progress = false;
    }
  }

  /** Lets a core use up its turn, or `limit` instructions if that is less. Returns the instructions executed. */
  #takeTurn(core: Core, limit: number): number {
    let left = limit;
    while (this.#turnLeft > 0) {
      const guarded = core.attention && attend(core);
      if (core.runnable) {
        if (left <= 0) {
          if (guarded) core.delayInterrupt = core.attention = true;
          break;
        }
        const before = core.clock;
        const mayRun = guarded ? 1 : Math.min(this.#turnLeft, left);
        this.#engine(core, Math.min(before + mayRun, core.timers.deadline));
        const executed = core.clock - before;
        left -= executed;
        this.#turnLeft -= executed;
        this.#progress = true;
        if (guarded) core.attention = true;
        if (core.clock >= core.timers.deadline) expireTimers(core);
      } else if (core.idle && !core.halted && core.fault === undefined) {
        const asleep = Math.min(this.#turnLeft, core.timers.deadline - core.clock);
        this.#turnLeft -= asleep;
        sleep(core, asleep);
      } else this.#turnLeft = 0;
    }
    return limit - left;
  }

  #interpret(core: Core, stopClock: number): void {
    while (core.clock < stopClock && !core.attention) step(core, this.#context);
  }

  /** All cores sleep: lets time pass until the first timer that wakes one. False if there is none. */
  #sleepUntilTimer(): boolean {
    let shortest = Number.POSITIVE_INFINITY;
    for (const core of this.#cores) {
      if (core.state === 'idle' && wakesByTimer(core)) {
        shortest = Math.min(shortest, core.timers.deadline - core.clock);
      }
    }
    if (shortest === Number.POSITIVE_INFINITY) return false;
    // Up to the turn before: the round that follows finds the moment itself.
    const rounds = Math.max(0, Math.floor(shortest / this.#quantum) - 1);
    for (const core of this.#cores) if (core.state === 'idle') sleep(core, rounds * this.#quantum);
    return true;
  }

  #reason(): RunResult['reason'] {
    if (this.#cores.some((core) => core.fault !== undefined)) return 'fault';
    const started = this.#cores.filter((core) => core.instructions > 0);
    if (started.length === 0 || started.some((core) => core.state === 'idle')) return 'idle';
    return 'halted';
  }
}

/**
 * Something changed: takes an interrupt if there is one to take, works out the timers. True if the next instruction
 * must run before that (GIE directly before IDLE).
 */
function attend(core: Core): boolean {
  core.attention = false;
  if (core.delayInterrupt) {
    core.delayInterrupt = false;
    return true;
  }
  takeInterrupt(core);
  core.timers.schedule(core);
  core.attention = false;
  return false;
}

function sleep(core: Core, clocks: number): void {
  core.clock += clocks;
  core.idleClocks += clocks;
  if (core.clock >= core.timers.deadline) expireTimers(core);
}

function expireTimers(core: Core): void {
  core.timers.settle(core);
  core.timers.schedule(core);
}

function wakesByTimer(core: Core): boolean {
  if (core.timers.deadline === Number.POSITIVE_INFINITY) return false;
  const latched = core.interruptLatch;
  core.interruptLatch = latched | (3 << INTERRUPT_TIMER0);
  const takeable = core.takeableInterrupts();
  core.interruptLatch = latched;
  return takeable !== 0;
}
