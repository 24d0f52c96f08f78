import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AssembledObject, assemble } from '../../../boards/isa/epiphany/assembler.ts';
import { disassemble } from '../../../boards/isa/epiphany/disassembler.ts';
import { RELOCATION } from '../../../boards/isa/epiphany/relocations.ts';
import { isShoalError, type ShoalError } from '../../../protocol/errors.ts';

function bytesOf(object: AssembledObject, section = '.text'): number[] {
  return [...(object.sections.find(({ name }) => name === section)?.bytes ?? [])];
}

/** The code as text again, each instruction with its address. */
function listing(source: string): string[] {
  const bytes = Uint8Array.from(bytesOf(assemble(source)));
  return [...disassemble(bytes, 0)].map(({ address, text }) => `${address}: ${text}`);
}

function errorOf(source: string): ShoalError {
  try {
    assemble(source, 'x.s');
  } catch (error) {
    if (isShoalError(error, 'ASSEMBLER_SYNTAX')) return error;
    throw error;
  }
  throw new Error(`${source} was assembled`);
}

describe('layout', () => {
  test('takes the shortest form that fits, and the one that a suffix asks for', () => {
    expect(listing('add r0,r1,#3\nadd r0,r1,#4\nadd.l r0,r1,#3\nmov r7,#255\nmov r8,#255')).toEqual([
      '0: add r0,r1,3',
      '2: add r0,r1,4',
      '6: add r0,r1,3',
      '10: mov r7,0xff',
      '12: mov r8,0xff',
    ]);
  });

  test('grows a branch only when its target is too far away', () => {
    const nops = (count: number): string => 'nop\n'.repeat(count);
    expect(listing(`b end\n${nops(126)}end:`)[0]).toBe('0: b 0xfe');
    expect(assemble(`b end\n${nops(126)}end:`).sections[0]?.lengthBytes).toBe(254);
    expect(assemble(`b end\n${nops(127)}end:`).sections[0]?.lengthBytes).toBe(258);
    expect(assemble(`start:\n${nops(128)}b start`).sections[0]?.lengthBytes).toBe(258);
    expect(assemble(`start:\n${nops(129)}b start`).sections[0]?.lengthBytes).toBe(262);
  });

  test('a branch that grows can make another grow', () => {
    const source = `a:\nb far\n${'nop\n'.repeat(127)}b a\n${'nop\n'.repeat(200)}far:`;
    const lines = listing(source);
    expect(lines[0]).toBe('0: b 0x296');
    expect(lines.find((line) => line.endsWith('b 0x0'))).toBe('258: b 0x0');
    expect(assemble(source).sections[0]?.lengthBytes).toBe(4 + 254 + 4 + 400);
  });

  test('fills code up with NOPs and data with zeros', () => {
    expect(bytesOf(assemble('nop\n.balign 8\nnop'))).toEqual([0xa2, 1, 0xa2, 1, 0xa2, 1, 0xa2, 1, 0xa2, 1]);
    expect(bytesOf(assemble('.data\n.byte 1\n.p2align 2\n.byte 2'), '.data')).toEqual([1, 0, 0, 0, 2]);
    expect(assemble('.data\n.balign 16').sections[0]?.alignBytes).toBe(16);
  });

  test('.bss has a length and no bytes', () => {
    const [section] = assemble('.bss\nstate: .space 24').sections;
    expect(section).toEqual({ name: '.bss', alignBytes: 2, lengthBytes: 24, relocations: [] });
  });

  test('numbered labels', () => {
    expect(listing('1: beq 1f\nb 1b\n1: b 1b')).toEqual(['0: beq 0x4', '2: b 0x0', '4: b 0x4']);
    expect(assemble('1: b 1b').symbols).toEqual([]);
  });

  test('any mixture of branches reaches its targets', () => {
    const branch = fc.record({ at: fc.nat({ max: 400 }), to: fc.nat({ max: 400 }) });
    fc.assert(
      fc.property(fc.array(branch, { maxLength: 60 }), (branches) => {
        const rows = Array.from({ length: 401 }, (_, i) => [`l${i}: nop`]);
        for (const { at, to } of branches) rows[at]?.push(`bne l${to}`);
        const object = assemble(rows.flat().join('\n'));
        const offsets = new Map(object.symbols.map(({ name, offset }) => [name, offset]));
        const wanted = branches.map(({ to }) => offsets.get(`l${to}`)).sort();
        const found = [...disassemble(Uint8Array.from(bytesOf(object)), 0)].flatMap(({ target }) => target ?? []);
        expect(found.sort()).toEqual(wanted);
      }),
      { seed: 5, numRuns: 60 },
    );
  });
});

