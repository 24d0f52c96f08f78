import { dirname, relative, sep } from 'node:path';
import type { Global, KernelFunction, KernelProgram } from '../kernel-tree/tree.ts';
import type { Mapping } from './line-writer.ts';
import { LineWriter, stringLiteral } from './line-writer.ts';
import type { ModuleLayout } from './module-layout.ts';
import { layoutOf } from './module-layout.ts';
import { NameScope, wordsOf } from './names.ts';
import type { PrintedNames, RuntimeName } from './print-expression.ts';
import { printFunction } from './print-function.ts';
import { objectLines, objectsIn, objectsOf } from './print-objects.ts';
import { type ImportedIntrinsic, INTRINSIC_IMPORTS, initialText } from './program-text.ts';

/** The module that printed code imports its helpers from. */
const RUNTIME_MODULE = 'shoal/compiler/exact';

/** What the printer needs to know of the program's surroundings. */
export interface ModuleSurroundings {
  /** The text of a kernel module of the program. */
  readonly sourceOf: (file: string) => string;
  /** True for files of the kernel library: their functions are copied into the module, others are imported. */
  readonly isLibraryFile: (file: string) => boolean;
}

/** A module in which kernels are printed; everything else is the user's TypeScript still. */
export interface PrintedModule {
  readonly text: string;
  readonly mappings: readonly Mapping[];
}

/**
 * Prints the module `file` of a program that was checked with this module as its entry: kernels and helpers that they
 * reach are replaced by exact ones, the rest is left alone. Module variables of kernels have their frozen data: from the
 * start where the top level only declares, else when it has run, as it may need what it made itself.
 */
export function printModule(program: KernelProgram, file: string, surroundings: ModuleSurroundings): PrintedModule {
  return new ModulePrinter(program, file, surroundings).print();
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly print: (out: LineWriter) => void;
}

class ModulePrinter implements PrintedNames {
  readonly #program: KernelProgram;
  readonly #file: string;
  readonly #source: string;
  readonly #layout: ModuleLayout;
  /** What is made before the code of the module runs. */
  readonly #objects: ReadonlySet<Global>;
  readonly #surroundings: ModuleSurroundings;
  /** All words of the source, so that what is added to the module clashes with nothing. */
  readonly #words: NameScope;
  /** Names that functions must not hide: those of functions, module variables and helpers. */
  readonly #outer: NameScope;
  /** `import { name as local } from module`, by module and name. */
  readonly #imports = new Map<string, { readonly module: string; readonly name: string; readonly local: string }>();
  readonly #foreignLayouts = new Map<string, ModuleLayout>();
  /** Functions and globals that have no text here and are printed behind the module, when something asks for them. */
  readonly #copies = new Map<KernelFunction | Global, string>();

