/** SH5xxx: sizes and limits. */
export const LIMIT_ROWS = {
  SH5001: {
    message: 'top-level code of {file} failed: {message}',
    reason:
      'top-level code of a kernel module runs once at build time, and the values it leaves are put into the image',
    replacement: null,
  },
  SH5002: {
    message: 'top-level code of {file} did not end within {seconds} s',
    reason: 'top-level code of a kernel module runs once at build time, and the build must end',
    replacement: 'compute less there, or keep the table in a file of its own',
  },
  SH5003: {
    message: '`{name}` has {bytes} bytes, more than the {limit} that a module may hold',
    reason: 'module data is part of the image that is loaded into a core',
    replacement: 'pass the array as an argument',
  },
  SH5004: {
    message: '{name} is not there at build time',
    reason: 'the same source must give the same image each time',
    replacement: 'compute the values from a seed',
  },
  SH5005: {
    message: 'this is nested more than {limit} levels deep',
    reason: 'the compiler follows each level inside of the one around it, and its stack has an end',
    replacement: 'divide the expression, or put a part of the statements into a function',
  },
  SH5006: {
    message: 'this switch has {count} cases',
    reason: 'they are tested one after another, and at most {limit} are compiled',
    replacement: 'read the result from a table: an array of the module',
  },
  SH5007: {
    message: 'the kernels of this module reach {count} statements and functions',
    reason: 'a core holds the code of some {limit}',
    replacement: 'divide the module, and load one part after the other',
  },
  SH5008: {
    message: '`{name}` takes {count} words of arguments',
    reason: 'arguments are in registers: {limit} words, of which a typed array takes two',
    replacement: 'pass numbers in a typed array',
  },
} as const;