describe('directives', () => {
  test('data', () => {
    const source = `.data
      .word 1, -1, 0x80000000
      .short 0x1234, -2
      .byte 'a', '\\n', ';', 255
      .float 1.5, -inf
      .ascii "a;b,\\"c", "d"
      .asciz "z"
      .space 2, 0xee`;
    expect(bytesOf(assemble(source), '.data')).toEqual([
      ...[1, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 128],
      ...[0x34, 0x12, 0xfe, 0xff],
      ...[97, 10, 59, 255],
      ...[0, 0, 0xc0, 0x3f, 0, 0, 0x80, 0xff],
      ...[97, 59, 98, 44, 34, 99, 100],
      ...[122, 0, 0xee, 0xee],
    ]);
  });

  test('constants, expressions, differences of labels', () => {
    const source = `.equ SIZE, 2*(3+1)<<1
      .set MASK, ~0xf & 0xff | 1
      mov r0, SIZE-1
      mov r1, MASK
      start: nop
      mov r2, %low(end-start+0x10000)
      end: .word end-start, %high(0x12345678)`;
    expect(listing(source).slice(0, 4)).toEqual(['0: mov r0,0xf', '2: mov r1,0xf1', '4: nop', '6: mov r2,0x6']);
    expect(bytesOf(assemble(source)).slice(10)).toEqual([6, 0, 0, 0, 0x34, 0x12, 0, 0]);
  });

  test('.type, .size and .global describe symbols', () => {
    const object = assemble(`.global main
      .type main, @function
      main: nop
      rts
      .size main, .-main
      .data
      table: .word 1, 2
      .type table, %object
      .size table, 8
      here:`);
    expect(object.symbols).toEqual([
      { name: 'main', section: '.text', offset: 0, lengthBytes: 6, kind: 'function' },
      { name: 'table', section: '.data', offset: 0, lengthBytes: 8, kind: 'object' },
      { name: 'here', section: '.data', offset: 8, lengthBytes: 0, kind: 'label' },
    ]);
    expect(object.globals).toEqual(new Set(['main']));
  });

  test('comments and several statements in a line', () => {
    expect(listing('nop ; mov\n# mov\n  # mov\nnop`nop /* mov\n mov */ nop')).toHaveLength(4);
    expect(assemble('nop\n/*\n\n*/ rts').lines).toEqual([
      { section: '.text', offset: 0, line: 1 },
      { section: '.text', offset: 2, line: 4 },
    ]);
  });
});

describe('relocations', () => {
  const relocation = (source: string): unknown => assemble(source).sections[0]?.relocations;
  const of = (type: number, symbol: string, addend = 0, offset = 0): unknown => [{ offset, type, symbol, addend }];

  test.each([
    ['mov r0, main.x', RELOCATION.low],
    ['mov r0, %low(main.x)', RELOCATION.low],
    ['movt r0, main.x', RELOCATION.high],
    ['movt r0, %high(main.x)', RELOCATION.high],
    ['bl main.x', RELOCATION.branch24],
    ['b.s main.x', RELOCATION.branch8],
    ['.word main.x', RELOCATION.word],
    ['.short main.x', RELOCATION.half],
    ['.byte main.x', RELOCATION.byte],
    ['ldr r0,[r1],main.x', RELOCATION.magnitude11],
    ['add r0,r1,main.x', RELOCATION.signed11],
  ])('%s', (source, type) => expect(relocation(source)).toEqual(of(type, 'main.x')));

  test('with addends, and labels of this file', () => {
    expect(relocation('nop\nbl f-4')).toEqual(of(RELOCATION.branch24, 'f', -4, 2));
    expect(relocation('here: mov r0, here+8')).toEqual(of(RELOCATION.low, 'here', 8));
    expect(relocation('nop\n.word f-.')).toEqual(of(RELOCATION.wordRelative, 'f', -2, 2));
  });

  test('a numbered label that only a relocation names stays a symbol', () => {
    const object = assemble('mov r0, 1f\n1: nop');
    expect(object.symbols.map(({ name, offset }) => [name, offset])).toEqual([['.L1.1', 4]]);
    expect(object.sections[0]?.relocations[0]?.symbol).toBe('.L1.1');
  });

  test('names of special registers can be labels', () => expect(listing('status: b status')).toEqual(['0: b 0x0']));
});

