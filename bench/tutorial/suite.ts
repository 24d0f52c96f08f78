/**
 * The tutorial docs/first-kernel.md as a reader follows it: its files written, its commands run one after another in an
 * empty folder, from the packed package, with an empty home and an empty npm cache. Seconds are the machine's; the
 * reader's own are the `words` to read.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
/** No command of a tutorial takes longer, unless the network is gone. */
const LONGEST_MS = 300_000;

type Figures = Readonly<Record<string, string | number | boolean>>;

export async function* tutorial(): AsyncGenerator<Figures> {
  const page = readFileSync(join(root, 'docs/first-kernel.md'), 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'shoal-tutorial-'));
  const environment = { ...process.env, HOME: join(folder, 'home'), npm_config_cache: join(folder, 'cache'), CI: '1' };
  const run = (command: string, directory: string): { seconds: number; output: string } => {
    const start = performance.now();
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd: directory,
      env: environment,
      encoding: 'utf8',
      timeout: LONGEST_MS,
    });
    if (status !== 0) throw new Error(`'${command}' ends with ${status}:\n${stdout}${stderr}`);
    return { seconds: (performance.now() - start) / 1000, output: stdout };
  };
  try {
    mkdirSync(environment.HOME);
    run(`npm pack --ignore-scripts --pack-destination '${folder}'`, root);
    const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
    let directory = folder;
    let total = 0;
    let before = '';
    for (const [, language, text = ''] of page.matchAll(/^```(\w*)\n(.*?)^```$/gms)) {
      if (language === 'ts') {
        const name = /^\/\/ (\S+\.ts)\n/.exec(text)?.[1];
        if (name === undefined) throw new Error('a block does not begin with the name of its file');
        mkdirSync(dirname(join(directory, name)), { recursive: true });
        writeFileSync(join(directory, name), text);
      } else if (language === 'text') {
        if (text !== before) throw new Error(`the page says\n${text}and the command\n${before}`);
      } else if (language === 'sh') {
        for (const command of text.trimEnd().split('\n')) {
          if (command.startsWith('cd ')) {
            directory = join(directory, command.slice(3));
            continue;
          }
          // What is not released comes from the packed package.
          const isFirst = command.startsWith('npx shoal init ');
          const from = `npx --yes --package '${tarball}' ${command.slice(4)} --shoal 'file:${tarball}'`;
          const { seconds, output } = run(isFirst ? from : command, directory);
          before = output;
          total += seconds;
          yield { suite: 'tutorial', command, seconds: Number(seconds.toFixed(1)) };
        }
      }
    }
    const words = page.replaceAll(/^```.*?^```$/gms, '').split(/\s+/).length;
    yield { suite: 'tutorial', command: 'all', seconds: Number(total.toFixed(1)), words };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
