/**
 * Proxies: what the program holds of objects of the other side. There are three: a Remote (an object that has arrived),
 * the result of a call (a promise, and at once usable as a target), and a member that was named and not asked for yet
 * (`remote.a.b`; it is fetched by `await`, called by `()`). docs/remote-objects.md says what each of them does.
 */
import { ShoalError } from '../errors.ts';
import { isObject } from '../values/plain-data.ts';
import type { Imported } from './import-table.ts';
import { ASYNC_DISPOSE, DISPOSE, type Name, type Path } from './names.ts';
import type { Operation } from './object-messages.ts';
import { type CallOptions, PendingResult } from './pending-result.ts';
import type { Scope } from './scope.ts';

/** What a handler needs of its session. */
export interface RemoteSession {
  /** Bytes of values that it takes of a stream at a time. */
  readonly streamWindowBytes: number;
  /** Number of an object that is still held. Throws REFERENCE_RELEASED, STALE_REFERENCE or LINK_CLOSED if it is not. */
  idOf(imported: Imported): number;
  operate(root: Root, operation: Operation, options: CallOptions, scope: Scope | undefined): PendingResult;
  release(root: Root): void;
  iterate(handler: RemoteHandler): AsyncIterator<unknown>;
  prototypeOf(imported: Imported): object | null;
  /** A result that is there already. */
  resultOf(value: unknown): PendingResult;
}

/** What a proxy stands on. */
export type Root = Imported | PendingResult;

const NO_OPTIONS: CallOptions = {};
const NO_PATH: Path = [];
const NO_ARGUMENTS: readonly unknown[] = [];

const HANDLER: unique symbol = Symbol('shoal.remote') as never;

/** The handler of a proxy that any session has made, undefined for everything else. */
export function handlerOf(value: unknown): RemoteHandler | undefined {
  return isObject(value) ? (value as { readonly [HANDLER]?: RemoteHandler })[HANDLER] : undefined;
}

export class RemoteHandler implements ProxyHandler<object> {
  readonly session: RemoteSession;
  readonly root: Root;
  readonly path: Path;
  readonly options: CallOptions;
  /** The proxy that this one was made from: as long as a member is in use the garbage collector must not take its object. */
  readonly origin: object | undefined;
  /** Of the member that `path` leads to, once it was asked for. */
  #fetched: PendingResult | undefined;

  constructor(session: RemoteSession, root: Root, path: Path, options: CallOptions, origin?: object) {
    this.session = session;
    this.root = root;
    this.path = path;
    this.options = options;
    this.origin = origin;
  }

  /** True for an object that has arrived: the others are promises. */
  get hasArrived(): boolean {
    return this.path.length === 0 && !(this.root instanceof PendingResult);
  }

  operate(kind: Operation['kind'], path: Path, values: readonly unknown[] = NO_ARGUMENTS): PendingResult {
    return this.session.operate(this.root, { kind, path, arguments: values }, this.options, this.root.scope);
  }

  get isFetched(): boolean {
    return this.#fetched !== undefined;
  }

  /** The result that this proxy is a promise of. A member is asked for once. */
  result(): PendingResult {
    if (this.path.length === 0 && this.root instanceof PendingResult) return this.root;
    this.#fetched ??= this.operate('get', this.path);
    return this.#fetched;
  }

  /** A proxy of the same thing as `own`, the one of this handler; its calls and those of its results have other options. */
  withOptions(options: CallOptions, own: object): object {
    return proxyOf(new RemoteHandler(this.session, this.root, this.path, { ...this.options, ...options }, own));
  }

  /** What a proxy is made on: `typeof` tells functions from objects by it. */
  get target(): object {
    return this.hasArrived && (this.root as Imported).shape.kind !== 'function' ? OBJECT_TARGET : CALLABLE_TARGET;
  }

  /** The proxy of a member, or of the result of an operation. */
  derive(root: Root, path: Path, origin?: object): object {
    return proxyOf(new RemoteHandler(this.session, root, path, this.options, origin));
  }

  apply(_target: object, _this: unknown, values: unknown[]): unknown {
    return this.derive(this.operate(this.path.length === 0 ? 'call' : 'invoke', this.path, values), NO_PATH);
  }

  construct(_target: object, values: unknown[]): object {
    return this.derive(this.operate('construct', this.path, values), NO_PATH);
  }

