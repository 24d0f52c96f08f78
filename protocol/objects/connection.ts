/**
 * One life of a session: its tables, its names, its calls. When the other side begins anew this one ends, with every
 * reference and call in it, and the session makes another.
 */
import { ShoalError } from '../errors.ts';
import { MAX_QUEUED_BYTES } from '../limits.ts';
import type { MessageChannel } from '../message-channel.ts';
import { skipMessage } from '../skip-message.ts';
import { ByteReader, type ByteWriter, invalid, MAJOR_NEGATIVE } from '../values/head.ts';
import { isObject, mapItems } from '../values/plain-data.ts';
import { TRACES_CALLS } from './call-traces.ts';
import { type Class, classNamed } from './error-values.ts';
import { type Exported, ExportTable } from './export-table.ts';
import { type Imported, ImportTable } from './import-table.ts';
import { type Answer, type AnsweringSession, IncomingCalls } from './incoming-calls.ts';
import { IncomingNames, OutgoingNames } from './names.ts';
import {
  type ObjectMessage,
  type Operation,
  type ReadingContext,
  readObjectMessage,
  writeCancel,
  writeEcho,
  writeOperation,
  writeRelease,
  writeReturn,
  writeThrow,
} from './object-messages.ts';
import { Outbox, type SendingState } from './outbox.ts';
import { OutgoingCalls } from './outgoing-calls.ts';
import { type PassingPolicy, unmarked } from './passing.ts';
import { type CallOptions, PendingResult } from './pending-result.ts';
import { isThenable, perform } from './perform.ts';
import {
  type Description,
  IncomingReferences,
  MustBeFetched,
  OutgoingReferences,
  type ReadingSession,
} from './references.ts';
import { handlerOf, type RemoteHandler, type RemoteSession, type Root, remoteOf } from './remote-handler.ts';
import { RemoteIterator } from './remote-iteration.ts';
import { promiseOf, readableOf, signalOf, writableOf } from './remote-streams.ts';
import { Scope } from './scope.ts';
import type { SessionAdaptation } from './session-adaptation.ts';

/** What all connections of a session have in common. */
export interface ConnectionSettings extends SessionAdaptation {
  readonly exportedByName: (name: string) => unknown;
  readonly passing: PassingPolicy;
  readonly classes: Readonly<Record<string, Class>>;
  readonly timeoutMs: number;
  readonly limits: SessionLimits;
  readonly onNodeMessage: ((node: number, message: Uint8Array) => void) | undefined;
}

/** Limits of one session. Each has a default in protocol/limits.ts. */
export interface SessionLimits {
  /** Objects held by each side for the other one. */
  readonly references: number;
  /** Calls without an answer, each way. */
  readonly calls: number;
  /** Milliseconds from one call whose caller's stack is taken to the next; 0: of all calls. */
  readonly traceGapMs: number;
  /** Bytes of values asked of a stream at a time. */
  readonly streamWindowBytes: number;
}

/** What a session counts. */
export interface SessionCounts {
  /** Objects of this side that the other side holds. */
  readonly exported: number;
  /** Objects of the other side that this side holds. */
  readonly imported: number;
  /** Calls of this side without an answer. */
  readonly calling: number;
  /** Calls of the other side without an answer. */
  readonly answering: number;
  /** Calls of the other side that were answered. */
  readonly answered: number;
  /** Answers that came after their caller had given up. */
  readonly lateAnswers: number;
  /** Remote objects that the garbage collector found before the program released them. */
  readonly collected: number;
}

/** A result that is kept for those that refer to it until its call's number is used again; larger ones are asked about. */
const KEPT_RESULT_BYTES = 256;

/** Classes that everybody knows, and whose instances can go by reference. */
const COLLECTIONS: Readonly<Record<string, Class>> = { Array, Map, Set };

