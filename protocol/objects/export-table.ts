/**
 * Objects of this side that the other side may use. Each introduction is counted; the other side gives back counts, so
 * that a release that crosses a new introduction of the same object does not take it away.
 */
import { ShoalError } from '../errors.ts';
import type { Scope } from './scope.ts';
import { type Constant, PLAIN_OBJECT, type Shape } from './shapes.ts';
import { SlotTable } from './slot-table.ts';

export interface Exported {
  /** Number on the wire. */
  id: number;
  /** What the program passed. */
  readonly object: object;
  readonly shape: Shape;
  /** Values of its constant fields, in the order of the shape. */
  readonly constants: readonly Constant[];
  /** What operations of the other side act on: the object itself, or what stands in for a stream or a signal. */
  readonly face: object;
  /** Introductions that were not given back. */
  count: number;
  /** Exported by name: the session keeps it alive in any case, and its fields cannot be replaced from outside. */
  readonly isRoot: boolean;
  /** Of the call that introduced it: what the other side passes to it belongs there. */
  readonly scope: Scope | undefined;
  /** Called when the other side has given back the last introduction, or is gone. */
  readonly released: (() => void) | undefined;
}

export class ExportTable {
  readonly #slots = new SlotTable<Exported>(0);
  readonly #byObject = new Map<object, Exported>();
  readonly #maximum: number;
  /** What the message that is being written introduces: taken back if it cannot be sent. */
  #introduced: { readonly exported: Exported; readonly described: Shape | undefined }[] = [];
  /** The shape that was last sent with a number: an object of the same shape under that number needs none. */
  readonly #described: (Shape | undefined)[] = [];

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  get size(): number {
    return this.#slots.size;
  }

  get(id: number): Exported | undefined {
    return this.#slots.get(id);
  }

  of(object: object): Exported | undefined {
    return this.#byObject.get(object);
  }

  /** Gives it a number. Throws LIMIT_EXCEEDED. */
  add(exported: Exported): Exported {
    if (this.#slots.size >= this.#maximum) {
      throw new ShoalError('LIMIT_EXCEEDED', `the other side holds ${this.#maximum} objects of this one already`, {
        hint: 'release remote objects that are not needed any more, or raise limits.references of the session',
        details: { limit: 'references' },
      });
    }
    exported.id = this.#slots.add(exported);
    this.#byObject.set(exported.object, exported);
    return exported;
  }

  /**
   * Counts an introduction. True if the other side has to be told the shape: it may have given back the object, but
   * remembers the shape of the number.
   */
  introduce(exported: Exported): boolean {
    const { id, shape } = exported;
    const described = this.#described[id];
    this.#described[id] = shape;
    exported.count++;
    this.#introduced.push({ exported, described });
    return shape.constants.length > 0 || (described ?? PLAIN_OBJECT).key !== shape.key;
  }

  /** The message was written. */
  keepIntroduced(): void {
    if (this.#introduced.length > 0) this.#introduced = [];
  }

  /** The message could not be written. */
  undoIntroduced(): void {
    for (const { exported, described } of this.#introduced.reverse()) {
      this.#described[exported.id] = described;
      this.#giveBack(exported, 1);
    }
    this.#introduced = [];
  }

  /** Throws PROTOCOL_INVALID if so many introductions were never made. */
  release(id: number, count: number): void {
    const exported = this.#slots.get(id);
    if (exported === undefined || exported.count < count) {
      throw new ShoalError(
        'PROTOCOL_INVALID',
        `${count} introductions of object ${id} are given back that were not made`,
      );
    }
    this.#giveBack(exported, count);
  }

  #giveBack(exported: Exported, count: number): void {
    exported.count -= count;
    if (exported.count > 0) return;
    this.#slots.delete(exported.id);
    this.#byObject.delete(exported.object);
    exported.released?.();
  }

  objects(): Exported[] {
    return this.#slots.values();
  }

  /** The other side is gone. */
  clear(): void {
    const all = this.#slots.values();
    this.#slots.clear();
    this.#byObject.clear();
    this.#described.length = 0;
    this.#introduced = [];
    for (const exported of all) exported.released?.();
  }
}
