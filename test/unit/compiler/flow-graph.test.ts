import { describe, expect, test } from 'vitest';
import { entryStub } from '../../../compiler/flow-graph/entry-stub.ts';
import { FunctionBuilder } from '../../../compiler/flow-graph/function-builder.ts';
import type { GraphFunction } from '../../../compiler/flow-graph/graph.ts';
import { GraphInterpreter, GraphTrap } from '../../../compiler/flow-graph/interpret.ts';
import { lowerProgram } from '../../../compiler/flow-graph/lower.ts';
import { newValue } from '../../../compiler/flow-graph/operands.ts';
import { printFunction } from '../../../compiler/flow-graph/print-graph.ts';
import { verifyFunction } from '../../../compiler/flow-graph/verify-graph.ts';
import type { Expression } from '../../../compiler/kernel-tree/tree.ts';
import { optimise } from '../../../compiler/optimise/index.ts';
import {
  arrayLocal,
  assign,
  binary,
  call,
  compare,
  convert,
  declare,
  element,
  elementTarget,
  giveBack,
  increment,
  indexSite,
  kernel,
  loop,
  number,
  position,
  programOf,
  run,
  scalar,
  state,
  use,
} from '../exact-node/tree-builder.ts';

const n = scalar('n', 'i32');
const i = scalar('i', 'i32');
const sum = scalar('sum', 'i32');

/** f(n): the sum of 0 … n - 1. */
const summing = kernel('f', [n], 'i32', [
  declare(sum, number('i32', 0)),
  declare(i, number('i32', 0)),
  loop(
    { name: 'loop' },
    compare('lt', 'i32', use(i), use(n)),
    [run(assign({ op: 'local', local: sum }, 'i32', binary('add', 'i32', use(sum), use(i))))],
    [increment(i)],
  ),
  giveBack(use(sum)),
]);

describe('the text form', () => {
  test('shows blocks, parameters, loops and values', () => {
    const program = lowerProgram(programOf([summing]));
    optimise(program);
    expect(printFunction(program.functions[0] as GraphFunction)).toMatchInlineSnapshot(`
      "export function kernels.f(v0'n): i32
      b0:
        v1 = 0
        branch gt-signed v0, v1 ? b4 : b1(v1)
      b4:
        v6 = 1
        jump b3(v1, v1)
      b3(v3'sum, v4'i):  // loop b3, depth 1
        v5 = add v3, v4
        v7 = add v4, v6
        branch lt-signed v7, v0 ? b8 : b1(v5)
      b8:  // loop b3, depth 1
        jump b3(v5, v7)
      b1(v9'sum):
        return v9"
    `);
  });
});

describe('the verifier', () => {
  const make = (change: (graph: GraphFunction, builder: FunctionBuilder) => void): (() => void) => {
    const builder = new FunctionBuilder({ symbol: 'f', result: 'i32', exported: true, position: null });
    const parameter = builder.parameter('i32', 'n');
    builder.return(builder.binary('add', parameter, builder.constant(1)));
    const graph = builder.done();
    change(graph, builder);
    return () => verifyFunction(graph);
  };

  test('accepts what the builder makes', () => {
    expect(make(() => {})).not.toThrow();
  });

  test.each<[string, RegExp, (graph: GraphFunction) => void]>([
    [
      'a value that nobody defines',
      /not defined/,
      (graph) => {
        const block = graph.blocks[0] as GraphFunction['blocks'][number];
        block.terminator = { op: 'return', value: newValue(graph, 'i32'), position: null };
      },
    ],
    ['a use before the definition', /where it is not defined/, (graph) => graph.blocks[0]?.instructions.reverse()],
    [
      'a value defined twice',
      /defined twice/,
      (graph) => {
        const block = graph.blocks[0] as GraphFunction['blocks'][number];
        block.instructions.push(...block.instructions);
      },
    ],
    [
      'a return of the wrong type',
      /wrong type/,
      (graph) => {
        const block = graph.blocks[0] as GraphFunction['blocks'][number];
        block.terminator = { op: 'return', value: null, position: null };
      },
    ],
    [
      'floats added as integers',
      /wrong type/,
      (graph) => {
        const block = graph.blocks[0] as GraphFunction['blocks'][number];
        const result = newValue(graph, 'f32');
        const n = graph.parameters[0] as (typeof graph.parameters)[0];
        block.instructions.push({ op: 'binary', opcode: 'add', result, left: n, right: n, position: null });
      },
    ],
    [
      'an edge with the wrong number of arguments',
      /0 of 1 arguments|not listed/,
      (graph) => {
        const block = graph.blocks[0] as GraphFunction['blocks'][number];
        const next = { ...block, id: 9, parameters: [newValue(graph, 'i32')], instructions: [] };
        next.terminator = { op: 'return', value: next.parameters[0] as (typeof next.parameters)[0], position: null };
        block.terminator = { op: 'jump', to: { block: next, arguments: [] }, position: null };
        graph.blocks.push(next);
      },
    ],
    [
      'a block that is not listed',
      /not listed/,
      (graph) => {
        const block = graph.blocks[0] as GraphFunction['blocks'][number];
        block.terminator = { op: 'jump', to: { block: { ...block, id: 9 }, arguments: [] }, position: null };
      },
    ],
  ])('refuses %s', (_, message, change) => {
    expect(make(change)).toThrow(message);
  });
});

