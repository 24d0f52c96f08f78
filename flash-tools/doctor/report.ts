import { hostname, release, userInfo } from 'node:os';
import type { Check } from './check.ts';

/** Names of this computer and user; shorter ones would be found in ordinary words. */
const SHORTEST_NAME = 3;

/**
 * A report for a bug tracker: the checks and the versions, with home folder, user, computer and serial numbers taken out.
 */
export function bugReport(checks: readonly Check[], serialNumbers: readonly string[]): string {
  const lines = [
    '### shoal doctor',
    '',
    `- system: ${process.platform} ${release()} ${process.arch}`,
    ...Object.entries({ node: process.version, v8: process.versions.v8 }).map(([name, text]) => `- ${name}: ${text}`),
    ...checks.map(({ name, status, finding }) => `- ${name}: ${status}: ${finding}`),
  ];
  return withoutSecrets(lines.join('\n'), serialNumbers);
}

/** Takes out what says who and where the user is. */
export function withoutSecrets(text: string, serialNumbers: readonly string[], user: UserNames = thisUser()): string {
  const secrets: readonly (readonly [string, string])[] = [
    [user.home, '~'],
    ...serialNumbers.map((number) => [number, '<serial number>'] as const),
    [user.name === 'root' ? '' : user.name, '<user>'],
    [user.computer, '<computer>'],
  ];
  let clean = text;
  for (const [secret, replacement] of secrets) {
    if (secret.length < SHORTEST_NAME) continue;
    const escaped = secret.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    clean = clean.replaceAll(new RegExp(`(?<!\\w)${escaped}(?!\\w)`, 'g'), replacement);
  }
  return clean;
}

interface UserNames {
  readonly home: string;
  readonly name: string;
  readonly computer: string;
}

function thisUser(): UserNames {
  const { homedir, username } = userInfo();
  return { home: homedir, name: username, computer: hostname() };
}
