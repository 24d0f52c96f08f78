/** Names of the printed program that cannot clash with each other or with the user's. */

const RESERVED =
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield Math NaN Infinity undefined Boolean Object Int8Array Uint8Array Int16Array Uint16Array Int32Array Uint32Array Float32Array'.split(
    ' ',
  );

/** Every word of a source text that could be a name: reserving more than there are is harmless. */
export function wordsOf(source: string): string[] {
  return source.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? [];
}

/** A scope of names. A child sees what its parent has taken. */
export class NameScope {
  readonly #taken: Set<string>;
  readonly #parent: NameScope | null;

  constructor(parent: NameScope | null, taken: Iterable<string> = RESERVED) {
    this.#parent = parent;
    this.#taken = new Set(taken);
  }

  reserve(name: string): void {
    this.#taken.add(name);
  }

  /** `wanted` if it is free here, otherwise `wanted$1`, `wanted$2`, …; taken from then on. */
  take(wanted: string): string {
    const base = wanted.replace(/[^\p{ID_Continue}$]/gu, '_').replace(/^(?![\p{ID_Start}$_])/u, '_');
    let name = base;
    for (let n = 1; this.#has(name); n++) name = `${base}$${n}`;
    this.#taken.add(name);
    return name;
  }

  #has(name: string): boolean {
    const parent = this.#parent;
    if (this.#taken.has(name)) return true;
    return parent === null ? false : parent.#has(name);
  }
}
