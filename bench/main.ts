/**
 * `npm run bench -- SUITE … [--json]`: figures, one row or one JSON line for each case. Without a name: all suites.
 * Needs `npm run build`.
 */
import { kernels } from './kernels/suite.ts';
import { numbers } from './numbers/suite.ts';

type Row = Readonly<Record<string, string | number | boolean>>;

const suites: Readonly<Record<string, () => AsyncGenerator<Row>>> = { kernels, numbers };

const words = process.argv.slice(2);
const json = words.includes('--json');
const names = words.filter((word) => !word.startsWith('--'));
const wrong = [
  ...names.filter((name) => suites[name] === undefined),
  ...words.filter((word) => word.startsWith('--') && word !== '--json'),
];
if (wrong.length > 0) {
  console.error(`bench: there is no ${wrong.join(', ')}; suites: ${Object.keys(suites).join(', ')}; option: --json`);
  process.exit(2);
}
for (const [name, suite] of Object.entries(suites)) {
  if (names.length > 0 && !names.includes(name)) continue;
  for await (const row of suite()) console.log(json ? JSON.stringify(row) : rowText(row));
}

function rowText({ suite, kernel, ...figures }: Row): string {
  const cells = Object.entries(figures).map(([key, value]) => `${key} ${String(value).padEnd(8)}`);
  return `${String(suite)} ${String(kernel).padEnd(10)} ${cells.join(' ')}`;
}
