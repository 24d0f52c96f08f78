/**
 * Operations that the other side asks for. They start in the order in which they came for each object, also those that
 * wait for the answer of another one, as a target or in arguments.
 */
import { ShoalError } from '../errors.ts';
import { mapItems } from '../values/plain-data.ts';
import type { Exported } from './export-table.ts';
import type { Operation } from './object-messages.ts';
import { isThenable, perform } from './perform.ts';
import { type AbortControllerLike, type AbortSignalLike, platform } from './platform.ts';

/** What a function can know about the call from the other side in which it runs. */
export interface CallContext {
  /** Aborted when the caller has given up; undefined on engines without AbortController. */
  readonly signal: AbortSignalLike | undefined;
}

let current: Answer | undefined;

/**
 * The call from the other side in which the current function was called. To be asked before the function's first
 * `await`; undefined outside of such calls.
 */
export function currentCall(): CallContext | undefined {
  return current;
}

/** A call of the other side, and its answer for those that refer to it. */
export class Answer implements CallContext {
  readonly call: number;
  state: 'running' | 'returned' | 'threw' = 'running';
  /** Result or error; undefined if it was an object that is exported, see `exported`. */
  value: unknown = undefined;
  /** Number of the exported object that was the result. */
  exported: number | undefined;
  /** `value` is a copy already. */
  isSnapshot = false;
  isCancelled = false;
  #controller: AbortControllerLike | undefined;
  #waiting: (() => void)[] = [];

  constructor(call: number) {
    this.call = call;
  }

  get signal(): AbortSignalLike | undefined {
    if (this.#controller === undefined && platform.AbortController !== undefined) {
      this.#controller = new platform.AbortController();
      if (this.isCancelled) this.#controller.abort();
    }
    return this.#controller?.signal;
  }

  cancel(): void {
    this.isCancelled = true;
    this.#controller?.abort();
  }

  whenAnswered(action: () => void): void {
    if (this.state === 'running') this.#waiting.push(action);
    else action();
  }

  /** Runs what waits for it. */
  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const action of waiting) action();
  }
}

/** What the calls need of their session. */
export interface AnsweringSession {
  /** An exported object; undefined if there is none of this number. */
  exported(id: number): Exported | undefined;
  /** Sends the answer, and says what to keep of it for those that refer to it. */
  answer(answer: Answer, value: unknown): void;
  throw(answer: Answer, error: unknown): void;
  exportedByName(name: string): unknown;
  /** An answer is about to wait for a promise. What it throws becomes the answer. */
  awaits(promise: PromiseLike<unknown>): void;
  /** What a result means to an operation that was sent to it. */
  snapshot(value: unknown): unknown;
  /** True for an object of the other side. */
  isRemote(value: unknown): boolean;
}

interface Started {
  readonly answer: Answer;
  readonly operation: Operation;
  readonly isRoot: boolean;
  /** Answers that stand in its arguments. */
  readonly parts: readonly Answer[];
  /** Those of them that are not there yet. */
  missing: number;
}

export class IncomingCalls {
  readonly #answers = new Map<number, Answer>();
  readonly #session: AnsweringSession;
  readonly #maximum: number;
  /** Calls on an object behind one whose arguments are not there yet, which is the first. */
  readonly #queues = new Map<unknown, Started[]>();
  #isEnded = false;
  /** Calls that have no answer yet. */
  running = 0;
  answered = 0;

  constructor(session: AnsweringSession, maximum: number) {
    this.#session = session;
    this.#maximum = maximum;
  }

  /** Throws PROTOCOL_INVALID if the other side cannot mean it. */
  get(call: number): Answer {
    const answer = this.#answers.get(call);
    if (answer === undefined) throw new ShoalError('PROTOCOL_INVALID', `there was no call ${call}`);
    return answer;
  }

  /** Throws PROTOCOL_INVALID for a call that is running already. */
  begin(call: number): Answer {
    if (this.#answers.get(call)?.state === 'running') {
      throw new ShoalError('PROTOCOL_INVALID', `call ${call} before call ${call} was answered`);
    }
    const answer = new Answer(call);
    this.#answers.set(call, answer);
    this.running++;
    return answer;
  }

  /** Does an operation, at once or in its turn. `parts` are the answers that stand in the arguments. */
  receive(answer: Answer, target: number, operation: Operation, parts: readonly Answer[]): void {
    const source = target < 0 && -target !== answer.call ? this.#answers.get(-target) : undefined;
    if (this.running > this.#maximum) {
      this.#threw(answer, limitOfCalls(this.#maximum));
    } else if (operation.kind === 'import') {
      this.#import(answer, operation);
    } else if (target >= 0) {
      this.#onExported(answer, operation, parts, target);
    } else if (source === undefined) {
      this.#threw(answer, new ShoalError('STALE_REFERENCE', `call ${-target} has no answer to operate on`));
    } else {
      source.whenAnswered(() => this.#onAnswer(answer, operation, parts, source));
    }
  }

  #import(answer: Answer, operation: Operation): void {
    try {
      this.#settle(answer, this.#session.exportedByName(String(operation.arguments[0])));
    } catch (error) {
      this.#threw(answer, error);
    }
  }

