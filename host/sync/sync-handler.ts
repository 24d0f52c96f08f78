/**
 * Proxies of a session whose thread waits: each operation asks the other side and is done when the answer is there, so
 * that syntax means what it means for an object of this side.
 */
import { ShoalError } from '../../protocol/errors.ts';
import type { Imported } from '../../protocol/objects/import-table.ts';
import { DISPOSE, type Name, type Path } from '../../protocol/objects/names.ts';
import type { Operation } from '../../protocol/objects/object-messages.ts';
import type { CallOptions } from '../../protocol/objects/pending-result.ts';
import {
  handlerOf,
  makeTarget,
  proxyOf,
  RemoteHandler,
  type RemoteSession,
} from '../../protocol/objects/remote-handler.ts';
import type { Scope } from '../../protocol/objects/scope.ts';
import { type Caller, checkedTimeout } from './caller.ts';

/** Members of every object that no side lets the other one reach: those of this side do the same work. */
const OF_OBJECTS: ReadonlySet<Name> = new Set([
  'constructor',
  '__proto__',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
]);
const OF_FUNCTIONS: ReadonlySet<Name> = new Set(['call', 'apply', 'bind', 'toString']);

/** Classes whose instances are known to be iterable. */
const COLLECTIONS: ReadonlySet<string | undefined> = new Set(['Array', 'Map', 'Set']);

/** Methods of arrays that call back: over there nobody would wait for what a callback of this side gives. */
const OF_ARRAYS: ReadonlySet<Name> = new Set([
  'every',
  'filter',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'flatMap',
  'forEach',
  'map',
  'reduce',
  'reduceRight',
  'some',
  'sort',
  'toSorted',
]);

/** Under which name of which object a function was found: a call through that object is a call of its method. */
const memberNames = new WeakMap<Imported, WeakMap<Imported, string>>();

/** `Array.isArray` looks at the target. */
const ARRAY_TARGET: object = makeTarget([]);

/** What holds for the operations of one proxy. */
interface CallContext {
  readonly timeoutMs?: number;
  /** What is reached belongs to it, instead of to the object's own. */
  readonly scope?: Scope;
}

export class SyncHandler extends RemoteHandler {
  readonly #caller: Caller;
  readonly #object: Imported;
  readonly #context: CallContext;
  /** Methods that were asked for; only of objects whose methods stay what they are. */
  #methods: Map<string, object> | undefined;
  /** Its own fields, as they were listed; each name is used once, and none after an operation that may have changed it. */
  #fields: { readonly names: Set<Name>; readonly changes: number } | undefined;

