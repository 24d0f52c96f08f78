import { describe, expect, it } from 'vitest';
import { epiphanyBackEnd } from '../../compiler/back-ends/epiphany/index.ts';
import { GraphInterpreter, GraphTrap } from '../../compiler/flow-graph/interpret.ts';
import { printProgram } from '../../compiler/flow-graph/print-graph.ts';
import { verifyProgram } from '../../compiler/flow-graph/verify-graph.ts';
import { DATA_WORDS, type RandomGraphOptions, randomProgram } from '../support/compiled-graph/random-graph.ts';
import { readData, runCompiled } from '../support/compiled-graph/run-compiled.ts';
import { Random } from '../support/kernel-generator/random.ts';

const SYMBOL = 'random.f2';
const DATA = 'random.data';

/** Runs one random program on the graph interpreter and as machine code; everything visible must agree. */
function compareBoth(seed: number, options: RandomGraphOptions): void {
  const random = new Random(seed);
  const program = randomProgram(random, options);
  verifyProgram(program);
  const code = epiphanyBackEnd().compile(program);
  for (let round = 0; round < 2; round++) {
    const words = Array.from({ length: 4 }, () => (random.chance(0.5) ? random.below(20) : random.word()) | 0);
    const interpreter = new GraphInterpreter(program);
    let result: number | undefined;
    let trap: readonly unknown[] | undefined;
    try {
      result = interpreter.call(SYMBOL, ...words);
    } catch (error) {
      if (!(error instanceof GraphTrap)) throw error;
      trap = [error.site.text, ...error.words];
    }
    const outcome = runCompiled(code, SYMBOL, words);
    const address = interpreter.symbols.get(DATA) as number;
    const expected = new Uint8Array(interpreter.memory.buffer, address, DATA_WORDS * 4);
    const where = (): string => `seed ${seed}, words ${words.join(' ')}\n${printProgram(program)}`;
    if (trap === undefined) expect(outcome.result, where()).toBe(result);
    else {
      const [site, ...operands] = outcome.trap ?? [];
      expect([code.trapSites[site ?? -1]?.text, ...operands.slice(0, trap.length - 1)], where()).toEqual(trap);
    }
    expect(readData(outcome, DATA, DATA_WORDS * 4), where()).toEqual(expected);
  }
}

describe('random flow graphs give the same on the interpreter and as machine code', () => {
  it('with few variables', () => {
    for (let seed = 0; seed < 300; seed++) compareBoth(seed, { size: 12, variables: 6, integersOnly: false });
  });

  it('on integers only, where functions run in integer mode', () => {
    for (let seed = 0; seed < 200; seed++) compareBoth(1000 + seed, { size: 10, variables: 5, integersOnly: true });
  });

  it('with more variables than registers', () => {
    for (let seed = 0; seed < 40; seed++) compareBoth(2000 + seed, { size: 20, variables: 75, integersOnly: false });
  });
});
