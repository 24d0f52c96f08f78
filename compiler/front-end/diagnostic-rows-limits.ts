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
} as const;