  get(_target: object, name: Name, own: object): unknown {
    if (typeof name === 'symbol') return this.#symbol(name);
    if (this.hasArrived) {
      // An awaited value with a `then` would be taken for a promise; a value with `toJSON` for data.
      if (name === 'then' || name === 'toJSON') return undefined;
      const { shape, constants } = this.root as Imported;
      const index = shape.constants.indexOf(name);
      if (index >= 0) return this.derive(this.session.resultOf(constants[index]), NO_PATH);
    } else if (name === 'then' || name === 'catch' || name === 'finally') {
      return this.#promiseMethod(name);
    }
    return this.derive(this.root, [...this.path, name], own);
  }

  #promiseMethod(name: 'then' | 'catch' | 'finally'): unknown {
    return (...parameters: unknown[]) => {
      const { promise } = this.result();
      return Reflect.apply(promise[name], promise, parameters);
    };
  }

  #symbol(name: symbol): unknown {
    switch (name) {
      case HANDLER:
        return this;
      case DISPOSE:
        return () => this.session.release(this.path.length === 0 ? this.root : this.result());
      case ASYNC_DISPOSE:
        return () => this.#disposeThere();
      case Symbol.asyncIterator:
        return () => this.session.iterate(this);
      case Symbol.iterator:
        return () => {
          throw needsAwait('iterate over', 'use `for await`');
        };
      case Symbol.toPrimitive:
      case INSPECT:
        return () => this.description();
      case Symbol.toStringTag:
        return 'Remote';
      default:
        return undefined;
    }
  }

  /** Lets the object dispose itself, if it can, and releases it. */
  async #disposeThere(): Promise<void> {
    try {
      for (const symbol of [ASYNC_DISPOSE, DISPOSE]) {
        if ((await this.operate('has', [...this.path, symbol]).promise) !== true) continue;
        await this.operate('invoke', [...this.path, symbol]).promise;
        return;
      }
    } finally {
      this.session.release(this.path.length === 0 ? this.root : this.result());
    }
  }

  description(): string {
    const { root, path } = this;
    const what = root instanceof PendingResult ? 'result' : (root.shape.className ?? root.shape.kind);
    return `[remote ${[what, ...path.map(String)].join('.')}]`;
  }

  set(_target: object, name: Name, value: unknown): boolean {
    this.operate('set', [...this.path, name], [value]);
    return true;
  }

  has(_target: object, name: Name): boolean {
    if (typeof name === 'symbol') return this.#symbol(name) !== undefined;
    if (this.hasArrived && (this.root as Imported).shape.constants.includes(name)) return true;
    throw needsAwait(`look for '${name}' in`, `use \`await has(remote, '${name}')\``);
  }

  ownKeys(): Name[] {
    throw needsAwait('list the fields of', 'use `await keys(remote)`');
  }

  getOwnPropertyDescriptor(_target: object, name: Name): PropertyDescriptor | undefined {
    if (typeof name === 'symbol') return undefined;
    throw needsAwait(`look for '${name}' in`, `use \`await has(remote, '${name}')\``);
  }

  defineProperty(): never {
    throw needsAwait('define a property of', 'use `await set(remote, name, value)`');
  }

  deleteProperty(): never {
    throw needsAwait('delete a property of', 'export a method that does it');
  }

  getPrototypeOf(): object | null {
    return this.hasArrived ? this.session.prototypeOf(this.root as Imported) : Function.prototype;
  }

  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }
}

/** Node's `util.inspect`, console.log with it, looks at the target of a proxy and for this method. */
const INSPECT: symbol = Symbol.for('nodejs.util.inspect.custom');

function needsAwait(what: string, hint: string): ShoalError {
  return new ShoalError('REMOTE_NEEDS_AWAIT', `to ${what} a remote object takes a question to the other side`, {
    hint,
  });
}

/** No property of a target may be fixed, or the traps above would have to show it: bound functions have none such. */
export function makeTarget<T extends object>(target: T): T {
  for (const name of ['name', 'length']) Reflect.deleteProperty(target, name);
  Object.defineProperty(target, INSPECT, {
    value(this: object) {
      return handlerOf(this)?.description() ?? '[remote]';
    },
    configurable: true,
  });
  return target;
}

/** Shared by all proxies, which have their state in their handlers. */
const CALLABLE_TARGET: object = makeTarget(function remote() {}.bind(undefined));
const OBJECT_TARGET: object = makeTarget({});

export function proxyOf(handler: RemoteHandler): object {
  return new Proxy(handler.target, handler);
}

/** A proxy on a root: of an object that has arrived, or of the result of a call. */
export function remoteOf(session: RemoteSession, root: Root, options: CallOptions = NO_OPTIONS): object {
  return proxyOf(new RemoteHandler(session, root, NO_PATH, options));
}
