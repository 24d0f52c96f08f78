import { expect, test } from 'vitest';
import { trapError, trapMessage } from '../../../compiler/kernel-tree/trap-message.ts';

const index = (text: string, words: number[]): string =>
  trapMessage({ kind: 'index-out-of-range', text }, words).message;

test('an index that is a name is named', () => {
  expect(index('x[i]', [130, 128])).toBe('x[i] with i=130, length 128');
  expect(index('table[ row ]', [0xffffffff, 4])).toBe('table[ row ] with row=-1, length 4');
});

test('any other index is only given', () => {
  expect(index('x[i + 1]', [130, 128])).toBe('x[i + 1] with index 130, length 128');
  expect(index('x[7]', [7, 3])).toBe('x[7] with index 7, length 3');
  expect(index('x[y[i]]', [7, 3])).toBe('x[y[i]] with index 7, length 3');
});

test('classes and messages of the other traps', () => {
  expect(trapMessage({ kind: 'division-by-zero', text: 'a % b' }, [])).toEqual({
    errorClass: 'RangeError',
    message: 'division by zero',
  });
  expect(trapMessage({ kind: 'throw', text: '', errorClass: 'TypeError', message: 'm' }, [])).toEqual({
    errorClass: 'TypeError',
    message: 'm',
  });
  expect(trapMessage({ kind: 'length-mismatch', text: 'y.set(x)' }, [3, 4]).message).toBe(
    'y.set(x): lengths 3 and 4 differ',
  );
  expect(trapError({ errorClass: 'RangeError', message: 'm' })).toEqual(new RangeError('m'));
  const own = trapError({ errorClass: 'MeshError', message: 'm' });
  expect([own.name, own.message, own instanceof Error]).toEqual(['MeshError', 'm', true]);
});