describe('the interpreter', () => {
  test('data, narrow elements, traps with their words', () => {
    const bank = state('bank', { tag: 'array', element: 'i8' }, [1, -2, 3]);
    const array = { op: 'global-array' as const, global: bank };
    const f = kernel('f', [n], 'i32', [
      run(assign(elementTarget(array, number('i32', 0), null), 'i32', number('i32', 300))),
      giveBack(element(array, 'i32', use(n), indexSite('bank[n]'))),
    ]);
    const interpreter = new GraphInterpreter(lowerProgram(programOf([f], [bank]), { verify: true }));
    expect([0, 1, 2].map((index) => interpreter.call('kernels.f', index))).toEqual([44, -2, 3]);
    expect(() => interpreter.call('kernels.f', 3)).toThrow(GraphTrap);
    try {
      interpreter.call('kernels.f', -1);
    } catch (error) {
      expect((error as GraphTrap).words).toEqual([-1, 3]);
    }
  });

  test('a call that does not end is given up', () => {
    const endless = kernel('f', [], 'void', [loop({ name: 'loop' }, null, [])]);
    const interpreter = new GraphInterpreter(lowerProgram(programOf([endless])), { stepLimit: 1000 });
    expect(() => interpreter.call('kernels.f')).toThrow('more than 1000 steps');
  });
});

describe('volatile memory and the machine', () => {
  const intrinsic = (name: 'load32' | 'store32', ...values: Expression[]): Expression => ({
    op: 'intrinsic',
    type: name === 'load32' ? 'i32' : 'void',
    intrinsic: name,
    arguments: values.map((value) => ({ tag: 'scalar', value })),
    position,
  });

  test('every access stays, in its order', () => {
    const at = number('u32', 0x100);
    const f = kernel('f', [], 'i32', [
      run(intrinsic('load32', at)),
      run(intrinsic('store32', at, number('i32', 1))),
      run(intrinsic('store32', at, number('i32', 1))),
      giveBack(binary('add', 'i32', intrinsic('load32', at), intrinsic('load32', at))),
    ]);
    const program = lowerProgram(programOf([f]));
    optimise(program, { verify: true });
    const codes = program.functions[0]?.blocks.flatMap((block) => block.instructions) ?? [];
    expect(codes.filter((c) => c.op === 'load' || c.op === 'store').map((c) => c.op)).toEqual([
      'load',
      'store',
      'store',
      'load',
      'load',
    ]);
  });

  test('core index and count are loads from the mailbox', () => {
    const index: Expression = { op: 'intrinsic', type: 'i32', intrinsic: 'core-index', arguments: [], position };
    const interpreter = new GraphInterpreter(lowerProgram(programOf([kernel('f', [], 'i32', [giveBack(index)])])));
    interpreter.memory.setInt32(0x48, 11, true);
    expect(interpreter.call('kernels.f')).toBe(11);
  });
});

describe('inlining', () => {
  test('a small function disappears, and so does one that is called once', () => {
    const a = scalar('a', 'i32');
    const twice = kernel('twice', [a], 'i32', [giveBack(binary('add', 'i32', use(a), use(a)))], false);
    const callTwice = (value: Expression): Expression => call(twice, value);
    const f = kernel('f', [n], 'i32', [giveBack(callTwice(callTwice(use(n))))]);
    const program = lowerProgram(programOf([twice, f, { ...summing, name: 'g', symbol: 'kernels.g' }]));
    optimise(program, { verify: true });
    expect(program.functions.map((graph) => graph.symbol)).toEqual(['kernels.f', 'kernels.g']);
    expect(new GraphInterpreter(program).call('kernels.f', 5)).toBe(20);
  });
});

