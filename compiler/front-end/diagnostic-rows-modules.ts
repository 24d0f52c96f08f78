/** SH4xxx: kernel modules and what they import. */
export const MODULE_ROWS = {
  SH4001: {
    message: 'there is no file {file}',
    reason: 'the kernel module was named but cannot be read',
    replacement: null,
  },
  SH4002: {
    message: "{file} does not begin with 'use kernel'",
    reason: 'the directive says that a module is meant for a core, and that its functions keep to the kernel language',
    replacement: "write 'use kernel'; as its first line, or `import type` if only its types are needed",
  },
  SH4003: {
    message: 'modules import each other in a circle: {path}',
    reason: 'the top-level code of modules runs once, dependencies first, and in a circle nothing is first',
    replacement: 'move what both need into a third module; `import type` may go round',
  },
  SH4004: {
    message: 'cannot parse: {message}',
    reason: 'this is not TypeScript',
    replacement: null,
  },
  SH4005: {
    message: "a kernel cannot import '{name}'",
    reason: 'a core has no packages and no Node: kernels are built from kernel modules alone',
    replacement:
      "import a kernel module by its relative path, 'shoal/kernel' or 'shoal/kernel/machine'; call Node code from the host side",
  },
  SH4006: {
    message: "the import '{name}' does not end in .ts",
    reason: 'kernel modules are named as the file is named, so that Node, editors and the compiler agree',
    replacement: "write '{suggestion}'",
  },
  SH4007: {
    message: "'{name}' lies outside of the project {root}",
    reason: 'a module outside is not shipped with the project, so the same kernel would not build elsewhere',
    replacement: 'move the module into the project',
  },
  SH4008: {
    message: '{file} is not a .ts file',
    reason: 'kernels need types: a kernel module is written in TypeScript',
    replacement: 'rename it to end in .ts, and give its parameters types',
  },
  SH4009: {
    message: 'the module exports no function',
    reason: 'kernels are the exported functions of a kernel module',
    replacement: 'write `export` before the function that shall be called from the host',
  },
  SH4010: {
    message: "'use kernel' is not the first statement",
    reason: 'the directive holds for a whole module, and only at its very start does JavaScript read it as one',
    replacement: 'move it to the first line',
  },
  SH4011: {
    message: 'a kernel cannot be called `{name}`',
    reason: 'the object that has the kernels of a module uses the names at, everywhere, with and then itself',
    replacement: 'export it under another name',
  },
} as const;