  #onExported(answer: Answer, operation: Operation, parts: readonly Answer[], id: number): void {
    const found = this.#session.exported(id);
    if (found !== undefined) this.#submit(answer, operation, parts, found.face, found.isRoot);
    else this.#threw(answer, new ShoalError('STALE_REFERENCE', `no object has the number ${id}`));
  }

  #onAnswer(answer: Answer, operation: Operation, parts: readonly Answer[], source: Answer): void {
    if (source.state === 'threw') this.#threw(answer, source.value);
    else if (source.exported !== undefined) this.#onExported(answer, operation, parts, source.exported);
    else this.#submit(answer, operation, parts, this.#valueOf(source), false);
  }

  /** What the caller got by value is not the object of this side any more. */
  #valueOf(answer: Answer): unknown {
    if (!answer.isSnapshot) {
      answer.value = this.#session.snapshot(answer.value);
      answer.isSnapshot = true;
    }
    return answer.value;
  }

  #submit(answer: Answer, operation: Operation, parts: readonly Answer[], target: unknown, isRoot: boolean): void {
    const missing = parts.filter((part) => part.state === 'running');
    const started: Started = { answer, operation, isRoot, parts, missing: missing.length };
    const queue = this.#queues.get(target);
    if (queue !== undefined) queue.push(started);
    else if (missing.length > 0) this.#queues.set(target, [started]);
    else this.#run(started, target);
    for (const part of missing) {
      part.whenAnswered(() => {
        started.missing--;
        this.#advance(target);
      });
    }
  }

  #advance(target: unknown): void {
    const queue = this.#queues.get(target);
    for (let first = queue?.[0]; first?.missing === 0; first = queue?.[0]) {
      queue?.shift();
      this.#run(first, target);
    }
    if (queue?.length === 0 && this.#queues.get(target) === queue) this.#queues.delete(target);
  }

  #run({ answer, operation, isRoot, parts }: Started, target: unknown): void {
    if (this.#isEnded) return;
    const failed = parts.find((part) => part.state === 'threw');
    if (failed !== undefined || answer.isCancelled) {
      this.#threw(answer, failed === undefined ? cancelled() : failed.value);
      return;
    }
    const before = current;
    current = answer;
    try {
      const complete =
        parts.length === 0
          ? operation
          : { ...operation, arguments: operation.arguments.map((value) => this.#completed(value)) };
      this.#settle(answer, perform(complete, target, isRoot));
    } catch (error) {
      this.#threw(answer, error);
    } finally {
      current = before;
    }
  }

  /** A value with its parts in their places. */
  #completed(value: unknown): unknown {
    if (value instanceof Answer) {
      return value.exported === undefined ? this.#valueOf(value) : this.#session.exported(value.exported)?.object;
    }
    return mapItems(value, (item) => this.#completed(item));
  }

  #settle(answer: Answer, value: unknown): void {
    if (isThenable(value)) {
      this.#session.awaits(value);
      value.then(
        (settled) => this.#returned(answer, settled),
        (error) => this.#threw(answer, error),
      );
    } else {
      this.#returned(answer, value);
    }
  }

  #returned(answer: Answer, value: unknown): void {
    if (this.#isEnded) return;
    this.running--;
    this.answered++;
    answer.state = 'returned';
    answer.value = value;
    // What was sent to an object of the other side must leave before the other side learns that it is its own.
    if (this.#session.isRemote(value)) answer.wake();
    try {
      this.#session.answer(answer, value);
    } catch (error) {
      answer.state = 'threw';
      answer.value = error;
      this.#session.throw(answer, error);
    }
    answer.wake();
  }

  #threw(answer: Answer, error: unknown): void {
    if (this.#isEnded) return;
    this.running--;
    this.answered++;
    answer.state = 'threw';
    answer.value = error;
    this.#session.throw(answer, error);
    answer.wake();
  }

  cancel(call: number): void {
    const answer = this.#answers.get(call);
    if (answer?.state === 'running') answer.cancel();
  }

  /** The other side is gone. */
  end(): void {
    this.#isEnded = true;
    for (const answer of this.#answers.values()) if (answer.state === 'running') answer.cancel();
    this.#answers.clear();
    this.#queues.clear();
    this.running = 0;
  }
}

function limitOfCalls(maximum: number): ShoalError {
  return new ShoalError('LIMIT_EXCEEDED', `${maximum} calls are being answered already`, {
    hint: 'await some calls before the next ones',
    retryable: true,
    details: { limit: 'calls' },
  });
}

function cancelled(): ShoalError {
  return new ShoalError('CALL_CANCELLED', 'the caller has given up before the call began');
}
