/** SH20xx: errors that TypeScript finds, in words that fit kernels. */
export const TYPE_ROWS = {
  SH2001: {
    message: '{message}',
    reason: 'kernels are type-checked by TypeScript',
    replacement: null,
  },
  SH2002: {
    message: 'there is no `{name}` in kernels',
    reason: 'a kernel sees its own module, what it imports, the typed arrays and Math, and no other global name',
    replacement: 'declare it in this module, or import it from another kernel module or from shoal/kernel',
  },
  SH2003: {
    message: 'there is no `{name}` in kernels; did you mean `{suggestion}`?',
    reason: 'a kernel sees its own module, what it imports, the typed arrays and Math, and no other global name',
    replacement: 'write `{suggestion}`',
  },
  SH2004: {
    message: '`{property}` does not exist on `{type}` in kernels',
    reason: 'the kernel library holds only what a core can do; a member that is missing there has no machine code',
    replacement: null,
  },
  SH2005: {
    message: '{source} value cannot go into {target} by itself',
    reason: 'the kinds differ, and the conversion would change the value without anyone seeing it',
    replacement: '{fix}',
  },
  SH2006: {
    message: 'the parameter `{name}` has no type',
    reason: 'without a type nothing is known of how a core holds it',
    replacement: 'write `{name}: i32`, `{name}: f32`, or a typed array',
  },
  SH2007: {
    message: '`{name}` is declared twice',
    reason: 'one name of a module can stand for one thing only',
    replacement: 'rename one of the two',
  },
  SH2008: {
    message: '{message}',
    reason: 'a kernel does not turn other values into numbers by itself',
    replacement: 'for a boolean `b` write `b ? 1 : 0`',
  },
  SH2009: {
    message: 'a call with the wrong number of arguments: {message}',
    reason: 'a core passes arguments in registers, and none may be left out',
    replacement: null,
  },
  SH2010: {
    message: 'the module `{name}` does not export `{member}`',
    reason: 'only exported names can be imported',
    replacement: 'export it there, or correct the name',
  },
  SH2011: {
    message: '`{name}` is a type and is imported as a value',
    reason: 'type stripping keeps the import, and at run time nothing of that name is there',
    replacement: 'write `type {name}` in the import',
  },
  SH2012: {
    message: 'the type of `{name}` is not known',
    reason: 'its value is made at build time by code that the kernel library has no types for',
    replacement: 'give it a type: `const {name}: Float32Array = …`',
  },
} as const;