export class Connection implements RemoteSession, AnsweringSession, ReadingSession, ReadingContext, SendingState {
  readonly streamWindowBytes: number;
  readonly names: IncomingNames = new IncomingNames();
  readonly objects: IncomingReferences;
  readonly exports: ExportTable;
  readonly imports: ImportTable;
  readonly #settings: ConnectionSettings;
  readonly #channel: MessageChannel;
  readonly #outbox: Outbox;
  readonly #outgoingNames = new OutgoingNames();
  readonly #outgoing: OutgoingReferences;
  readonly #calls: OutgoingCalls;
  readonly #incoming: IncomingCalls;
  readonly #echoes = new Map<number, () => void>();
  #nextEcho = 0;
  #lateAnswers = 0;
  #tracedAt = -Infinity;
  #ended: ShoalError | undefined;
  /** Of the message that is being read: where its references belong. */
  #readingScope: Scope | undefined;
  #parts: Answer[] = [];
  /** Signals in the arguments of calls, which matter for as long as the call runs. */
  readonly #signals = new Map<Answer, Imported[]>();
  #newSignals: Imported[] = [];

  constructor(channel: MessageChannel, settings: ConnectionSettings) {
    const { limits, classes, passing, timeoutMs } = settings;
    this.#channel = channel;
    this.#settings = settings;
    this.streamWindowBytes = limits.streamWindowBytes;
    this.exports = new ExportTable(limits.references);
    this.imports = new ImportTable(({ id, count }) => this.#outbox.post((writer) => writeRelease(writer, id, count)));
    this.objects = new IncomingReferences(this, classes);
    this.#outgoing = new OutgoingReferences(this.exports, this, passing);
    this.#outbox = new Outbox(channel, this);
    this.#calls = new OutgoingCalls(limits.calls, timeoutMs, (call) => {
      this.#outbox.post((writer) => writeCancel(writer, call));
    });
    this.#incoming = new IncomingCalls(this, limits.calls);
  }

  get counts(): SessionCounts {
    this.imports.sweep();
    return {
      exported: this.exports.size,
      imported: this.imports.size,
      calling: this.#calls.size,
      answering: this.#incoming.running,
      answered: this.#incoming.answered,
      lateAnswers: this.#lateAnswers,
      collected: this.imports.collected,
    };
  }

  // --- what this side asks -------------------------------------------------------------------------------------------

  importName(name: string, options: CallOptions, scope: Scope | undefined): object {
    const result = this.#newResult({ kind: 'import', path: [], arguments: [name] }, options, scope);
    if (!result.isSettled) this.#transmit(result, 0, options);
    return remoteOf(this, result, options);
  }

  operate(root: Root, operation: Operation, options: CallOptions, scope: Scope | undefined): PendingResult {
    const result = this.#newResult(operation, options, scope);
    if (!result.isSettled) this.#direct(root, result, options);
    return result;
  }

  #newResult(operation: Operation, options: CallOptions, scope: Scope | undefined): PendingResult {
    const result = new PendingResult(operation, scope, (value) => this.#releaseIn(value));
    const now = TRACES_CALLS ? Date.now() : 0;
    if (TRACES_CALLS && now - this.#tracedAt >= this.#settings.limits.traceGapMs) {
      this.#tracedAt = now;
      result.callSite = new Error('call');
    }
    if (options.signal?.aborted === true) result.threw(options.signal.reason);
    else if (scope?.hasEnded === true) result.threw(releasedError());
    return result;
  }

  /** Sends an operation to where its target is. */
  #direct(root: Root, result: PendingResult, options: CallOptions): void {
    if (!(root instanceof PendingResult)) {
      this.#sendToObject(root, result, options);
      return;
    }
    root.observe();
    if (root.isReleased && result.operation.kind !== 'next') {
      result.threw(releasedError());
    } else if (root.state === 'returned') {
      this.#onValue(root.value, result, options);
    } else if (root.state === 'threw') {
      result.threw(root.value);
    } else if (root.state === 'pending' && root.call > 0) {
      this.#transmit(result, -root.call, options);
      root.sentTo++;
      result.sentAfter = root;
    } else {
      root.whenSettled(() => this.#direct(root, result, options));
    }
  }

  #sendToObject(imported: Imported, result: PendingResult, options: CallOptions): void {
    try {
      this.#transmit(result, this.idOf(imported), options);
    } catch (error) {
      result.threw(error);
    }
  }

  /** The target has turned out to be a value of this side, or an object of whatever side. */
  #onValue(value: unknown, result: PendingResult, options: CallOptions): void {
    const handler = handlerOf(value);
    if (handler !== undefined && handler.session === this) {
      this.#direct(handler.root, result, options);
      return;
    }
    try {
      const { operation } = result;
      const done = perform({ ...operation, arguments: operation.arguments.map(unmarked) }, value, false);
      if (!isThenable(done)) result.returned(done);
      else
        done.then(
          (settled) => result.returned(settled),
          (error) => result.threw(error),
        );
    } catch (error) {
      result.threw(error);
    }
  }

  #transmit(result: PendingResult, target: number, options: CallOptions): void {
    const { operation, scope } = result;
    try {
      if (this.#ended !== undefined) throw this.#ended;
      if (this.#channel.queuedBytes > MAX_QUEUED_BYTES) throw queueIsFull();
      this.#calls.add(result);
    } catch (error) {
      result.threw(error);
      return;
    }
    this.#calls.watch(result, options);
    this.#outbox.post(
      (writer) => {
        this.#outgoing.namesAnswers = true;
        this.#outgoing.scope = scope;
        writeOperation(writer, result.call, target, operation, { names: this.#outgoingNames, objects: this.#outgoing });
      },
      (error) => {
        this.#calls.remove(result.call);
        if (error instanceof MustBeFetched) {
          error.handler.result();
          this.#transmit(result, target, options);
        } else {
          result.threw(error);
        }
      },
    );
  }

  iterate(handler: RemoteHandler): AsyncIterator<unknown> {
    return new RemoteIterator(this, handler.operate('iterate', handler.path), 1);
  }

  resultOf(value: unknown): PendingResult {
    const result = new PendingResult({ kind: 'get', path: [], arguments: [] }, undefined, () => {});
    result.returned(value);
    return result;
  }

  prototypeOf(imported: Imported): object | null {
    const { className, kind } = imported.shape;
    const known = className === undefined ? undefined : classNamed(className, this.#settings.classes, COLLECTIONS);
    return known?.prototype ?? (kind === 'function' ? Function.prototype : Object.prototype);
  }

  idOf(imported: Imported): number {
    if (imported.state === 'released') throw releasedError();
    if (imported.state === 'ended') throw this.#ended ?? releasedError();
    return imported.id;
  }

  release(root: Root): void {
    if (root instanceof PendingResult) root.release();
    else this.imports.release(root);
  }

  /** Releases the objects of the other side in a value. */
  #releaseIn(value: unknown, depth = 0): void {
    const handler = handlerOf(value);
    if (handler !== undefined) {
      if (handler.session === this) this.release(handler.root);
    } else if (depth < 8) {
      mapItems(value, (item) => this.#releaseIn(item, depth + 1));
    }
  }

  // --- what the other side asks --------------------------------------------------------------------------------------

  exported(id: number): Exported | undefined {
    return this.exports.get(id);
  }

  exportedByName(name: string): unknown {
    const named = this.#settings.exportedByName(name);
    const root = (object: unknown): unknown => {
      if (isObject(object)) {
        if (this.exports.of(object) === undefined) this.exports.add(this.#outgoing.describeRoot(object));
      }
      return object;
    };
    return isThenable(named) ? named.then(root) : root(named);
  }

  awaits(promise: PromiseLike<unknown>): void {
    this.#settings.onPromise?.(promise);
  }

  snapshot(value: unknown): unknown {
    return this.#outgoing.snapshot(value);
  }

  isRemote(value: unknown): boolean {
    return handlerOf(value)?.session === this;
  }

  answer(answer: Answer, value: unknown): void {
    let failure: { readonly error: unknown } | undefined;
    let size = 0;
    const references = this.#outgoing.written;
    this.#outbox.post(
      (writer) => {
        const start = writer.length;
        this.#beginAnswer();
        writeReturn(writer, answer.call, value, this.#outgoing);
        size = writer.length - start;
      },
      (error) => {
        failure = { error };
      },
    );
    if (failure !== undefined) throw failure.error;
    this.#endSignals(answer);
    if (typeof value !== 'object' && typeof value !== 'function') {
      if (size > KEPT_RESULT_BYTES) this.#forgetWhenSeen(answer);
      return;
    }
    const exported = value === null ? undefined : this.exports.of(unmarked(value) as object);
    if (exported !== undefined && this.#outgoing.written === references + 1) {
      answer.exported = exported.id;
      answer.value = undefined;
    } else if (size > KEPT_RESULT_BYTES || this.#outgoing.written !== references) {
      this.#forgetWhenSeen(answer);
    }
  }

  /** Once the other side has the answer it sends nothing to it any more. */
  #forgetWhenSeen(answer: Answer): void {
    this.#echo(() => {
      answer.value = undefined;
    });
  }

  throw(answer: Answer, error: unknown): void {
    this.#endSignals(answer);
    const write =
      (thrown: unknown) =>
      (writer: ByteWriter): void => {
        this.#beginAnswer();
        writeThrow(writer, answer.call, thrown, this.#outgoing);
      };
    // What cannot be sent is told in words.
    this.#outbox.post(write(error), () => this.#outbox.post(write(new Error(describe(error)))));
  }

  #beginAnswer(): void {
    this.#outgoing.namesAnswers = false;
    this.#outgoing.scope = undefined;
  }

  #endSignals(answer: Answer): void {
    const signals = this.#signals.get(answer);
    if (signals === undefined) return;
    this.#signals.delete(answer);
    for (const imported of signals) this.imports.release(imported);
  }

  // --- messages ------------------------------------------------------------------------------------------------------

  /** Throws PROTOCOL_INVALID: then nothing that follows can be trusted. */
  receive(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes, true);
    while (reader.remaining > 0 && this.#ended === undefined) {
      this.#parts = [];
      this.#newSignals = [];
      this.#readingScope = undefined;
      const first = bytes[reader.offset] ?? 0;
      if (first >> 5 === MAJOR_NEGATIVE) this.#handOn(reader);
      else this.#handle(readObjectMessage(reader, this));
    }
  }

  /** A message of or for a core: −node stands in front of it. */
  #handOn(reader: ByteReader): void {
    const start = reader.offset;
    reader.head();
    const node = reader.value + 1;
    const { onNodeMessage } = this.#settings;
    if (onNodeMessage === undefined) throw invalid(`a message for node ${node}, there is none here`, start);
    const first = reader.offset;
    skipMessage(reader);
    onNodeMessage(node, reader.bytes.slice(first, reader.offset));
  }

  sendToNode(node: number, message: Uint8Array): void {
    this.#outbox.post((writer) => {
      writer.head(MAJOR_NEGATIVE, node - 1);
      writer.bytes(message);
    });
  }

  beginValues(target: number | undefined, call: number): void {
    if (target === undefined) {
      const result = this.#calls.get(call);
      // What comes for nobody is released as soon as it is there.
      this.#readingScope =
        result?.isSettled === true
          ? new Scope(
              undefined,
              () => {},
              (imported) => this.imports.release(imported),
            )
          : result?.scope;
    } else if (target >= 0) {
      this.#readingScope = this.exports.get(target)?.scope;
    }
  }

  #handle(message: ObjectMessage): void {
    switch (message.kind) {
      case 'operation': {
        const answer = this.#incoming.begin(message.call);
        if (this.#newSignals.length > 0) this.#signals.set(answer, this.#newSignals);
        this.#incoming.receive(answer, message.target, message.operation, this.#parts);
        return;
      }
      case 'return':
      case 'throw':
        this.#onAnswer(message.call, message.kind, message.value);
        return;
      case 'release':
        this.exports.release(message.object, message.count);
        return;
      case 'cancel':
        this.#incoming.cancel(message.call);
        return;
      case 'echo request':
        this.#outbox.post((writer) => writeEcho(writer, 'echo', message.number));
        return;
      default: {
        const action = this.#echoes.get(message.number);
        this.#echoes.delete(message.number);
        action?.();
      }
    }
  }

  #onAnswer(call: number, kind: 'return' | 'throw', value: unknown): void {
    const result = this.#calls.remove(call);
    if (result === undefined) throw new ShoalError('PROTOCOL_INVALID', `an answer to call ${call}, which was not made`);
    if (result.sentAfter !== undefined) result.sentAfter.sentTo--;
    if (result.isSettled) {
      this.#lateAnswers++;
      this.#readingScope?.end();
    } else if (kind === 'throw') {
      result.threwThere(value);
    } else if (result.sentTo > 0 && this.#isOwn(value)) {
      // What was sent to it is on its way back here; the echo comes behind it.
      result.state = 'held back';
      this.#echo(() => result.returned(value));
    } else {
      result.returned(value);
    }
  }

  #isOwn(value: unknown): boolean {
    return isObject(value) && this.exports.of(value) !== undefined;
  }

  #echo(action: () => void): void {
    const number = this.#nextEcho;
    this.#nextEcho = (number + 1) & 0xffff;
    this.#echoes.set(number, action);
    this.#outbox.post((writer) => writeEcho(writer, 'echo request', number));
  }

  // --- references that are read --------------------------------------------------------------------------------------

  ownObject(id: number, start: number): object {
    const exported = this.exports.get(id);
    if (exported === undefined) throw invalid(`object ${id}, which the sender does not hold`, start);
    return exported.object;
  }

  answerOf(call: number): unknown {
    const answer = this.#incoming.get(call);
    this.#parts.push(answer);
    return answer;
  }

  introduced(id: number, description: Description | undefined, start: number): unknown {
    const known = this.imports.get(id);
    if (known !== undefined) return this.#introducedAgain(known);
    if (this.imports.size >= this.#settings.limits.references)
      throw invalid('more references than this side holds', start);
    const shape = description?.shape ?? this.imports.shapeOf(id);
    if (shape.constants.length > 0 && description === undefined) throw invalid('constant fields without values', start);
    const fields = { id, shape, constants: description?.constants ?? [], scope: this.#readingScope };
    return this.imports.add(fields, (imported) => this.#standFor(imported));
  }

  #introducedAgain(imported: Imported): object {
    imported.count++;
    imported.scope?.share(imported, this.#readingScope);
    return imported.proxy.deref() ?? this.imports.setProxy(imported, this.#standFor(imported));
  }

  #standFor(imported: Imported): object {
    const adapted = this.#settings.standFor?.(this, imported);
    if (adapted !== undefined) return adapted;
    switch (imported.shape.kind) {
      case 'promise':
        return promiseOf(this, imported);
      case 'stream':
        return readableOf(this, imported);
      case 'sink':
        return writableOf(this, imported);
      case 'signal':
        this.#newSignals.push(imported);
        return signalOf(this, imported);
      default:
        return remoteOf(this, imported);
    }
  }

  // --- sending -------------------------------------------------------------------------------------------------------

  mark(): readonly number[] {
    return [this.#outgoingNames.size, this.#outgoing.shapes.size];
  }

  keep(): void {
    this.exports.keepIntroduced();
  }

  undo([names, shapes]: readonly number[]): void {
    this.#outgoingNames.forget(names ?? 0);
    this.#outgoing.shapes.forget(shapes ?? 0);
    this.exports.undoIntroduced();
  }

  /** Sends what was posted in this turn now. */
  flush(): void {
    this.#outbox.flush();
  }

  /** Ends it: calls fail with `reason`, and so does every use of its references. */
  end(reason: ShoalError): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#outbox.close();
    this.imports.clear();
    this.#incoming.end();
    this.exports.clear();
    this.#echoes.clear();
    this.#calls.end(reason);
  }
}

function releasedError(): ShoalError {
  return new ShoalError('REFERENCE_RELEASED', 'this remote object was released', {
    hint: 'get it again; or keep it: scope.keep(remote)',
  });
}

function queueIsFull(): ShoalError {
  return new ShoalError('LIMIT_EXCEEDED', `${MAX_QUEUED_BYTES} bytes wait for the line already`, {
    hint: 'await some calls before the next ones',
    retryable: true,
    details: { limit: 'queuedBytes' },
  });
}

function describe(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'something that cannot be shown was thrown';
  }
}
