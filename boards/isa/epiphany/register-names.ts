/** Names of the general registers: how they are printed, and every name that is accepted. */
const PRINTED: Readonly<Record<number, string>> = { 11: 'fp', 13: 'sp', 14: 'lr' };

/** Aliases of the GNU assembler. */
const ALIASES: Readonly<Record<string, number>> = {
  a1: 0,
  a2: 1,
  a3: 2,
  a4: 3,
  v1: 4,
  v2: 5,
  v3: 6,
  v4: 7,
  v5: 8,
  v6: 9,
  sb: 9,
  v7: 10,
  sl: 10,
  v8: 11,
  fp: 11,
  ip: 12,
  sp: 13,
  lr: 14,
};

/** The name that a disassembly shows. */
export function registerName(number: number): string {
  return PRINTED[number] ?? `r${number}`;
}

/** The number of a general register by any of its names, lower case; undefined if it is none. */
export function registerNumber(name: string): number | undefined {
  const alias = ALIASES[name];
  if (alias !== undefined) return alias;
  const match = /^r(0|[1-9][0-9]?)$/.exec(name);
  const number = match === null ? 64 : Number(match[1]);
  return number < 64 ? number : undefined;
}
