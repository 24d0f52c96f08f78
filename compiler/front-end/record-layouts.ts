import type { RecordField, RecordType } from '../kernel-tree/tree.ts';
import type { ClassHierarchy } from './class-hierarchy.ts';
import type { KindInference } from './kind-inference.ts';
import { scalarOf } from './number-kinds.ts';
import type { RecordShape, ShapeField } from './record-shapes.ts';

/** Behind the name of a field that is an array: the field beside it, which holds the length. No name of the source has it. */
const LENGTH_MARK = '#length';

/** Behind the name of a field that may be missing: the field beside it, which says whether it is there. */
const GIVEN_MARK = '#given';

/**
 * The records of a program in memory: one word for each field, two for one that is an array or may be missing, in the order in which the
 * shapes declare them.
 */
export class RecordLayouts {
  readonly #kinds: KindInference;
  readonly #classes: ClassHierarchy;
  readonly #types = new Map<RecordShape, RecordType>();
  readonly #strings = new Map<string, number>();
  readonly #names = new Set<string>();

  constructor(kinds: KindInference, classes: ClassHierarchy) {
    this.#kinds = kinds;
    this.#classes = classes;
  }

  typeOf(shape: RecordShape): RecordType {
    const root = shape.root;
    const known = this.#types.get(root);
    if (known !== undefined) return known;
    const fields: RecordField[] = [];
    for (const field of root.fields.values()) {
      const type = this.#kinds.records.fieldType(field);
      const isArray = type.tag === 'array';
      fields.push({ name: field.name, type: isArray ? 'reference' : scalarOf(type), word: fields.length });
      if (type.tag === 'maybe') fields.push({ name: `${field.name}${GIVEN_MARK}`, type: 'bool', word: fields.length });
      if (isArray) fields.push({ name: `${field.name}${LENGTH_MARK}`, type: 'i32', word: fields.length });
    }
    const name = this.#newName(root.name);
    const form = root.form === 'tuple' ? 'tuple' : 'object';
    if (!this.#classes.tellsApart(root)) {
      const made: RecordType = { name, form, fields, words: fields.length };
      this.#types.set(root, made);
      return made;
    }
    // No name of the source has this sign at its end.
    const classField: RecordField = { name: 'class#', type: 'i32', word: fields.length };
    fields.push(classField);
    const made: RecordType = { name, form, fields, classField, words: fields.length };
    this.#types.set(root, made);
    return made;
  }

  /** The field itself; of an array the reference to its elements. */
  fieldOf(shape: RecordShape, field: ShapeField): RecordField {
    return this.#named(shape, field.name);
  }

  /** The field that says whether another is there; null where that always is. */
  givenFieldOf(shape: RecordShape, field: ShapeField): RecordField | null {
    return this.#kinds.records.fieldType(field).tag === 'maybe'
      ? this.#named(shape, `${field.name}${GIVEN_MARK}`)
      : null;
  }

  /** The field with the length of an array. */
  lengthFieldOf(shape: RecordShape, field: ShapeField): RecordField {
    return this.#named(shape, `${field.name}${LENGTH_MARK}`);
  }

  #named(shape: RecordShape, name: string): RecordField {
    const found = this.typeOf(shape).fields.find((field) => field.name === name);
    if (found === undefined) throw new Error(`${shape.name} has no field ${name}`);
    return found;
  }

  /** The number that stands for a string. */
  stringNumber(text: string): number {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    this.#strings.set(text, this.#strings.size);
    return this.#strings.size - 1;
  }

  #newName(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#names.has(name); count++) name = `${wanted}${count}`;
    this.#names.add(name);
    return name;
  }
}
