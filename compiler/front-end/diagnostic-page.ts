import { DIAGNOSTICS } from './diagnostics.ts';

const CHAPTERS: readonly (readonly [prefix: string, title: string])[] = [
  ['SH10', 'Syntax that is not in this version yet'],
  ['SH11', 'Syntax that is not in the language'],
  ['SH20', 'Types'],
  ['SH21', 'Number kinds'],
  ['SH3', 'Memory'],
  ['SH4', 'Modules'],
  ['SH5', 'Sizes and limits'],
];

/** The text of docs/diagnostics.md. Words in braces are filled in when the diagnostic is reported. */
export function diagnosticsPage(): string {
  const lines = [
    '# Diagnostics',
    '',
    'What the compiler says about kernel modules, by number. This page is generated from the table in',
    '`compiler/front-end`; words in braces stand for names of the program.',
  ];
  const codes = Object.entries(DIAGNOSTICS).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [prefix, title] of CHAPTERS) {
    lines.push('', `## ${title}`, '');
    for (const [code, row] of codes) {
      if (!code.startsWith(prefix)) continue;
      lines.push(`- **${code}**: ${row.message}.`, `  Why: ${row.reason}.`);
      if (row.replacement !== null) lines.push(`  Instead: ${row.replacement}.`);
    }
  }
  return `${lines.join('\n')}\n`;
}
