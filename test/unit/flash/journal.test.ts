import { expect, test } from 'vitest';
import { Journal } from '../../../device/boot-linux/journal.ts';

test('each line is heard once, over followers that come and go', () => {
  const written: string[] = [];
  let seconds = 0;
  const journal = new Journal(
    (text) => written.push(text),
    () => seconds,
  );
  journal.add('before');
  const first: string[] = [];
  seconds = 1.5;
  const leaveFirst = journal.follow((line) => first.push(line));
  journal.add('it starts');
  expect(first).toEqual(['[    0.000] before', '[    1.500] it starts']);
  // It ends before it has served: nobody was there to hear that.
  leaveFirst();
  journal.add('it failed');
  const second: string[] = [];
  const leaveSecond = journal.follow((line) => second.push(line));
  // The old one says again that it has left.
  leaveFirst();
  journal.heard();
  journal.add('it serves');
  expect(second).toEqual([...first, '[    1.500] it failed', '[    1.500] it serves']);
  leaveSecond();
  journal.add('the next');
  const third: string[] = [];
  journal.follow((line) => third.push(line));
  expect(third).toEqual(['[    1.500] the next']);
  expect(written).toEqual(['before', 'it starts', 'it failed', 'it serves', 'the next']);
});

test('of what nobody hears the last hundred lines are kept', () => {
  const journal = new Journal(
    () => undefined,
    () => 0,
  );
  for (let number = 0; number < 120; number++) journal.add(String(number));
  const lines: string[] = [];
  journal.follow((line) => lines.push(line));
  expect(lines).toHaveLength(100);
  expect(lines[0]).toBe('[    0.000] 20');
});
