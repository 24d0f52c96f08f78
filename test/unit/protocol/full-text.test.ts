import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ERROR_TEXTS } from '../../../protocol/error-texts.ts';
import { fullText, knownOptions } from '../../../protocol/full-text.ts';

const url = new URL('../../../scripts/control-bundle/error-texts.mjs', import.meta.url);
const { keyOf, withoutErrorTexts } = (await import(url.href)) as {
  keyOf(template: string, options?: readonly string[]): string;
  withoutErrorTexts(text: string, isKnown: (key: string) => boolean): string;
};

const keyIn = (template: string): string =>
  Object.entries(ERROR_TEXTS).find(([, text]) => text === template)?.[0] ?? 'none';

const TIMEOUT = keyIn('no answer within {} ms');
const STRUCTURE = keyOf('{} that is not an integer of 0 … {}');
const NAME = keyOf('something else than a name');

test.each([
  ['words', 'no answer within 5 ms [CALL_TIMEOUT]', 'no answer within 5 ms [CALL_TIMEOUT]'],
  [
    'a text without values',
    `^${NAME} at byte 7 [PROTOCOL_INVALID]`,
    'something else than a name at byte 7 [PROTOCOL_INVALID]',
  ],
  ['a value', `^${TIMEOUT}5| [CALL_TIMEOUT]`, 'no answer within 5 ms [CALL_TIMEOUT]'],
  ['several', `^${STRUCTURE}call|65535| at byte 3`, 'call that is not an integer of 0 … 65535 at byte 3'],
  [
    'a text in a value',
    `^${STRUCTURE}^${TIMEOUT}5|, too|9|`,
    'no answer within 5 ms, too that is not an integer of 0 … 9',
  ],
  ['a value that is cut off', `^${TIMEOUT}5`, 'no answer within 5 ms'],
  ['a key of a later release', '^zzz5|', '^zzz5|'],
  ['a key that every object has', '^constructor', '^constructor'],
  ['text that only has a mark in it', 'a ^ b', 'a ^ b'],
])('%s', (_, sent, expected) => {
  expect(fullText(sent)).toBe(expected);
});

test('any text is taken', () => {
  const part = fc.oneof(fc.constantFrom('^', '|', `^${TIMEOUT}`, `^${STRUCTURE}`), fc.string());
  fc.assert(fc.property(fc.array(part), (parts) => typeof fullText(parts.join('')) === 'string'));
});

test('options that all errors of a text have', () => {
  const late = keyIn('the other end has been silent for {} ms');
  expect(knownOptions(`^${late} [LINK_LOST]`)).toEqual({ retryable: true });
  expect(knownOptions(`^${NAME}`)).toEqual({});
  expect(knownOptions(late)).toEqual({});
});

test('what the script for small engines says instead', () => {
  const text = [
    `throw new ShoalError("CALL_TIMEOUT", \`no answer within \${ms} ms\`, { details: { ms } });`,
    'throw new ShoalError("A", "it is not there", { hint: "look for it", retryable: true });',
    'throw new ShoalError("A", "it is not there", { hint: "look for it", cause, retryable: true });',
    'throw refused("it is not there", "look for it");',
    'throw is ? invalid("short", 0) : invalid("something else than a name", at);',
    'throw new TypeError("words that the host does not have");',
    'show("something else than a name");',
  ].join('\n');
  const ms = keyOf('no answer within {} ms');
  const both = keyOf('it is not there', ['hint: "look for it"', 'retryable: true']);
  const hint = keyOf('it is not there', ['hint: "look for it"']);
  expect(withoutErrorTexts(text, (key) => [ms, NAME, both, hint].includes(key))).toBe(
    [
      `throw new ShoalError("CALL_TIMEOUT", \`^${ms}\${ms}|\`, { details: { ms } });`,
      `throw new ShoalError("A", '^${both}');`,
      `throw new ShoalError("A", '^${both}', { cause,  });`,
      `throw refused('^${hint}');`,
      `throw is ? invalid("short", 0) : invalid('^${NAME}', at);`,
      'throw new TypeError("words that the host does not have");',
      'show("something else than a name");',
    ].join('\n'),
  );
});
