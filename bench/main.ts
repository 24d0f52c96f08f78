/**
 * The benchmarks: `npm run bench -- SUITE… [--json]`, all suites without a name. With --json one JSON object per line.
 */
type Figures = Readonly<Record<string, string | number | boolean>>;
type Suite = () => AsyncGenerator<Figures>;

const SUITES: Readonly<Record<string, () => Promise<Suite>>> = {
  emulator: async () => (await import('./emulator.ts')).emulator,
  flash: async () => (await import('./flash/suite.ts')).flash,
  host: async () => (await import('./host/suite.ts')).host,
  kernels: async () => (await import('./kernels/suite.ts')).kernels,
  rpc: async () => (await import('./rpc/suite.ts')).rpc,
  math: async () => (await import('./math/suite.ts')).math,
  wire: async () => (await import('./wire/suite.ts')).wire,
  testing: async () => (await import('./testing/suite.ts')).testing,
  tutorial: async () => (await import('./tutorial/suite.ts')).tutorial,
  numbers: async () => (await import('./numbers/suite.ts')).numbers,
};

const args = process.argv.slice(2);
const json = args.includes('--json');
const names = args.filter((arg) => !arg.startsWith('-'));
const unknown = names.find((name) => !(name in SUITES));
if (unknown !== undefined) {
  process.stderr.write(`there is no suite '${unknown}'; there are ${Object.keys(SUITES).join(', ')}\n`);
  process.exitCode = 2;
} else {
  for (const name of names.length > 0 ? names : Object.keys(SUITES)) {
    const suite = await SUITES[name]?.();
    if (suite === undefined) continue;
    for await (const figures of suite()) {
      const text = Object.entries(figures).map(([key, value]) => `${key} ${value}`);
      process.stdout.write(`${json ? JSON.stringify(figures) : text.join('  ')}\n`);
    }
  }
}
