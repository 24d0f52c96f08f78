/**
 * Every fenced block of README.md and docs/ is used as a reader would use it, in the order of the page: kernels compile,
 * programs run, tests pass, and what stands in a `text` block is what the block before it prints. All types are checked.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { projectFiles } from '../../flash-tools/init/project-files.ts';
import { DocumentedBoard } from './documented-board.ts';
import { type Outcome, Project, packageRoot } from './exact-node-project.ts';
import { shoal, shoalPath } from './shoal-command.ts';

const PAGES = ['README.md', ...readdirSync(join(packageRoot, 'docs')).map((name) => `docs/${name}`)];

/**
 * Lines of `sh` blocks, without the remarks behind them: those that run here (`board`: on an emulated Parallella, `watch`:
 * until it has said that it serves calls, `type`: with what the next block shows as typed), and for the others which
 * test does what they say.
 */
const SHELL: Readonly<Record<string, 'run' | 'board' | 'watch' | 'type' | { readonly because: string }>> = {
  'npm ci && npm run demo': { because: 'demo.test.ts runs the demo' },
  'npm ci && npm test': { because: 'this is it' },
  'npx shoal init my-kernels': {
    because: 'init.test.ts makes a project, installs it, and does what the next lines say',
  },
  'cd my-kernels': { because: 'init.test.ts' },
  'npm install': { because: 'init.test.ts' },
  'npm test': { because: 'init.test.ts; the test of the page has just run' },
  'npx shoal run main.ts': 'run',
  'npx shoal run build.ts': 'run',
  'npx shoal run words.ts': 'run',
  'npx shoal run --expect-text PASS --fail-text FAIL --timeout 60 check.ts': 'run',
  'node plain.js': { because: 'the block before it was run so' },
  'node app/data.mjs': { because: 'bundle.test.ts runs a bundle where nothing else is' },
  'npx shoal compile kernels/vectors.ts --board parallella-16 --board e64g401 -o vectors.shoal': 'run',
  'npx shoal run data.ts': 'run',
  'npx shoal run life-cycle.ts': 'run',
  'npx shoal compile kernels/brightness.ts --listing': 'run',
  'npx shoal compile kernels.ts --listing': 'run',
  'npx shoal compile kernels.ts -o kernels.shoal': 'run',
  'npx shoal disasm kernels.shoal --symbol kernels.mean': 'run',
  'node --inspect-brk --import shoal/register here.ts': {
    because: 'it waits for a debugger; breakpoints.test.ts is one',
  },
  'npx shoal devices': { because: 'the tests of devices have computers with devices' },
  'sudo npx shoal udev --install --usb 1209:0001': { because: 'it is for a system with udev' },
  'npx shoal emulate parallella-16 --usb': { because: 'emulated-board.test.ts starts one' },
  'sudo modprobe vhci-hcd': { because: 'test/vm does it in a virtual machine' },
  'sudo usbip attach -r 127.0.0.1 -b 1-1': { because: 'test/vm does it in a virtual machine' },
  'npx shoal flash usb:0483:df11 --package firmware.dfu': { because: 'test/vm flashes devices on USB' },
  'npm run build:runtime': { because: 'the tests of flashing build it' },
  'npx shoal devices udp://parallella': 'board',
  'npx shoal flash udp://parallella --dry-run': 'board',
  'npx shoal flash udp://parallella': 'board',
  'npx shoal images udp://parallella': 'board',
  'npx shoal info udp://parallella': 'board',
  'npx shoal emulate parallella-16 --slots my-board --udp 1337 --tcp 7000': {
    because: 'the board of these tests is started so',
  },
  'npx shoal flash udp://localhost': 'board',
  'npx shoal monitor tcp://parallella:7000': 'watch',
  'npx shoal repl emu:parallella-16': 'type',
  'npx shoal bench emu:parallella-16': 'run',
  'npx shoal doctor': 'run',
  'npx shoal udev': 'run',
  'npx shoal read emu:parallella-16 --at 0,0:0x100 --length 64': 'run',
  'npx shoal write mem:/dev/shm/board table.bin --at 0x8e000000': {
    because: 'memory-window.test.ts writes to the memory of a board that another process emulates',
  },
  'npx shoal reset local': { because: 'it is for a board; memory-window.test.ts resets an emulated one' },
  'npx shoal run program.elf --on emu:parallella-16 --core 0,0 --group 2x2': {
    because: 'cli-run.test.ts has the programs',
  },
  'openssl genpkey -algorithm ed25519 -out key.pem': { because: 'supervisor.test.ts makes keys' },
  'openssl pkey -in key.pem -pubout -out key.pub.pem': { because: 'supervisor.test.ts makes keys' },
  'npm run build && node scripts/build-runtime.mjs --key key.pem': {
    because: 'supervisor.test.ts signs packages and has them refused',
  },
  'sudo dist/runtime/install.sh --board parallella-16 --root /media/you/rootfs --exports fs': {
    because: 'install-supervisor.test.ts installs into a folder',
  },
  'npm install --prefix /var/lib/shoal koffi': { because: 'it is for a board' },
  'sudo systemctl disable --now serial-getty@ttyPS0': { because: 'it is for a board' },
  'npx shoal flash serial:/dev/ttyUSB0': { because: 'flash-link.test.ts and flash-serial.test.ts have the cable' },
  'sudo npx shoal udev --install': { because: 'it is for a system with udev; cli-devices.test.ts installs elsewhere' },
  'sudo npx shoal udev --install --usb 1209:0001 --pci 1af4:1110': { because: 'it is for a system with udev' },
  'npx shoal completion bash > ~/.local/share/bash-completion/completions/shoal': {
    because: 'cli-completion.test.ts has the shells',
  },
  'npx shoal completion zsh > ~/.zfunc/_shoal': { because: 'cli-completion.test.ts has the shells' },
  'npx shoal completion fish > ~/.config/fish/completions/shoal.fish': {
    because: 'cli-completion.test.ts has the shells',
  },
  'npx shoal read usb:0483:df11 -o firmware.bin': { because: 'dfu.test.ts reads devices' },
  'npx shoal emulate --elf program.elf --max-instructions 1000000': { because: 'cli-emulate.test.ts has the programs' },
};

