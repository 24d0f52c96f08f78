/** The back end for Epiphany-III and -IV. */

import { RELOCATION } from '../../../boards/isa/epiphany/relocations.ts';
import type { GraphProgram } from '../../flow-graph/graph.ts';
import type { TrapSite } from '../../kernel-tree/tree.ts';
import type { BackEnd, FrameReport, ObjectCode, ObjectSection, ObjectSymbol, Relocation } from '../back-end.ts';
import { allocateRegisters } from './allocate.ts';
import { hoistBackEdges } from './back-edges.ts';
import { emitFunction } from './emit.ts';
import { buildFrame } from './frame.ts';
import { reduceStrength } from './induction.ts';
import { simplify } from './peephole.ts';
import { usePostModify } from './post-modify.ts';
import { assembleFunctions, type EmittedFunction } from './relax.ts';
import { selectFunction } from './select.ts';

export interface EpiphanyOptions {
  /**
   * True if the code will be placed, and all its data will be, below 64 KB: addresses are then loaded by one
   * instruction. True for code in the memory of a core.
   */
  readonly smallAddresses?: boolean;
}

/** Makes a back end with these options. */
export function epiphanyBackEnd(options: EpiphanyOptions = {}): BackEnd {
  return { isa: 'epiphany', compile: (program) => compileProgram(program, options.smallAddresses ?? true) };
}

function compileProgram(program: GraphProgram, smallAddresses: boolean): ObjectCode {
  const trapSites: TrapSite[] = [];
  const siteIds = new Map<TrapSite, number>();
  const siteId = (site: TrapSite): number => {
    const id = siteIds.get(site) ?? trapSites.push(site) - 1;
    siteIds.set(site, id);
    return id;
  };
  const functions: EmittedFunction[] = [];
  const frames: FrameReport[] = [];
  for (const graph of program.functions) {
    reduceStrength(graph);
    const target = selectFunction(graph, { smallAddresses, siteId });
    usePostModify(target);
    simplify(target);
    hoistBackEdges(target);
    allocateRegisters(target);
    const frameBytes = buildFrame(target);
    frames.push({ symbol: graph.symbol, frameBytes, callees: [...target.callees] });
    functions.push({ symbol: graph.symbol, pieces: emitFunction(target, smallAddresses) });
  }
  const text = assembleFunctions(functions);
  const data = layOutData(program);
  return {
    sections: [
      {
        name: '.text',
        alignBytes: 4,
        lengthBytes: text.bytes.length,
        bytes: text.bytes,
        relocations: text.relocations,
      },
      ...data.sections,
    ],
    symbols: [...text.symbols, ...data.symbols],
    lines: text.lines,
    frames,
    trapSites,
  };
}

function layOutData(program: GraphProgram): { sections: ObjectSection[]; symbols: ObjectSymbol[] } {
  const sections: ObjectSection[] = [];
  const symbols: ObjectSymbol[] = [];
  for (const name of ['.rodata', '.data', '.bss'] as const) {
    const objects = program.data.filter((object) => object.section === name);
    if (objects.length === 0) continue;
    // The strictest alignment first leaves the smallest gaps.
    objects.sort((a, b) => b.alignBytes - a.alignBytes);
    const relocations: Relocation[] = [];
    let lengthBytes = 0;
    let alignBytes = 1;
    const places = objects.map((object) => {
      const offset = Math.ceil(lengthBytes / object.alignBytes) * object.alignBytes;
      lengthBytes = offset + object.lengthBytes;
      alignBytes = Math.max(alignBytes, object.alignBytes);
      symbols.push({ name: object.symbol, section: name, offset, lengthBytes: object.lengthBytes, kind: 'object' });
      for (const { offset: at, symbol, addend = 0 } of object.relocations ?? []) {
        relocations.push({ offset: offset + at, type: RELOCATION.word, symbol, addend });
      }
      return offset;
    });
    if (name === '.bss') {
      sections.push({ name, alignBytes, lengthBytes, relocations });
      continue;
    }
    const bytes = new Uint8Array(lengthBytes);
    objects.forEach((object, index) => {
      if (object.bytes !== undefined) bytes.set(object.bytes, places[index]);
    });
    sections.push({ name, alignBytes, lengthBytes, bytes, relocations });
  }
  return { sections, symbols };
}
