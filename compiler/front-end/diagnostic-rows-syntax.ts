/** SH1xxx: syntax. SH10xx: not in this version yet. SH11xx: not in the language. */
export const SYNTAX_ROWS = {
  SH1000: {
    message: '{kind} is not known to this version of the compiler',
    reason: 'syntax that is not known is refused, because nothing says what it would mean on a core',
    replacement: null,
  },
} as const;