interface Block {
  readonly language: string;
  readonly text: string;
  /** Line of the page where it begins. */
  readonly line: number;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(packageRoot, page), 'utf8').replaceAll('\r\n', '\n');
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
    line: text.slice(0, match.index).split('\n').length,
  }));
}

let project: Project | undefined;
let board: DocumentedBoard | undefined;
/** There the board has no image before the page has flashed it. */
let isAboutFlashing = false;
afterEach(async () => {
  await board?.end();
  board = undefined;
  await project?.remove();
  project = undefined;
});

/** A reader's folder. */
async function readersProject(): Promise<Project> {
  project = await Project.create({});
  await project.install('shoal', 'vitest', 'typescript', '@types', 'esbuild');
  const files = projectFiles({ name: 'reader', shoal: '0' });
  for (const name of ['vitest.config.ts', 'tsconfig.json']) await project.write({ [name]: files.get(name) ?? '' });
  return project;
}

async function useBlock(reader: Project, { language, text }: Block, before: Outcome): Promise<Outcome> {
  switch (language) {
    case 'js':
      return useJavaScript(reader, text);
    case 'ts':
      return useTypeScript(reader, text);
    case 'sh':
      return useShell(reader, text, before);
    case 'text':
      expect(text).toBe(before.stdout);
      return before;
    case 'log':
      expect(withoutTimes(before.stdout)).toBe(withoutTimes(text));
      return before;
    case 'repl':
      return useTranscript(reader, text);
    case 'yaml':
      return before;
    default:
      throw new Error(`nothing is known of blocks in '${language}'`);
  }
}

async function useTypeScript(reader: Project, text: string): Promise<Outcome> {
  const refused = /^\/\/ refused: (SH\d{4})$/m.exec(text)?.[1];
  const name = refused === undefined ? /^\/\/ ([\w/.-]+\.ts)(:.*)?\n/.exec(text)?.[1] : 'refused.ts';
  if (name === undefined) throw new Error('the block does not begin with the name of its file');
  await reader.write({ [name]: text });
  const isKernel = text.includes("'use kernel'");
  const outcome = name.endsWith('.test.ts')
    ? await reader.run(join(packageRoot, 'node_modules/vitest/vitest.mjs'), 'run')
    : isKernel
      ? await shoal(reader, 'compile', name, '-o', 'block.shoal')
      : await shoal(reader, 'run', name);
  if (refused === undefined) expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
  else expect(outcome).toMatchObject({ code: 8, stderr: expect.stringContaining(`error ${refused}: `) });
  return outcome;
}

/** Runs it as it is: nothing of it is a kernel. */
async function useJavaScript(reader: Project, text: string): Promise<Outcome> {
  const name = /^\/\/ ([\w/.-]+\.js)\n/.exec(text)?.[1];
  if (name === undefined) throw new Error('the block does not begin with the name of its file');
  await reader.write({ [name]: text });
  const outcome = await reader.run(name);
  expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
  return outcome;
}

