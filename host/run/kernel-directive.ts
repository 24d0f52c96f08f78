/** Space, comments, and string directives with their ends. */
const BEFORE = /(?:\s|;|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)+/y;
const DIRECTIVE = /'([^'\\\n\r]*)'|"([^"\\\n\r]*)"/y;

/** True if a module begins with the directive 'use kernel', as JavaScript reads directives. */
export function isKernelModule(source: string): boolean {
  let at = /^\ufeff?(?:#![^\n\r]*)?/.exec(source)?.[0].length ?? 0;
  for (;;) {
    BEFORE.lastIndex = at;
    at += BEFORE.exec(source)?.[0].length ?? 0;
    DIRECTIVE.lastIndex = at;
    const found = DIRECTIVE.exec(source);
    if (found === null) return false;
    if ((found[1] ?? found[2]) === 'use kernel') return true;
    at += found[0].length;
  }
}
