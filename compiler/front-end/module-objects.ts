import type { ArrayData, ArrayElement, ElementKind, Global, RecordField } from '../kernel-tree/tree.ts';
import { type ClassHierarchy, classHierarchy } from './class-hierarchy.ts';
import type { DiagnosticSink } from './diagnostics.ts';
import { ELEMENT_KIND_OF_ARRAY } from './kernel-library.ts';
import type { ArrayConstant, KernelScope } from './kind-scope.ts';
import type { ClassOf } from './module-constants.ts';
import { type ArrayType, literalType } from './number-kinds.ts';
import { type ModuleVariable, moduleVariableName } from './reachable-functions.ts';
import type { RecordKinds } from './record-kinds.ts';
import type { RecordLayouts } from './record-layouts.ts';
import { type RecordShape, recordShapes, type ShapeField } from './record-shapes.ts';
import type { TreeInput } from './tree-context.ts';
import { withArticle } from './tree-conversions.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What is known of an object beside its value. */
interface Kept {
  readonly shape: RecordShape;
  readonly classOf: ClassOf;
}

/** The objects that top-level code made and kernels can reach: each is a global of its own, wherever it is mentioned. */
export class ModuleObjects {
  readonly #scope: KernelScope;
  readonly #sink: DiagnosticSink;
  readonly #records: RecordLayouts;
  readonly #globals = new Map<object, Writable<Global>>();
  readonly #symbols = new Set<string>();
  /** Constants by their objects: such an object has the name of the constant. */
  readonly #names: ReadonlyMap<object, ModuleVariable>;
  readonly #classes: ClassHierarchy;

  readonly #kinds: RecordKinds;
  readonly #arrays: ReturnType<KernelScope['namedArrays']>;
  readonly #arrayOf: (holder: ModuleVariable, constant: ArrayConstant) => Global;

  /** `arrayOf`: the global of an array that a variable of a module holds. */
  constructor(
    { scope, sink, kinds }: Pick<TreeInput, 'scope' | 'sink' | 'kinds'>,
    records: RecordLayouts,
    arrayOf: (holder: ModuleVariable, constant: ArrayConstant) => Global,
  ) {
    this.#scope = scope;
    this.#kinds = kinds.records;
    this.#arrays = scope.namedArrays();
    this.#arrayOf = arrayOf;
    this.#sink = sink;
    this.#records = records;
    this.#names = scope.namedObjects();
    this.#classes = classHierarchy(scope.sources);
  }

  get all(): Iterable<Writable<Global>> {
    return this.#globals.values();
  }

