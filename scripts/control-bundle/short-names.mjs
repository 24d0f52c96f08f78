/** Short names for properties: the most used ones get one letter. */
const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$'];

/**
 * @param {string} text a script in which the names stand as whole words
 * @param {RegExp} pattern finds them, and nothing else
 * @param {(one: string, other: string) => boolean} differ whether two names must not become the same
 * @returns {Map<string, string>} the short one of each name
 */
export function shortNames(text, pattern, differ) {
  const uses = new Map();
  for (const [name] of text.matchAll(pattern)) uses.set(name, (uses.get(name) ?? 0) + 1);
  const mostUsedFirst = [...uses].sort(([, first], [, second]) => second - first).map(([name]) => name);
  /** Names that have a short one already, by that. */
  const taken = new Map();
  const short = new Map();
  for (const name of mostUsedFirst) {
    for (const candidate of candidates()) {
      const others = taken.get(candidate) ?? [];
      if (others.some((other) => differ(name, other))) continue;
      taken.set(candidate, [...others, name]);
      short.set(name, candidate);
      break;
    }
  }
  return short;
}

function* candidates() {
  yield* LETTERS;
  for (const first of LETTERS) for (const second of LETTERS) yield first + second;
}