describe('errors name the place, what is wrong, and what to write', () => {
  test.each([
    ['  testst r0,[r1]', 'x.s:1:3: "testst" is not an instruction', 'did you mean testset?'],
    [
      'nop\nldr r0,r1',
      'x.s:2:1: ldr does not take these operands',
      /it is written ldr r0,\[r1,r2\] or ldr r0,\[r1\],r2/,
    ],
    [
      'ldr r0,[r1,#2048]',
      'x.s:1:12: 2048 is out of range',
      'ldr takes a number from -2047 to 2047 here, in units of 4 bytes',
    ],
    ['ldr r0,[r1,#-2048]', 'x.s:1:12: -2048 is out of range', /-2047 to 2047/],
    ['add r0,r0,#1024', 'x.s:1:11: 1024 is out of range', 'add takes a number from -1024 to 1023 here'],
    ['add r0,r0,#-1025', 'x.s:1:11: -1025 is out of range', /-1024 to 1023/],
    ['lsl r0,r0,#32', 'x.s:1:11: 32 is out of range', 'lsl takes a number from 0 to 31 here'],
    ['mov r0,#0x10000', 'x.s:1:8: 65536 is out of range', 'mov takes a number from 0 to 65535 here'],
    ['trap 64', 'x.s:1:6: 64 is out of range', 'trap takes a number from 0 to 63 here'],
    ['add.s r8,r0,r0', 'x.s:1:13: r8 is no register of a 16-bit instruction', 'use r0 to r7, or leave the suffix out'],
    ['movt.s r0,#1', 'x.s:1:1: movt has no 16-bit form', 'write movt without a suffix'],
    ['ldrd r1,[r2]', 'x.s:1:6: the register of a double-word access must be even', /r0, r2, r4/],
    ['mov r64,#1', 'x.s:1:1: mov does not take these operands', /mov r0,#12/],
    ['ldr r0,[r70]', 'x.s:1:9: "r70" is not a register', /r0 to r63/],
    ['mov r0,,r1', 'x.s:1:8: an operand is missing', /commas/],
    ['mov r0,#(1+2', 'x.s:1:13: "(1+2" lacks a closing parenthesis', /label\+4/],
    ['mov r0,#1/0', 'x.s:1:12: "1/0" divides by zero', /number/],
    ['.word a+b', 'x.s:1:10: "a+b" adds two symbols', /sum/],
    ['.word a-b', 'x.s:1:7: this value cannot be computed', /two labels of this section/],
    ['.wrod 1', 'x.s:1:1: .wrod is not a directive', 'did you mean .word?'],
    ['.byte 256', 'x.s:1:7: 256 does not fit 1 bytes', '-128 to 255 fit'],
    ['.align 4', 'x.s:1:1: .align means bytes to some assemblers and a power of two to others', /\.balign/],
    ['.balign 3', 'x.s:1:9: 3 is not an alignment', /power of two/],
    ['.ascii text', 'x.s:1:8: text is not a string', /double quotes/],
    ['.bss\n.word 1', 'x.s:2:1: .bss holds something else than zeros', /\.data/],
    ['a: nop\na: nop', 'x.s:2:1: label a is already in line 1', /another name/],
    ['b 2f\n2b: nop', /^x\.s:2:1: "2b:" is not an instruction/, /./],
    ['b 1b', 'x.s:1:5: "1b" names a label 1: that is not there', /./],
    ['b 1f', /1f has no label 1 behind it/, /in front of its target/],
    ['b 8', 'x.s:1:3: a branch goes to a label, not to a number', /\.\+8/],
    [`b.s far\n${'nop\n'.repeat(200)}far:`, 'x.s:1:5: 402 is out of range', /a distance from -256 to 254/],
  ])('%s', (source, message, hint) => {
    const error = errorOf(source);
    const text = error.message.replace(' [ASSEMBLER_SYNTAX]', '');
    if (typeof message === 'string') expect(text).toBe(message);
    else expect(text).toMatch(message);
    if (typeof hint === 'string') expect(error.hint).toBe(hint);
    else expect(error.hint).toMatch(hint);
    expect(error.details).toMatchObject({ file: 'x.s', line: expect.any(Number), column: expect.any(Number) });
  });

  test('any text is assembled or refused', () => {
    const word = fc.constantFrom(
      'ldr',
      'mov',
      'b',
      'add.s',
      '.word',
      '.ascii',
      '.size',
      'r0',
      'sp',
      '[',
      ']',
      ',',
      '#',
      '-',
      '1f',
      '%low(',
      ')',
      '"',
      "'",
      '\\',
      ':',
      'x',
      '0x7',
      '.',
      '`',
      ';',
      '/*',
      '\n',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 60 }),
          fc.array(word, { maxLength: 14 }).map((words) => words.join(' ')),
        ),
        (source) => {
          try {
            assemble(source);
          } catch (error) {
            expect(isShoalError(error, 'ASSEMBLER_SYNTAX')).toBe(true);
          }
        },
      ),
      { seed: 9, numRuns: 5000 },
    );
  });
});