  constructor(program: KernelProgram, file: string, surroundings: ModuleSurroundings) {
    this.#program = program;
    this.#file = file;
    this.#surroundings = surroundings;
    this.#objects = objectsOf(program.globals);
    this.#source = surroundings.sourceOf(file);
    this.#layout = layoutOf(file, this.#source);
    this.#words = new NameScope(null);
    for (const word of wordsOf(this.#source)) this.#words.reserve(word);
    this.#outer = new NameScope(null);
    for (const f of program.functions) this.#outer.reserve(f.name);
    for (const global of program.globals) this.#outer.reserve(global.name);
  }

  print(): PrintedModule {
    const printed = this.#edits().map(({ start, end, print }) => {
      const writer = new LineWriter();
      print(writer);
      return { start, end, writer };
    });
    const values = this.#finalValues();
    // Behind the directives: the user's top-level code may call kernels, which need these to be there.
    const added = new LineWriter();
    added.write('');
    this.#printCopies(added);
    for (const { module, name, local } of this.#imports.values()) {
      added.write(`import { ${name} as ${local} } from ${stringLiteral(module)};`);
    }
    added.write('');
    const { prologueEnd } = this.#layout;
    const closing = new LineWriter();
    for (const line of ['', ...this.#objectsAgain(), ...values]) closing.write(line, null);
    const out = new ModuleText(this.#source);
    let from = 0;
    for (const edit of [{ start: prologueEnd, end: prologueEnd, writer: added }, ...printed]) {
      out.addSource(from, edit.start);
      out.addPrinted(edit.writer);
      from = edit.end;
    }
    out.addSource(from, this.#source.length);
    if (this.#layout.runsCode) out.addPrinted(closing);
    return { text: out.text, mappings: out.mappings };
  }

  #edits(): Edit[] {
    const edits: Edit[] = [];
    for (const f of this.#program.functions) {
      const place = this.#placeOf(f);
      if (place === undefined) continue;
      const form = { head: place.head, convertArguments: f.exported };
      edits.push({ ...place, print: (out) => printFunction(f, form, this, this.#outer, out) });
    }
    for (const global of this.#program.globals) {
      const place = global.position.file === this.#file ? this.#layout.variables.get(global.name) : undefined;
      if (place === undefined || global.isLock === true) continue;
      if (!this.#layout.runsCode) {
        const text = `${place.hasInitializer ? '' : ' = '}${this.#initialOf(global)}`;
        edits.push({ start: place.start, end: place.end, print: (out) => out.write(text, global.position) });
      } else if (place.constAt !== null && !edits.some(({ start }) => start === place.constAt)) {
        const start = place.constAt;
        edits.push({ start, end: start + 'const'.length, print: (out) => out.write('let', global.position) });
      }
    }
    return edits.sort((a, b) => a.start - b.start);
  }

  #initialOf(global: Global): string {
    const nameOf = (object: Global): string => this.globalName(object);
    return this.#objects.has(global) ? nameOf(global) : initialText(global, nameOf);
  }

  /** What variables hold when code of the top level has run. */
  #finalValues(): string[] {
    if (!this.#layout.runsCode) return [];
    const own = this.#program.globals.filter(({ name, position, isLock }) => {
      return position.file === this.#file && isLock !== true && this.#layout.variables.has(name);
    });
    return own.map((global) => `${global.name} = ${this.#initialOf(global)};`);
  }

  /** Objects anew: kernels that the top level called have left their marks on those from the start. */
  #objectsAgain(): string[] {
    if (!this.#layout.runsCode) return [];
    const objects = [...this.#copies.keys()].filter((item): item is Global => this.#objects.has(item as Global));
    return objectLines(objects, (global) => this.globalName(global), '');
  }

  /** Where `f` stands in this module's text; undefined if it does not, as a specialised or foreign function. */
  #placeOf(f: KernelFunction): ReturnType<ModuleLayout['functions']['get']> {
    if (f.position.file !== this.#file) return undefined;
    const first = this.#program.functions.find((g) => g.position.file === this.#file && g.name === f.name);
    return first === f ? this.#layout.functions.get(f.name) : undefined;
  }

  #printCopies(out: LineWriter): void {
    // Printing a copy may ask for more copies: the map grows while it is walked.
    for (const [item, name] of this.#copies) {
      if ('parameters' in item) {
        printFunction(item, { head: `function ${name}`, convertArguments: false }, this, this.#outer, out);
      } else for (const object of objectsIn(item)) this.globalName(object);
    }
    const globals = [...this.#copies.keys()].filter((item): item is Global => !('parameters' in item));
    const nameOf = (global: Global): string => this.globalName(global);
    const objects = globals.filter((global) => this.#objects.has(global));
    for (const line of objectLines(objects, nameOf)) out.write(line, null);
    for (const global of globals) {
      if (this.#objects.has(global)) continue;
      const isLock = global.isLock === true;
      const initial = isLock ? `new ${this.#importName('shoal/kernel', 'Lock')}()` : initialText(global, nameOf);
      out.write(`var ${nameOf(global)} = ${initial};`, null);
    }
  }

  functionName(callee: KernelFunction): string {
    if (this.#placeOf(callee) !== undefined) return callee.name;
    return this.#foreignName(callee) ?? this.#copyName(callee);
  }

  /**
   * Objects are made before the code of the module runs, and the variables that hold them are given those. Constants of
   * another module are made again: what that module has is not rounded to the kinds of a core.
   */
  globalName(global: Global): string {
    if (this.#objects.has(global)) {
      const isOwn = global.storage === 'constant' || global.position.file === this.#file;
      return (isOwn ? undefined : this.#foreignName(global)) ?? this.#copyName(global);
    }
    if (global.position.file === this.#file && this.#layout.variables.has(global.name)) return global.name;
    return this.#foreignName(global) ?? this.#copyName(global);
  }

  runtimeName(name: RuntimeName): string {
    return this.#importName(RUNTIME_MODULE, name);
  }

  intrinsicName(name: ImportedIntrinsic): string {
    const { module, name: exported } = INTRINSIC_IMPORTS[name];
    return this.#importName(module, exported);
  }

  /** The local name of an import from the kernel module that declares the item; undefined if it must be copied. */
  #foreignName(item: KernelFunction | Global): string | undefined {
    const { file } = item.position;
    if (file === this.#file || this.#surroundings.isLibraryFile(file)) return undefined;
    let layout = this.#foreignLayouts.get(file);
    if (layout === undefined) {
      layout = layoutOf(file, this.#surroundings.sourceOf(file));
      this.#foreignLayouts.set(file, layout);
    }
    const exported = layout.exportNames.get(item.name);
    return exported === undefined ? undefined : this.#importName(this.#specifier(file), exported);
  }

  #specifier(file: string): string {
    const path = relative(dirname(this.#file), file).split(sep).join('/');
    // A module specifier is a URL reference: these characters mean something else in it.
    const escaped = path.replace(/[%?#]/g, (c) => encodeURIComponent(c));
    return escaped.startsWith('../') ? escaped : `./${escaped}`;
  }

  #importName(module: string, name: string): string {
    const key = `${module} ${name}`;
    const known = this.#imports.get(key);
    if (known !== undefined) return known.local;
    const local = this.#newName(name);
    this.#imports.set(key, { module, name, local });
    return local;
  }

  #copyName(item: KernelFunction | Global): string {
    const known = this.#copies.get(item);
    if (known !== undefined) return known;
    const name = this.#newName(item.symbol);
    this.#copies.set(item, name);
    return name;
  }

  /** A module-level name that is not a word of the source. Names inside functions do not begin with two dollars. */
  #newName(wanted: string): string {
    const name = this.#words.take(`$$${wanted}`);
    this.#outer.reserve(name);
    return name;
  }
}

/** Puts source text and printed text together and keeps account of where each line came from. */
class ModuleText {
  readonly #source: string;
  readonly #lineStarts: readonly number[];
  readonly #parts: string[] = [];
  readonly #mappings: Mapping[] = [];
  #line = 0;
  #column = 0;

  constructor(source: string) {
    this.#source = source;
    const starts = [0];
    for (const found of source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(found.index + found[0].length);
    this.#lineStarts = starts;
  }

  get text(): string {
    return this.#parts.join('');
  }

  get mappings(): readonly Mapping[] {
    return this.#mappings;
  }

  addSource(start: number, end: number): void {
    if (start === end) return;
    const first = this.#lineAt(start);
    this.#map(first, start - (this.#lineStarts[first] ?? 0));
    for (let line = first + 1; line < this.#lineStarts.length; line++) {
      if ((this.#lineStarts[line] ?? end) > end) break;
      this.#mappings.push({ line: this.#line + line - first, column: 0, sourceLine: line, sourceColumn: 0 });
    }
    this.#advance(this.#source.slice(start, end));
  }

  addPrinted(writer: LineWriter): void {
    for (const mapping of writer.mappings) {
      this.#mappings.push({
        ...mapping,
        line: this.#line + mapping.line,
        column: mapping.line === 0 ? this.#column + mapping.column : mapping.column,
      });
    }
    this.#advance(writer.text);
  }

  #map(sourceLine: number, sourceColumn: number): void {
    this.#mappings.push({ line: this.#line, column: this.#column, sourceLine, sourceColumn });
  }

  #advance(text: string): void {
    this.#parts.push(text);
    const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
    const last = lines.at(-1) ?? '';
    this.#column = lines.length === 1 ? this.#column + last.length : last.length;
    this.#line += lines.length - 1;
  }

  #lineAt(offset: number): number {
    let line = 0;
    while ((this.#lineStarts[line + 1] ?? Number.POSITIVE_INFINITY) <= offset) line++;
    return line;
  }
}