  constructor(caller: Caller, session: RemoteSession, object: Imported, context: CallContext = {}, origin?: object) {
    super(session, object, [], context, origin);
    this.#caller = caller;
    this.#object = object;
    this.#context = context;
    if (object.shape.className !== undefined && !this.#isCollection) this.keepMethods();
  }

  /** Methods are asked for once from now on: those of classes and of exported objects stay what they are. */
  keepMethods(): void {
    this.#methods ??= new Map();
  }

  override withOptions(options: CallOptions, own: object): object {
    if (options.signal !== undefined) {
      throw new ShoalError('CALL_ARGUMENT', 'a thread that stands still cannot see a signal being aborted', {
        hint: 'give timeoutMs, or use `open`',
      });
    }
    return options.timeoutMs === undefined ? own : this.#within({ timeoutMs: checkedTimeout(options.timeoutMs) }, own);
  }

  /** A proxy of the same object as `own`, the one of this handler; what is reached through it belongs to the scope. */
  inScope(scope: Scope, own: object): object {
    return this.#within({ scope }, own);
  }

  #within(context: CallContext, own: object): object {
    const whole = { ...this.#context, ...context };
    const handler = new SyncHandler(this.#caller, this.session, this.#object, whole, own);
    if (this.#methods !== undefined) handler.keepMethods();
    return proxyOf(handler);
  }

  override get target(): object {
    return this.#object.shape.className === 'Array' ? ARRAY_TARGET : super.target;
  }

  get #isFunction(): boolean {
    return this.#object.shape.kind === 'function';
  }

  get #isCollection(): boolean {
    return COLLECTIONS.has(this.#object.shape.className);
  }

  /** Does an operation there. Throws what it throws, CALL_TIMEOUT. */
  ask(kind: Operation['kind'], path: Path, values: readonly unknown[] = []): unknown {
    if (kind !== 'get' && kind !== 'has' && kind !== 'keys') this.#caller.changes++;
    const { timeoutMs, scope = this.#object.scope } = this.#context;
    return this.#caller.wait(
      (options) => this.session.operate(this.#object, { kind, path, arguments: values }, options, scope),
      timeoutMs,
    );
  }

  override apply(_target: object, holder: unknown, values: unknown[]): unknown {
    const object = handlerOf(holder);
    if (object instanceof SyncHandler && object.session === this.session) {
      const name = memberNames.get(this.#object)?.get(object.#object);
      if (name !== undefined) return object.ask('invoke', [name], values);
    }
    return this.ask('call', [], values);
  }

  override construct(_target: object, values: unknown[]): object {
    return this.ask('construct', [], values) as object;
  }

  override get(target: object, name: Name, own: object): unknown {
    return typeof name === 'symbol' ? this.#symbol(target, name, own) : this.#named(name);
  }

  #named(name: string): unknown {
    // Who asks for it is about to take the object for a promise.
    if (name === 'then') return undefined;
    if (this.#isLocal(name)) return Reflect.get(this.getPrototypeOf() ?? {}, name, proxyOf(this));
    const { shape, constants } = this.#object;
    const index = shape.constants.indexOf(name);
    return index >= 0 ? constants[index] : this.#member(name);
  }

  #isLocal(name: Name): boolean {
    if (this.#isFunction && OF_FUNCTIONS.has(name)) return true;
    return OF_OBJECTS.has(name) || (this.target === ARRAY_TARGET && OF_ARRAYS.has(name));
  }

  #member(name: string): unknown {
    const known = this.#methods?.get(name);
    if (known !== undefined && handlerOf(known)?.root.state === 'held') return known;
    const value = this.ask('get', [name]);
    const handler = handlerOf(value);
    if (!(handler instanceof SyncHandler && handler.#isFunction)) return value;
    const names = memberNames.get(handler.#object) ?? new WeakMap<Imported, string>();
    memberNames.set(handler.#object, names.set(this.#object, name));
    const { timeoutMs, scope } = this.#context;
    const own = value as object;
    const method = timeoutMs === undefined && scope === undefined ? own : handler.#within(this.#context, own);
    this.#methods?.set(name, method);
    return method;
  }

  #symbol(target: object, name: symbol, own: object): unknown {
    switch (name) {
      case Symbol.iterator:
        return this.#isIterable() ? () => this.#values() : undefined;
      case DISPOSE:
        return () => this.#dispose();
      // The language goes on without them: to `toString` and `valueOf`, to Symbol.iterator, to Symbol.dispose.
      case Symbol.toPrimitive:
      case Symbol.toStringTag:
      case Symbol.asyncIterator:
      case Symbol.asyncDispose:
        return undefined;
      default:
        return super.get(target, name, own);
    }
  }

  #isIterable(): boolean {
    return [Symbol.iterator, Symbol.asyncIterator].some(
      (symbol) => this.#isCollection || this.ask('has', [symbol]) === true,
    );
  }

  #values(): Iterator<unknown> {
    const iteration = this.ask('iterate', []);
    const cursor = handlerOf(iteration);
    if (!(cursor instanceof SyncHandler)) throw new ShoalError('PROTOCOL_INVALID', 'an iteration that is none');
    return new SyncHandler(this.#caller, this.session, cursor.#object, {}, iteration as object).rest();
  }

  /** The values that an iteration, which this stands for, has still to give. */
  *rest(): Generator<unknown> {
    try {
      for (let isDone = false; !isDone; ) {
        const batch = this.ask('next', [], [this.session.streamWindowBytes]);
        if (!Array.isArray(batch)) throw new ShoalError('PROTOCOL_INVALID', 'an iteration gave something else');
        const [last, ...values] = batch as readonly unknown[];
        isDone = last === true;
        yield* values;
      }
    } finally {
      this.session.release(this.#object);
    }
  }

  /** Lets the object dispose itself, if it can, and releases it. */
  #dispose(): void {
    if (this.#object.state !== 'held') return;
    try {
      if (this.ask('has', [DISPOSE]) === true) this.ask('invoke', [DISPOSE]);
    } finally {
      this.session.release(this.#object);
    }
  }

  override set(_target: object, name: Name, value: unknown): boolean {
    if (typeof name === 'string') this.#methods?.delete(name);
    this.ask('set', [name], [value]);
    return true;
  }

  override has(_target: object, name: Name): boolean {
    if (name === Symbol.iterator) return this.#isIterable();
    if (typeof name === 'symbol') return name === DISPOSE;
    return this.#isLocal(name) || this.#object.shape.constants.includes(name) || this.ask('has', [name]) === true;
  }

  override ownKeys(): Name[] {
    const names = this.ask('keys', []) as string[];
    this.#fields = { names: new Set(names), changes: this.#caller.changes };
    return this.target === ARRAY_TARGET ? [...names, 'length'] : names;
  }

  /** Fields are shown as getters: what asks for all of them (spread, `Object.entries`) reads them next. */
  override getOwnPropertyDescriptor(target: object, name: Name): PropertyDescriptor | undefined {
    if (typeof name === 'symbol') return undefined;
    if (name === 'length' && this.target === ARRAY_TARGET) {
      return { value: this.#member(name), writable: true, enumerable: false, configurable: false };
    }
    if (!this.#hasListed(name)) {
      this.ownKeys();
      if (!this.#hasListed(name)) return undefined;
    }
    return {
      get: () => this.#named(name),
      set: (value) => void this.set(target, name, value),
      enumerable: true,
      configurable: true,
    };
  }

  #hasListed(name: Name): boolean {
    return this.#fields?.changes === this.#caller.changes && this.#fields.names.delete(name);
  }

  override defineProperty(): never {
    throw refused('defined');
  }

  override deleteProperty(): never {
    throw refused('deleted');
  }
}

function refused(what: string): ShoalError {
  return new ShoalError('REMOTE_REFUSED', `a property of an object of the other side cannot be ${what} from here`, {
    hint: 'set it, or export a method that does it',
  });
}
