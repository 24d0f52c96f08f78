/** Condition codes, 0 to 15: suffix of `b…` and `mov…`. 14 is always, 15 is branch and link (branches only). */
export const CONDITION_SUFFIXES: readonly string[] = [
  'eq', // AZ
  'ne', // !AZ
  'gtu', // AC and !AZ
  'gteu', // AC
  'lteu', // AZ or !AC
  'ltu', // !AC
  'gt', // !AZ and AV == AN
  'gte', // AV == AN
  'lt', // AV != AN
  'lte', // AZ or AV != AN
  'beq', // BZ
  'bne', // !BZ
  'blt', // BN and !BZ
  'blte', // BN or BZ
  '', // always
  'l', // always, and link
];
