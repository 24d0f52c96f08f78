import type { Command, Help } from 'commander';

/** A terminal as it opens: pages that are longer scroll away. */
const COLUMNS = 80;

/** Not listed: what shows the page, and what its first line names. */
const EVERYWHERE: ReadonlySet<string> = new Set(['--help', '--version', 'help']);

/** The help of a command on one screen: usage, what it does, arguments and options; examples follow. */
export function helpPage(command: Command, helper: Help): string {
  const rows: readonly (readonly [term: string, description: string])[] = [
    ...helper
      .visibleArguments(command)
      .map((argument) => [helper.argumentTerm(argument), helper.argumentDescription(argument)] as const),
    ...helper
      .visibleOptions(command)
      .filter(({ long }) => long === undefined || !EVERYWHERE.has(long))
      .map((option) => [helper.optionTerm(option), withPlainDefault(helper.optionDescription(option))] as const),
    ...helper
      .visibleCommands(command)
      .filter((each) => !EVERYWHERE.has(each.name()))
      .map((each) => [helper.subcommandTerm(each), helper.subcommandDescription(each)] as const),
  ];
  const termWidth = Math.max(0, ...rows.map(([term]) => term.length));
  helper.helpWidth = Math.min(helper.helpWidth ?? COLUMNS, COLUMNS);
  return [
    `Usage: ${helper.commandUsage(command)}`,
    helper.boxWrap(helper.commandDescription(command), helper.helpWidth),
    '',
    ...rows.map(([term, description]) => helper.formatItem(term, termWidth, description, helper)),
    '',
  ].join('\n');
}

/** Commander writes defaults as JSON. */
function withPlainDefault(description: string): string {
  return description.replace(/\(default: "(.*)"\)$/, '(default: $1)');
}
