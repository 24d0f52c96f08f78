/**
 * Starts the image of the slot that is due, watches it, and takes care that a bad one does not stay: a trial that ends,
 * is not healthy in time or not confirmed in time costs one restart, after which the other image runs again.
 */
import type { BootDecision, ImageSlots } from './image-slots.ts';

/** A running runtime. Its events come after `start` has returned. */
export interface RuntimeProcess {
  /** Ends it at once; events that still come are ignored. */
  stop(): void;
}

export interface RuntimeEvents {
  /** It serves calls. */
  readonly onHealthy: () => void;
  /** It ended, with what it says about that. */
  readonly onExit: (reason: string) => void;
}

/** What the supervisor needs of the machine that it runs on. */
export interface SupervisorPlatform {
  start(decision: BootDecision, events: RuntimeEvents): RuntimeProcess;
  /** Calls back once after so many milliseconds; the returned function takes it back. */
  after(delayMs: number, callback: () => void): () => void;
  /** A line for the journal. */
  log(text: string): void;
}

export interface SupervisorTimes {
  /** A runtime that is not healthy after so long has failed. */
  readonly healthMs: number;
  /** A trial that is healthy but not confirmed after so long has failed. */
  readonly confirmMs: number;
  /** Before a runtime that failed is started again; doubled with each failure in a row, up to `longestRestartMs`. */
  readonly restartMs: number;
  readonly longestRestartMs: number;
}

export const SUPERVISOR_TIMES: SupervisorTimes = {
  healthMs: 30_000,
  confirmMs: 120_000,
  restartMs: 500,
  longestRestartMs: 30_000,
};

/** `'recovery'`: there is no image; only uploads are served. */
export type SupervisorState = 'starting' | 'healthy' | 'waiting' | 'recovery' | 'stopped';

export class Supervisor {
  readonly #slots: ImageSlots;
  readonly #platform: SupervisorPlatform;
  readonly #times: SupervisorTimes;
  #state: SupervisorState = 'stopped';
  #decision: BootDecision | null = null;
  #process: RuntimeProcess | null = null;
  #cancelTimer: () => void = () => undefined;
  #failures = 0;

  constructor(slots: ImageSlots, platform: SupervisorPlatform, times: SupervisorTimes = SUPERVISOR_TIMES) {
    this.#slots = slots;
    this.#platform = platform;
    this.#times = times;
  }

  get state(): SupervisorState {
    return this.#state;
  }

  /** What runs, or was the last to run. */
  get decision(): BootDecision | null {
    return this.#decision;
  }

  /** Starts, or restarts, what is due. */
  boot(): void {
    this.stop();
    const decision = this.#slots.boot();
    this.#decision = decision;
    if (decision === null) {
      this.#state = 'recovery';
      this.#platform.log('no slot holds an image that can be started: waiting for an upload');
      return;
    }
    if (decision.fallback !== null) this.#platform.log(decision.fallback);
    this.#platform.log(`starting slot ${decision.slot}${decision.isTrial ? ' on trial' : ''}`);
    this.#start(decision);
  }

  /** To be called when the running image was confirmed. */
  confirmed(): void {
    if (this.#decision === null || !this.#decision.isTrial) return;
    this.#decision = { ...this.#decision, isTrial: false };
    if (this.#state === 'healthy') this.#cancelTimer();
    this.#platform.log(`slot ${this.#decision.slot} was confirmed`);
  }

  /** Ends the runtime; `boot` starts again. */
  stop(): void {
    this.#cancelTimer();
    const process = this.#process;
    this.#process = null;
    this.#state = 'stopped';
    process?.stop();
  }

  #start(decision: BootDecision): void {
    this.#state = 'starting';
    this.#timer(this.#times.healthMs, () => this.#fail(`not healthy after ${this.#times.healthMs} ms`));
    let process: RuntimeProcess | null = null;
    // Events of a runtime that was stopped are none of ours any more.
    const isCurrent = (): boolean => this.#process === process;
    process = this.#platform.start(decision, {
      onHealthy: () => {
        if (isCurrent()) this.#healthy();
      },
      onExit: (reason) => {
        if (isCurrent()) this.#fail(reason);
      },
    });
    this.#process = process;
  }

  #healthy(): void {
    if (this.#state !== 'starting') return;
    this.#state = 'healthy';
    this.#failures = 0;
    this.#cancelTimer();
    this.#platform.log(`slot ${this.#decision?.slot} serves calls`);
    if (!this.#decision?.isTrial) return;
    this.#timer(this.#times.confirmMs, () => this.#fail(`not confirmed after ${this.#times.confirmMs} ms`));
  }

  #fail(reason: string): void {
    const decision = this.#decision;
    this.stop();
    this.#platform.log(`the runtime of slot ${decision?.slot} failed: ${reason}`);
    if (decision?.isTrial) {
      this.boot();
      return;
    }
    const delayMs = Math.min(this.#times.restartMs * 2 ** this.#failures, this.#times.longestRestartMs);
    this.#failures++;
    this.#state = 'waiting';
    this.#timer(delayMs, () => this.boot());
  }

  #timer(delayMs: number, callback: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#platform.after(delayMs, callback);
  }
}