async function useShell(reader: Project, text: string, before: Outcome): Promise<Outcome> {
  let last = before;
  for (const line of shellLines(text)) {
    const how = SHELL[line];
    if (how === undefined) throw new Error(`nothing is known of the shell line '${line}'`);
    if (typeof how !== 'string') continue;
    const [npx, command, ...args] = line.split(' ');
    expect([npx, command]).toEqual(['npx', 'shoal']);
    if (how === 'watch') last = await watched(reader, await parallella(reader), args);
    else if (how === 'type') last = { code: 0, stdout: '', stderr: '' };
    else {
      const there = how === 'board' ? await parallella(reader) : undefined;
      last = await shoal(reader, ...args.map((argument) => there?.placed(argument) ?? argument));
      expect(last.code, last.stderr).toBe(0);
    }
  }
  return last;
}

function shellLines(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ +#.*$/, ''));
}

/** The board of the page, switched on at its first use. */
async function parallella(reader: Project): Promise<DocumentedBoard> {
  board ??= await DocumentedBoard.start(reader, !isAboutFlashing);
  return board;
}

/** A command that goes on until Ctrl-C, as it is seen on a terminal: remarks first. */
async function watched(reader: Project, there: DocumentedBoard, args: readonly string[]): Promise<Outcome> {
  const running = reader.start([shoalPath, ...args.map((argument) => there.placed(argument))]);
  const deadline = Date.now() + 30_000;
  while (!running.stdout().includes('serves calls')) {
    if (Date.now() > deadline) throw new Error(`it has only said ${running.stdout()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  running.kill('SIGINT');
  const { code, stdout, stderr } = await running.done;
  return { code, stdout: there.named(stderr + stdout), stderr: '' };
}

/** A log is the same but for its times. */
const withoutTimes = (log: string): string => log.replaceAll(/^\d\d:\d\d:\d\d\.\d{3} \[ *\d+\.\d{3}\]/gm, 'TIME');

/** A prompt of Node's, into which the lines behind `…> ` are typed. */
function useTranscript(reader: Project, transcript: string): Outcome {
  const prompt = transcript.slice(0, transcript.indexOf('> ') + 2);
  const typed = transcript.split('\n').filter((line) => line.startsWith(prompt));
  const input = typed.map((line) => `${line.slice(prompt.length)}\n`).join('');
  const args = [shoalPath, 'repl', prompt.slice(0, -2)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: reader.folder, input, encoding: 'utf8' });
  // What is typed is not shown where there is no terminal.
  const shown = transcript.split('\n').map((line) => (line.startsWith(prompt) ? prompt : `${line}\n`));
  expect(stdout.trimEnd()).toBe(`${shown.join('').trimEnd()}\n${prompt}`.trimEnd());
  return { code: status, stdout, stderr };
}

describe.each(PAGES.filter((page) => blocksOf(page).length > 0))('%s', (page) => {
  test('every block does what the page says', { timeout: 120_000 }, async () => {
    const reader = await readersProject();
    isAboutFlashing = page === 'docs/flash.md';
    let last: Outcome = { code: 0, stdout: '', stderr: '' };
    for (const block of blocksOf(page)) {
      try {
        last = await useBlock(reader, block, last);
      } catch (error) {
        throw new Error(`${page}:${block.line}: ${(error as Error).message}`, { cause: error });
      }
    }
    if (!blocksOf(page).some(({ language }) => language === 'ts' || language === 'js')) return;
    const checked = await reader.run(join(packageRoot, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json');
    expect(checked.stdout).toBe('');
  });
});

test('no shell line is explained that no page has', () => {
  const lines = PAGES.flatMap(blocksOf).flatMap(({ language, text }) => (language === 'sh' ? shellLines(text) : []));
  expect(Object.keys(SHELL).filter((line) => !lines.includes(line))).toEqual([]);
});

test('links between pages lead somewhere', () => {
  for (const page of [...PAGES, 'ARCHITECTURE.md', 'CHANGELOG.md']) {
    const text = readFileSync(join(packageRoot, page), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path, anchor] = target.split('#');
      const file = path === '' || path === undefined ? join(packageRoot, page) : join(packageRoot, page, '..', path);
      const linked = readFileSync(file, 'utf8');
      if (anchor === undefined) continue;
      const headings = [...linked.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\w\s-]/g, '')
          .replaceAll(/\s/g, '-'),
      );
      expect(headings, `${page}: ${target}`).toContain(anchor);
    }
  }
});
