/** Flow graphs as text, one instruction a line, for listings, tests and people. */
import type { AliasClass, Block, Edge, GraphFunction, GraphProgram, Instruction, Terminator, Value } from './graph.ts';

const nameOf = (value: Value): string => `${value.type === 'f32' ? 'f' : 'v'}${value.id}`;
const list = (values: readonly Value[]): string => values.map(nameOf).join(', ');
const define = (value: Value): string => `${nameOf(value)}${value.name === '' ? '' : `'${value.name}`}`;
const edge = ({ block, arguments: values }: Edge): string =>
  `b${block.id}${values.length === 0 ? '' : `(${list(values)})`}`;

const floats = new Float32Array(1);
const words = new Int32Array(floats.buffer);

function constantText(result: Value, bits: number): string {
  if (result.type === 'i32') return `${bits}`;
  words[0] = bits;
  const value = floats[0] as number;
  return Object.is(value, -0) ? '-0f' : `${value}f`;
}

function aliasText(alias: AliasClass): string {
  if (alias.tag === 'any') return '';
  if (alias.tag === 'field') return ` ${alias.record}.${alias.word}`;
  return ` ${alias.tag === 'parameter' ? `parameter ${alias.index}` : alias.symbol}`;
}

function addressText(code: Extract<Instruction, { op: 'load' | 'store' }>): string {
  const index = code.index === null ? '' : ` + ${nameOf(code.index)}*${code.scale}`;
  const offset = code.offset === 0 ? '' : ` + ${code.offset}`;
  return `[${nameOf(code.base)}${index}${offset}]${aliasText(code.alias)}`;
}

const WIDTH = { 1: '8', 2: '16', 4: '32' } as const;

export function printInstruction(code: Instruction): string {
  const result = 'result' in code && code.result !== null ? `${define(code.result)} = ` : '';
  switch (code.op) {
    case 'constant':
      return `${result}${constantText(code.result, code.bits)}`;
    case 'symbol':
      return `${result}&${code.symbol}${code.offset === 0 ? '' : ` + ${code.offset}`}`;
    case 'frame-address':
      return `${result}frame ${code.slot.name} (${code.slot.sizeBytes} bytes)`;
    case 'binary':
      return `${result}${code.opcode} ${nameOf(code.left)}, ${nameOf(code.right)}`;
    case 'unary':
      return `${result}${code.opcode} ${nameOf(code.value)}`;
    case 'fused':
      return `${result}${code.opcode} ${nameOf(code.accumulate)}, ${nameOf(code.a)}, ${nameOf(code.b)}`;
    case 'compare':
      return `${result}${code.condition} ${nameOf(code.left)}, ${nameOf(code.right)}`;
    case 'select':
      return `${result}select ${code.condition} ${nameOf(code.left)}, ${nameOf(code.right)} ? ${nameOf(code.whenTrue)} : ${nameOf(code.whenFalse)}`;
    case 'load':
      return `${result}load${code.signed && code.sizeBytes < 4 ? '-signed' : ''}${WIDTH[code.sizeBytes]}${code.volatile ? ' volatile' : ''} ${addressText(code)}`;
    case 'store':
      return `store${WIDTH[code.sizeBytes]}${code.volatile ? ' volatile' : ''} ${addressText(code)}, ${nameOf(code.value)}`;
    case 'bounds-check':
      return `bounds-check ${nameOf(code.index)}, ${nameOf(code.length)} "${code.site.text}"`;
    case 'zero-check':
      return `zero-check ${nameOf(code.value)}`;
    case 'call':
      return `${result}call ${code.callee}(${list(code.arguments)})`;
    case 'call-address':
      return `${result}call [${nameOf(code.address)}](${list(code.arguments)})`;
    case 'machine':
      return `${result}${code.operation}${code.register === undefined ? '' : ` ${code.register}`} ${list(code.arguments)}`.trimEnd();
  }
}

export function printTerminator(terminator: Terminator): string {
  switch (terminator.op) {
    case 'jump':
      return `jump ${edge(terminator.to)}`;
    case 'branch':
      return `branch ${terminator.condition} ${nameOf(terminator.left)}, ${nameOf(terminator.right)} ? ${edge(terminator.whenTrue)} : ${edge(terminator.whenFalse)}`;
    case 'return':
      return terminator.value === null ? 'return' : `return ${nameOf(terminator.value)}`;
    case 'trap':
      return `trap ${terminator.site.kind}${terminator.site.message === undefined ? '' : ` "${terminator.site.message}"`}`;
  }
}

function printBlock(block: Block): string {
  const parameters = block.parameters.length === 0 ? '' : `(${block.parameters.map(define).join(', ')})`;
  const loop = block.loop === null ? '' : `  // loop b${block.loop.header.id}, depth ${block.loop.depth}`;
  const lines = [...block.instructions.map(printInstruction), printTerminator(block.terminator)];
  return [`b${block.id}${parameters}:${loop}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

export function printFunction(graph: GraphFunction): string {
  const result = graph.result === null ? '' : `: ${graph.result}`;
  const head = `${graph.exported ? 'export ' : ''}function ${graph.symbol}(${graph.parameters.map(define).join(', ')})${result}`;
  return [head, ...graph.blocks.map(printBlock)].join('\n');
}

export function printProgram(program: GraphProgram): string {
  const data = program.data.map((object) => `${object.section} ${object.symbol}: ${object.lengthBytes} bytes`);
  return [...data, ...program.functions.map(printFunction)].join('\n\n');
}
