import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { ShoalError } from '../../protocol/errors.ts';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { systemErrorCode } from '../exit-codes.ts';
import { projectFiles } from '../init/project-files.ts';
import { ownPackage, shoalDependency } from '../init/shoal-dependency.ts';

/** A new repository may be there before the project. */
const MAY_BE_THERE: readonly string[] = ['.git'];

/** Adds `shoal init [NAME] [--shoal SPEC] [--json]`: a project with a kernel, a program, a test and a CI file. */
export function addInitCommand(program: Command, frame: CommandFrame): void {
  program
    .command('init')
    .summary('make a new project')
    .description(
      'Makes a project with a kernel, a program that calls it, a test on the emulator and a CI file. Its folder must be ' +
        'new or empty.',
    )
    .argument('[name]', 'folder of the project; without it, this folder')
    .option('--shoal <package>', 'the Shoal that the project uses, as npm install takes it: a version, or file:PATH')
    .option(...JSON_OPTION)
    .addHelpText('after', examples('shoal init my-kernels'))
    .action(async (given: string | undefined, options: { readonly shoal?: string }) => {
      const folder = resolve(given ?? '.');
      await mustBeEmpty(folder, given ?? 'this folder');
      const name = packageName(basename(folder));
      const shoal = options.shoal ?? (await shoalDependency(await ownPackage()));
      const files = projectFiles({ name, shoal });
      for (const [path, text] of files) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
      frame.answer('init/1', { folder, name, shoal, files: [...files.keys()] }, () =>
        [
          `made ${name} in ${folder}:`,
          ...[...files.keys()].map((path) => `  ${path}`),
          'next:',
          ...(given === undefined ? [] : [`  cd ${/^[\w./-]+$/.test(given) ? given : `'${given}'`}`]),
          '  npm install',
          '  npm test',
        ].join('\n'),
      );
    });
}

/** @throws ShoalError USAGE if there is something in the folder, or it is none. */
async function mustBeEmpty(folder: string, title: string): Promise<void> {
  let entries: readonly string[];
  try {
    entries = await readdir(folder);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') return;
    if (code !== 'ENOTDIR') throw error;
    throw new ShoalError('USAGE', `${title} is a file, not a folder`, { details: { folder }, cause: error });
  }
  const [first, ...others] = entries.filter((entry) => !MAY_BE_THERE.includes(entry));
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  throw new ShoalError('USAGE', `${title} is not empty: it has ${first}${more}`, {
    hint: 'give the name of a new folder: shoal init my-project',
    details: { folder },
  });
}

/** A name that npm takes, made from the name of a folder. */
function packageName(folder: string): string {
  const name = folder
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '');
  return name === '' || name === 'shoal' ? 'my-kernels' : name.slice(0, 214);
}
