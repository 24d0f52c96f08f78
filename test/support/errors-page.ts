/** docs/errors.md: the codes of ShoalError, from the table in protocol/errors.ts. */
import { exitCodeOf } from '../../flash-tools/exit-codes.ts';
import { ERROR_CODES, ShoalError, type ShoalErrorCode } from '../../protocol/errors.ts';

const EXIT_MEANINGS: readonly (readonly [number, string])[] = [
  [0, 'everything went well'],
  [1, 'it failed'],
  [2, 'the command line cannot be understood'],
  [3, 'no device, or more than one that could be meant'],
  [4, 'no permission, or another program has it'],
  [5, 'the link to the board failed'],
  [6, 'it took longer than allowed'],
  [7, 'flashing failed'],
  [8, 'kernels do not compile, or do not fit'],
  [9, 'the program that ran on the board failed'],
  [70, 'a bug of Shoal'],
  [130, 'interrupted by Ctrl-C'],
];

export function errorsPage(): string {
  const rows = (Object.entries(ERROR_CODES) as [ShoalErrorCode, string][]).map(
    ([code, text]) => `| \`${code}\` | ${text} | ${exitCodeOf(new ShoalError(code, ''))} |`,
  );
  return `# Errors

Every error that a user of Shoal can cause is a \`ShoalError\`: \`code\` is one of the codes below and stays the same from
version to version, \`message\` says what failed with the values, \`hint\` what to do, \`details\` holds the facts for
programs, and \`retryable\` is true if the same operation may succeed when it is repeated. \`isShoalError(error, code)\`
recognises one. A trap on a core arrives as the class that the same fault has in Node, a \`RangeError\` or an \`Error\`,
and is a \`ShoalError\` by \`isShoalError\` all the same.

This page is generated from \`protocol/errors.ts\` and \`flash-tools/exit-codes.ts\`.

| code | when | exit code of \`shoal\` |
|---|---|---|
${rows.join('\n')}

The errors of kernels are counted by numbers of their own, \`SH1001\` and so on: [diagnostics.md](diagnostics.md).

## Exit codes of the command

| exit code | means |
|---|---|
${EXIT_MEANINGS.map(([code, text]) => `| ${code} | ${text} |`).join('\n')}

A program that \`shoal run\` runs gives its own exit code.
`;
}

/** Exit codes that the page explains. */
export const EXPLAINED_EXIT_CODES: readonly number[] = EXIT_MEANINGS.map(([code]) => code);
