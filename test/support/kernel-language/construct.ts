/** A construct of TypeScript and a program that uses it, as `constructs.ts` lists them. */

export interface Construct {
  /** What people call it. */
  readonly name: string;
  /** What to look at in the table, on one line. */
  readonly shown: string;
  /** Modules by path; the entry is `kernels.ts`. */
  readonly files: Readonly<Record<string, string>>;
  /** It will be in the language although its number is not one of the numbers for such syntax. */
  readonly isPlanned?: true;
}

const IMPORTS = "import { type f32, type i32, type u32, type u8, coreIndex } from 'shoal/kernel';";

/** A module that consists of these declarations; an export is added if there is none. */
export function module(
  name: string,
  declarations: string,
  shown: string = declarations,
  others: Construct['files'] = {},
): Construct {
  const entry = /^export (async )?function|^export default/m.test(declarations)
    ? ''
    : '\nexport function entry(): void {}';
  const files = { 'kernels.ts': `'use kernel';\n${IMPORTS}\n${declarations}${entry}\n`, ...others };
  return { name, shown, files };
}

/** Statements of a kernel with some parameters. */
export function statements(name: string, text: string, declarations = ''): Construct {
  const kernel = `export function kernel(n: i32, m: i32, u: u32, a: f32, b: f32, ok: boolean, x: Float32Array, y: Int32Array): f32 {
  ${text}
  return a;
}`;
  const shown = declarations === '' ? text : `${declarations} ${text}`;
  return module(name, `${declarations}\n${kernel}`, shown);
}

/** Planned, but refused by a number of another chapter until then. */
export function planned(construct: Construct): Construct {
  return { ...construct, isPlanned: true };
}
