/**
 * What kernels do to their array parameters and to module state; from this the host knows which arrays travel which way.
 */

import type {
  ArrayExpression,
  Expression,
  Global,
  IntrinsicName,
  KernelFunction,
  KernelProgram,
  Local,
  Statement,
} from '../kernel-tree/tree.ts';
import { visitStatements } from '../kernel-tree/visit-tree.ts';
import { overwritesWholly } from './whole-overwrite.ts';

/** `out`: every element is overwritten before anything is read, whatever the arguments; so the old ones need not travel. */
export type ArrayDirection = 'unused' | 'in' | 'out' | 'in-out';

export interface ParameterEffect {
  readonly parameter: Local;
  readonly reads: boolean;
  readonly writes: boolean;
  readonly direction: ArrayDirection;
}

export interface FunctionEffects {
  /** Array parameters in calling order. */
  readonly arrays: readonly ParameterEffect[];
  readonly readsState: boolean;
  readonly writesState: boolean;
  /** A check, a throw or something of device/kernel/machine may end the call. */
  readonly mayTrap: boolean;
  /** Touches memory by address, special registers, interrupts or code by address: nothing else is certain then. */
  readonly usesMachine: boolean;
  readonly calls: ReadonlySet<KernelFunction>;
}

interface Facts {
  readonly reads: Set<Local>;
  readonly writes: Set<Local>;
  readonly globalReads: Set<Global>;
  readonly globalWrites: Set<Global>;
  readonly calls: Set<KernelFunction>;
  mayTrap: boolean;
  usesMachine: boolean;
}

/** Effects of every function of `program`. */
export function parameterEffects(program: KernelProgram): ReadonlyMap<KernelFunction, FunctionEffects> {
  const facts = new Map<KernelFunction, Facts>();
  for (const f of program.functions) {
    facts.set(f, {
      reads: new Set(),
      writes: new Set(),
      globalReads: new Set(),
      globalWrites: new Set(),
      calls: new Set(),
      mayTrap: false,
      usesMachine: false,
    });
  }
  // A call adds what its callee does, so go round until nothing is added.
  for (let before = -1, after = 0; before !== after; ) {
    before = after;
    after = 0;
    for (const f of program.functions) after += collect(f, facts);
  }
  const effects = new Map<KernelFunction, FunctionEffects>();
  for (const [f, known] of facts) {
    const isState = (global: Global): boolean => global.storage === 'state';
    effects.set(f, {
      arrays: f.parameters
        .filter((parameter) => parameter.type.tag === 'array')
        .map((parameter) => effectOf(f, parameter, known)),
      readsState: [...known.globalReads].some(isState),
      writesState: [...known.globalWrites].some(isState),
      mayTrap: known.mayTrap,
      usesMachine: known.usesMachine,
      calls: known.calls,
    });
  }
  return effects;
}

function effectOf(f: KernelFunction, parameter: Local, known: Facts): ParameterEffect {
  const reads = known.reads.has(parameter);
  const writes = known.writes.has(parameter);
  let direction: ArrayDirection = 'unused';
  if (writes) direction = !reads && !known.usesMachine && overwritesWholly(f, parameter) ? 'out' : 'in-out';
  else if (reads) direction = 'in';
  return { parameter, reads, writes, direction };
}

