/** The table of docs/kernel-language.md: what the compiler says of each construct, found by asking it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBoard } from '../../../boards/registry.ts';
import { type CompileFailedDetails, compileKernels } from '../../../compiler/index.ts';
import { isShoalError } from '../../../protocol/errors.ts';
import type { Construct } from './construct.ts';
import { CONSTRUCT_GROUPS, type ConstructGroup } from './constructs.ts';

export interface ConstructState {
  readonly construct: Construct;
  /** The numbers that the compiler gave, none if it compiled the program. */
  readonly codes: readonly string[];
}

/** Asks the compiler for every construct. */
export async function constructStates(): Promise<ReadonlyMap<ConstructGroup, readonly ConstructState[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-language-'));
  try {
    const groups = new Map<ConstructGroup, readonly ConstructState[]>();
    for (const [g, group] of CONSTRUCT_GROUPS.entries()) {
      const states: ConstructState[] = [];
      for (const [c, construct] of group.constructs.entries()) {
        states.push({ construct, codes: await codesOf(construct, join(folder, `${g}-${c}`)) });
      }
      groups.set(group, states);
    }
    return groups;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function codesOf({ files }: Construct, folder: string): Promise<readonly string[]> {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  try {
    await compileKernels(join(folder, 'kernels.ts'), { board: findBoard('parallella-16') });
    return [];
  } catch (error) {
    if (!isShoalError(error, 'COMPILE_FAILED')) throw error;
    const { diagnostics } = error.details as unknown as CompileFailedDetails;
    return [...new Set(diagnostics.map(({ code }) => code))];
  }
}

/** `yes`, `not yet` or `never`, with the number that the compiler gives. */
export function stateText({ construct, codes: [code] }: ConstructState): string {
  if (code === undefined) return 'yes';
  return `${construct.isPlanned || code.startsWith('SH10') ? 'not yet' : 'never'}, ${code}`;
}

/** The table in Markdown. */
export function languageTable(groups: ReadonlyMap<ConstructGroup, readonly ConstructState[]>): string {
  const lines: string[] = [];
  for (const [{ title }, states] of groups) {
    lines.push(`### ${title}`, '', '| construct | for example | state |', '|---|---|---|');
    for (const state of states) {
      const { name, shown } = state.construct;
      lines.push(`| ${cell(name)} | ${code(shown)} | ${stateText(state)} |`);
    }
    lines.push('');
  }
  return lines.join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

function code(text: string): string {
  const oneLine = text.replaceAll(/\s+/g, ' ').trim().replaceAll('|', '\\|');
  return oneLine.includes('`') ? `\`\` ${oneLine} \`\`` : `\`${oneLine}\``;
}