describe('entry stubs', () => {
  /** Where the runtime puts the argument words. */
  const WORDS = 32;

  const trace = (kernelOf: ReturnType<typeof kernel>): string[] => {
    const calls: string[] = [];
    const answer =
      (name: string, word: number) =>
      (...words: number[]): number => {
        calls.push(`${name}(${words.join(', ')})`);
        return word;
      };
    const writers = ['writeInteger', 'writeUnsigned', 'writeFloat', 'writeBoolean', 'writeVoid'];
    const external = Object.fromEntries([
      ...writers.map((name) => [`arguments.${name}`, answer(name, 0)] as const),
      [
        'arguments.readAll',
        (low: number, high: number): number => {
          calls.push(`readAll(${[low, high].map((word) => (word >>> 0).toString(16)).join(', ')})`);
          return WORDS;
        },
      ] as const,
      [kernelOf.symbol, answer('kernel', 99)] as const,
    ]);
    const stub = entryStub(kernelOf);
    verifyFunction(stub);
    const interpreter = new GraphInterpreter({ name: 'stub', functions: [stub], data: [] }, { external });
    for (let index = 0; index < 16; index++) interpreter.memory.setInt32(WORDS + 4 * index, 100 + index, true);
    interpreter.call(stub.symbol);
    return calls;
  };

  test('arguments in order, the kernel, the result', () => {
    const f = kernel(
      'f',
      [scalar('a', 'f32'), arrayLocal('x', 'f32'), scalar('b', 'bool'), scalar('c', 'u32'), arrayLocal('y', 'u8')],
      'u32',
      [],
    );
    expect(trace(f)).toEqual(['readAll(413a2, 0)', 'kernel(100, 101, 102, 103, 104, 105, 106)', 'writeUnsigned(99)']);
    expect(entryStub(f)).toMatchObject({ symbol: 'kernels.f.entry', parameters: [], result: null, exported: true });
  });

  test('sixteen words', () => {
    const scalars = Array.from({ length: 16 }, (_, index) => scalar(`a${index}`, index % 2 === 0 ? 'i32' : 'u32'));
    expect(trace(kernel('f', scalars, 'void', []))).toEqual([
      'readAll(11111111, 11111111)',
      `kernel(${scalars.map((_, index) => 100 + index).join(', ')})`,
      'writeVoid()',
    ]);
  });

  test('every kind of result', () => {
    const last = (result: 'i32' | 'u32' | 'f32' | 'bool' | 'void'): string | undefined =>
      trace(kernel('f', [], result, [])).at(-1);
    expect((['i32', 'u32', 'f32', 'bool', 'void'] as const).map(last)).toEqual([
      'writeInteger(99)',
      'writeUnsigned(99)',
      'writeFloat(99)',
      'writeBoolean(99)',
      'writeVoid()',
    ]);
  });

  test('kinds of all arrays', () => {
    const kinds = (['u8', 'u16', 'u32', 'i8', 'i16', 'i32', 'f32'] as const).map(
      (kind) => trace(kernel('f', [arrayLocal('x', kind)], 'void', []))[0],
    );
    expect(kinds).toEqual([4, 5, 6, 7, 8, 9, 'a'].map((kind) => `readAll(${kind}, 0)`));
  });
});

describe('NaN bits', () => {
  const bits = scalar('bits', 'i32');
  const back = convert('bits-of-f32', 'i32', convert('f32-of-bits', 'f32', use(bits)));
  const program = programOf([kernel('f', [bits], 'i32', [giveBack(back)])]);

  test('become the one NaN, unless the module vouches for them', () => {
    const checked = new GraphInterpreter(lowerProgram(program));
    const raw = new GraphInterpreter(lowerProgram(program, { rawFloatBits: true }));
    const words = [0x7fc00001, -1, -0x00400000, 0x7f800001, 0x7f800000, -0x00800000, 0x3f800000, -0x80000000, 1];
    const canonical = (word: number): number => ((word & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : word);
    expect(words.map((word) => checked.call('kernels.f', word))).toEqual(words.map(canonical));
    expect(words.map((word) => raw.call('kernels.f', word))).toEqual(words);
  });
});

test('positions reach the instructions', () => {
  const at = { file: '/project/kernels.ts', line: 7, column: 3 };
  const value = { ...binary('mul', 'i32', use(n), use(n)), position: at };
  const program = lowerProgram(programOf([kernel('f', [n], 'i32', [giveBack(value)])]));
  const code = program.functions[0]?.blocks.flatMap((block) => block.instructions).find((c) => c.op === 'binary');
  expect(code?.position).toEqual(at);
});
