/** SH3xxx: the memory model. A core has no heap. */
export const MEMORY_ROWS = {
  SH3001: {
    message: '`new {name}` inside a function',
    reason: 'a core has no heap: nothing can be allocated while a kernel runs',
    replacement: 'make it a top-level `const` of the module, or pass it in as an argument',
  },
  SH3002: {
    message: '`{name}` and `{other}` share one memory',
    reason:
      'each array of a module gets its own place on the core, so a write to one would no longer show in the other',
    replacement: 'use one of the two everywhere, or copy it with `.slice()`',
  },
  SH3003: {
    message: 'the value of `{name}` ({type}) cannot be kept on a core',
    reason: 'module constants and state are numbers, booleans and typed arrays of at most 32 bits an element',
    replacement: '{fix}',
  },
  SH3004: {
    message: '`{name}` has no value at the start',
    reason: 'module state is loaded with the module and so needs its first value there',
    replacement: 'write `let {name} = 0`',
  },
} as const;