/** Adds what one pass over `f` finds; returns the number of facts about it. */
function collect(f: KernelFunction, all: ReadonlyMap<KernelFunction, Facts>): number {
  const facts = all.get(f) as Facts;
  const aliases = arrayLocals(f);
  const touch = (array: ArrayExpression, reads: boolean, writes: boolean): void => {
    for (const root of rootsOf(array, aliases)) {
      if ('symbol' in root) {
        if (reads) facts.globalReads.add(root);
        if (writes) facts.globalWrites.add(root);
      } else {
        if (reads) facts.reads.add(root);
        if (writes) facts.writes.add(root);
      }
    }
  };
  const expression = (e: Expression): void => {
    switch (e.op) {
      case 'global':
        facts.globalReads.add(e.global);
        return;
      case 'global-record':
        // Which of its fields are read and written is not followed.
        facts.globalReads.add(e.global);
        if (e.global.storage === 'state') facts.globalWrites.add(e.global);
        return;
      case 'element':
        touch(e.array, true, false);
        if (e.check !== null) facts.mayTrap = true;
        return;
      case 'binary':
        if (e.zeroDivisor !== undefined && e.zeroDivisor !== 'zero') facts.mayTrap = true;
        return;
      case 'assign':
      case 'update': {
        const { target } = e;
        if (target.op === 'global') {
          facts.globalWrites.add(target.global);
          if (e.op === 'update') facts.globalReads.add(target.global);
        } else if (target.op === 'element') {
          touch(target.array, e.op === 'update', true);
          if (target.check !== null) facts.mayTrap = true;
        }
        return;
      }
      case 'intrinsic':
        if (PURE_INTRINSICS.has(e.intrinsic) || e.intrinsic === 'log') return;
        facts.usesMachine = true;
        facts.mayTrap = true;
        // The address may be kept or passed on.
        for (const argument of e.arguments) if (argument.tag === 'array') touch(argument.value, true, true);
        return;
      case 'call': {
        facts.calls.add(e.callee);
        const callee = all.get(e.callee);
        if (callee === undefined) throw new Error(`${e.callee.symbol} is not part of the program`);
        facts.mayTrap ||= callee.mayTrap;
        facts.usesMachine ||= callee.usesMachine;
        for (const global of callee.globalReads) facts.globalReads.add(global);
        for (const global of callee.globalWrites) facts.globalWrites.add(global);
        e.arguments.forEach((argument, index) => {
          const parameter = e.callee.parameters[index];
          if (argument.tag !== 'array' || parameter === undefined) return;
          touch(argument.value, callee.reads.has(parameter), callee.writes.has(parameter));
        });
      }
    }
  };
  visitStatements(f.body, {
    expression,
    array: (array, use) => {
      // What is read and written through the record is not followed.
      if (use === 'keep') touch(array, true, true);
    },
    statement: (s) => {
      if (s.op === 'throw') facts.mayTrap = true;
    },
  });
  const sets = [facts.reads, facts.writes, facts.globalReads, facts.globalWrites, facts.calls];
  return sets.reduce((sum, set) => sum + set.size, Number(facts.mayTrap) + Number(facts.usesMachine));
}

/** Answers that depend on the board and the core alone. */
const PURE_INTRINSICS: ReadonlySet<IntrinsicName> = new Set<IntrinsicName>([
  'begins-behind',
  'core-index',
  'core-count',
  'board-rows',
  'board-columns',
  'first-core-id',
  'peer-of-index',
  'peer-at',
  'neighbour',
  'wrapped-neighbour',
]);

type Aliases = ReadonlyMap<Local, readonly ArrayExpression[]>;

/** Everything that is ever assigned to an array local or parameter. */
function arrayLocals(f: KernelFunction): Aliases {
  const aliases = new Map<Local, ArrayExpression[]>();
  const note = (local: Local, value: ArrayExpression): void => {
    const known = aliases.get(local);
    if (known === undefined) aliases.set(local, [value]);
    else known.push(value);
  };
  visitStatements(f.body, {
    statement: (s: Statement) => {
      if (s.op === 'declare-array' || s.op === 'assign-array') note(s.local, s.value);
    },
    array: (a) => {
      if (a.op === 'changed-array') note(a.local, a.value);
    },
  });
  return aliases;
}

/** Parameters and globals that an array expression may be. Locals that are not parameters come along, harmlessly. */
function rootsOf(array: ArrayExpression, aliases: Aliases): ReadonlySet<Local | Global> {
  const roots = new Set<Local | Global>();
  const visit = (a: ArrayExpression): void => {
    if (a.op === 'global-array') roots.add(a.global);
    else if (a.op === 'peer-array') visit(a.array);
    else if (a.op === 'conditional-array') {
      visit(a.whenTrue);
      visit(a.whenFalse);
    } else if (a.op === 'subarray') visit(a.array);
    else if (a.op === 'changed-array') visit(a.value);
    else if (a.op === 'local-array' && !roots.has(a.local)) {
      roots.add(a.local);
      for (const value of aliases.get(a.local) ?? []) visit(value);
    }
  };
  visit(array);
  return roots;
}
