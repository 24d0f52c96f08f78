/**
 * The two event timers of a core. They count down; instead of stepping them, the value at one moment and the event
 * count of that moment are kept. In this clock an instruction takes one clock, so stall and wait events never happen.
 */
import type { Core } from './core.ts';
import { CONFIG_TIMER_WRAP, INTERRUPT_TIMER0 } from './status.ts';

export const TIMER_CLOCKS = 1;
export const TIMER_IDLE_CLOCKS = 2;
/** Epiphany-IV, timer 1 only: one count each time timer 0 passes 0. */
export const TIMER_CHAINED = 3;
export const TIMER_INTEGER_ISSUED = 4;
export const TIMER_FLOAT_ISSUED = 5;

const NEVER = Number.POSITIVE_INFINITY;

export class Timers {
  readonly #value: [number, number] = [0, 0];
  readonly #since: [number, number] = [0, 0];
  readonly #mode: [number, number] = [0, 0];
  /** Clock of the core at which a timer reaches 0 next, if it counts clocks of the core's present state. */
  deadline: number = NEVER;
  /** A timer counts instructions by class: they must be counted one by one. */
  countsClasses = false;

  reset(): void {
    for (const t of [0, 1] as const) {
      this.#value[t] = 0;
      this.#mode[t] = 0;
    }
    this.deadline = NEVER;
    this.countsClasses = false;
  }

  /** The value of timer 0 or 1, unsigned. */
  read(core: Core, t: 0 | 1): number {
    this.#update(core, t);
    return this.#value[t] >>> 0;
  }

  write(core: Core, t: 0 | 1, value: number): void {
    this.settle(core);
    this.#value[t] = value >>> 0;
    this.#since[t] = events(core, this.#mode[t]);
    this.schedule(core);
  }

  /** Must be called after CONFIG changed. */
  configure(core: Core): void {
    this.settle(core);
    for (const t of [0, 1] as const) {
      this.#mode[t] = (core.config >>> (4 + 4 * t)) & 15;
      this.#since[t] = events(core, this.#mode[t]);
    }
    this.countsClasses = this.#mode.some((mode) => mode === TIMER_INTEGER_ISSUED || mode === TIMER_FLOAT_ISSUED);
    this.schedule(core);
  }

  /** Brings both timers up to the present and latches the interrupts of those that reached 0. */
  settle(core: Core): void {
    this.#update(core, 0);
    this.#update(core, 1);
  }

  /** Works out {@link deadline}. Must be called when the core goes to sleep or wakes. */
  schedule(core: Core): void {
    let deadline = NEVER;
    for (const t of [0, 1] as const) {
      const counting = this.#mode[t] === TIMER_CLOCKS || (this.#mode[t] === TIMER_IDLE_CLOCKS && core.idle);
      if (!counting || (this.#value[t] === 0 && !this.#wraps(core))) continue;
      const passed = events(core, this.#mode[t]) - this.#since[t];
      deadline = Math.min(deadline, core.clock + (this.#value[t] || 2 ** 32) - passed);
    }
    this.deadline = deadline;
    core.attention = true; // a running core works out anew how long it may run without looking
  }

  #wraps(core: Core): boolean {
    return core.isGeneration4 && (core.config & CONFIG_TIMER_WRAP) !== 0;
  }

  #update(core: Core, t: 0 | 1): void {
    const now = events(core, this.#mode[t]);
    this.#countDown(core, t, now - this.#since[t]);
    this.#since[t] = now;
  }

  #countDown(core: Core, t: 0 | 1, by: number): void {
    const wraps = this.#wraps(core);
    const value = this.#value[t];
    if (by === 0 || (value === 0 && !wraps)) return;
    if (by < value || value === 0) {
      this.#value[t] = (value - by) >>> 0;
      return;
    }
    this.#value[t] = wraps ? (2 ** 32 - ((by - value) % 2 ** 32)) % 2 ** 32 : 0;
    core.interruptLatch |= 1 << (INTERRUPT_TIMER0 + t);
    core.attention = true;
    if (t === 0 && this.#mode[1] === TIMER_CHAINED && core.isGeneration4) this.#countDown(core, 1, 1);
  }
}

function events(core: Core, mode: number): number {
  switch (mode) {
    case TIMER_CLOCKS:
      return core.clock;
    case TIMER_IDLE_CLOCKS:
      return core.idleClocks;
    case TIMER_INTEGER_ISSUED:
      return core.integerIssued;
    case TIMER_FLOAT_ISSUED:
      return core.floatIssued;
    default:
      return 0;
  }
}