  /** The global of an object that a module variable, or an object in it, has when the module is loaded. */
  globalOf(value: object, { shape, classOf }: Kept, holder: ModuleVariable, path: string): Global {
    const known = this.#globals.get(value);
    if (known !== undefined) return known;
    const named = this.#names.get(value);
    const declaration = named ?? holder;
    const name = named === undefined ? path : moduleVariableName(named);
    const { sources } = this.#scope;
    const record = this.#records.typeOf(shape);
    const values: (number | null | Global)[] = [];
    const global: Writable<Global> = {
      symbol: this.#symbolOf(`${sources.moduleName(declaration.getSourceFile())}.${name}`),
      name,
      type: { tag: 'scalar', scalar: 'reference' },
      storage: 'state',
      initial: { record, values },
      position: sources.positionOf(declaration.name),
    };
    // It may refer to itself.
    this.#globals.set(value, global);
    for (const field of record.fields) {
      const found = shape.fields.get(field.name);
      const part = (value as Readonly<Record<string, unknown>>)[field.name];
      if (field === record.classField) {
        const owner = classOf(value);
        const type = owner === null ? null : this.#classes.typeOfObject(owner, shape);
        values.push(type === null ? 0 : this.#classes.numberOf(type));
        continue;
      }
      if (found === undefined) continue; // what stands beside another field, and was added with it
      const partName = shape.form === 'tuple' ? `${name}[${field.name}]` : `${name}.${field.name}`;
      const type = this.#kinds.fieldType(found);
      if (type.tag === 'array') {
        const array = this.#array(part, type, classOf, declaration, partName);
        values.push(array, lengthOf(array));
      } else {
        values.push(this.#value(part, field, { found, classOf }, declaration, partName));
        if (type.tag === 'maybe') values.push(Number(part !== undefined && part !== null));
      }
    }
    return global;
  }

  /** The global of an array that functions captured and objects may hold as well. `key`: the array of top-level code. */
  arrayOf(
    key: object,
    holder: ModuleVariable,
    name: string,
    { element, initial }: { readonly element: ArrayElement; readonly initial: ArrayData },
  ): Global {
    const known = this.#globals.get(key);
    if (known?.type.tag === 'array' && known.type.element === element) return known;
    if (known !== undefined) {
      const fix = 'use an array of the kind that the field has';
      this.#sink.report('SH3003', holder, { name, type: 'Array', fix });
    }
    const { sources } = this.#scope;
    const global: Writable<Global> = {
      symbol: this.#symbolOf(`${sources.moduleName(holder.getSourceFile())}.${name}`),
      name,
      type: { tag: 'array', element },
      storage: 'state',
      initial,
      position: sources.positionOf(holder.name),
    };
    this.#globals.set(key, global);
    return global;
  }

  /** What a factory made in each of its calls has one name. */
  #symbolOf(wanted: string): string {
    let symbol = wanted;
    for (let n = 2; this.#symbols.has(symbol); n++) symbol = `${wanted}#${n}`;
    this.#symbols.add(symbol);
    return symbol;
  }

  /** The array of a field: one of the module, or one that only objects hold. Null, if reported, where it is none. */
  #array(value: unknown, type: ArrayType, classOf: ClassOf, holder: ModuleVariable, name: string): Global | null {
    const named = typeof value === 'object' && value !== null ? this.#arrays.get(value) : undefined;
    if (named !== undefined && named.constant.element === type.element) {
      return this.#arrayOf(named.holder, named.constant);
    }
    const isArray = Array.isArray(value) || (ArrayBuffer.isView(value) && typedArrayKind(value) === type.element);
    if (!isArray || named !== undefined) {
      const fix = 'use an array of the kind that the field has';
      this.#sink.report('SH3003', holder, { name, type: Object.prototype.toString.call(value).slice(8, -1), fix });
      return null;
    }
    const elements: (number | Global | null)[] = [];
    const isNew = !this.#globals.has(value);
    const global = this.arrayOf(value, holder, name, { element: type.element, initial: elements });
    if (!isNew) return global;
    const items = Array.from(value as unknown as ArrayLike<unknown>);
    for (const [index, item] of items.entries()) {
      const isObject = type.element === 'reference' && typeof item === 'object' && item !== null;
      if (isObject) elements.push(this.globalOf(item, { shape: type.shape, classOf }, holder, `${name}[${index}]`));
      else elements.push(type.element === 'reference' ? null : Number(item));
    }
    return global;
  }

  #value(
    value: unknown,
    field: RecordField,
    { found: { type, declared, isOptional }, classOf }: { readonly found: ShapeField; readonly classOf: ClassOf },
    holder: ModuleVariable,
    name: string,
  ): number | null | Global {
    if (value === undefined || value === null) {
      if (isOptional && declared.tag === 'function') this.#sink.report('SH3028', holder, { name });
      return field.type === 'reference' ? null : 0;
    }
    if (field.type === 'reference' && typeof value === 'object') {
      const shape = recordShapes(this.#scope.sources.checker).shapeOf(type);
      if (shape !== null) return this.globalOf(value, { shape, classOf }, holder, name);
    } else if (field.type === 'bool' && typeof value === 'boolean') return Number(value);
    else if (typeof value === 'string') return this.#records.stringNumber(value);
    else if (typeof value === 'number' && field.type === 'f32') return Math.fround(value);
    else if (typeof value === 'number') {
      const range = declared.tag === 'kind' ? declared.type : null;
      const literal = literalType(value === 0 ? 0 : value);
      const fits =
        literal.tag === 'int' && (range?.tag !== 'int' || (literal.low >= range.low && literal.high <= range.high));
      if (fits) return value === 0 ? 0 : value;
      const kind = withArticle(declared.tag === 'kind' ? declared.kind : field.type);
      this.#sink.report('SH2111', holder, { name, value, kind });
      return 0;
    }
    const fix = 'use numbers, booleans and objects of them, as its type says';
    this.#sink.report('SH3003', holder, { name, type: Object.prototype.toString.call(value).slice(8, -1), fix });
    return 0;
  }
}

function lengthOf(array: Global | null): number {
  const initial = array?.initial;
  return typeof initial === 'object' && 'length' in initial ? initial.length : 0;
}

/** By name: the value comes from another context, where it is no instance of our classes. */
function typedArrayKind(value: ArrayBufferView): ElementKind | undefined {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return ELEMENT_KIND_OF_ARRAY[tag as keyof typeof ELEMENT_KIND_OF_ARRAY];
}
