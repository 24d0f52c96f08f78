/** FPU instructions: float mode or integer mode, as CONFIG says at the time. */
import type { Core } from '../core.ts';
import { CoreException } from '../core-exception.ts';
import {
  fixToInteger,
  floatAbsolute,
  floatAdd,
  floatFromInteger,
  floatMultiply,
  floatMultiplyAdd,
  floatSubtract,
  raised,
} from '../float-unit.ts';
import { raiseProgramException } from '../interrupts.ts';
import {
  CONFIG_INTEGER_MODE,
  CONFIG_INVALID_ENABLE,
  CONFIG_OVERFLOW_ENABLE,
  CONFIG_TRUNCATE,
  CONFIG_UNDERFLOW_ENABLE,
  STATUS_BIS,
  STATUS_BN,
  STATUS_BUS,
  STATUS_BVS,
  STATUS_BZ,
  STATUS_FPU,
} from '../status.ts';
import type { Execute, ExecutionContext, Operands } from './context.ts';

function truncates(core: Core): boolean {
  return (core.config & CONFIG_TRUNCATE) !== 0;
}

function integerMode(core: Core): boolean {
  return (core.config & CONFIG_INTEGER_MODE) !== 0;
}

function setFloat(core: Core, operands: Operands, result: number, context: ExecutionContext): void {
  const flags = ((result & 0x7fffffff) === 0 ? STATUS_BZ : 0) | (result < 0 ? STATUS_BN : 0) | raised;
  core.status = (core.status & ~STATUS_FPU) | flags;
  core.registers[operands.d] = result;
  if ((core.config & 0xe) !== 0 && raised !== 0) raiseEnabled(core, operands, context);
}

/** Integer results: of integer mode, and of FIX. */
function setInteger(core: Core, d: number, result: number): void {
  const flags = result === 0 ? STATUS_BZ : result < 0 ? STATUS_BN : 0;
  core.status = (core.status & ~STATUS_FPU) | flags;
  core.registers[d] = result;
}

function raiseEnabled(core: Core, operands: Operands, { bus }: ExecutionContext): void {
  const causes: string[] = [];
  if ((raised & STATUS_BIS) !== 0 && (core.config & CONFIG_INVALID_ENABLE) !== 0) causes.push('invalid operation');
  if ((raised & STATUS_BVS) !== 0 && (core.config & CONFIG_OVERFLOW_ENABLE) !== 0) causes.push('overflow');
  if ((raised & STATUS_BUS) !== 0 && (core.config & CONFIG_UNDERFLOW_ENABLE) !== 0) causes.push('underflow');
  if (causes.length === 0) return;
  const exception = new CoreException('floating-point', `floating-point exception: ${causes.join(', ')}`);
  raiseProgramException(core, bus, exception, core.pc - operands.lengthBytes);
}

function register(core: Core, number: number): number {
  return core.registers[number] as number;
}

export const fadd: Execute = (core, operands, context) => {
  const n = register(core, operands.n);
  const m = register(core, operands.m);
  if (integerMode(core)) setInteger(core, operands.d, (n + m) | 0);
  else setFloat(core, operands, floatAdd(n, m, register(core, operands.d), truncates(core)), context);
};

export const fsub: Execute = (core, operands, context) => {
  const n = register(core, operands.n);
  const m = register(core, operands.m);
  if (integerMode(core)) setInteger(core, operands.d, (n - m) | 0);
  else setFloat(core, operands, floatSubtract(n, m, register(core, operands.d), truncates(core)), context);
};

export const fmul: Execute = (core, operands, context) => {
  const n = register(core, operands.n);
  const m = register(core, operands.m);
  if (integerMode(core)) setInteger(core, operands.d, Math.imul(n, m));
  else setFloat(core, operands, floatMultiply(n, m, register(core, operands.d), truncates(core)), context);
};

export const fmadd: Execute = (core, operands, context) => {
  const n = register(core, operands.n);
  const m = register(core, operands.m);
  const d = register(core, operands.d);
  if (integerMode(core)) setInteger(core, operands.d, (d + Math.imul(n, m)) | 0);
  else setFloat(core, operands, floatMultiplyAdd(n, m, d, false, truncates(core)), context);
};

export const fmsub: Execute = (core, operands, context) => {
  const n = register(core, operands.n);
  const m = register(core, operands.m);
  const d = register(core, operands.d);
  if (integerMode(core)) setInteger(core, operands.d, (d - Math.imul(n, m)) | 0);
  else setFloat(core, operands, floatMultiplyAdd(n, m, d, true, truncates(core)), context);
};

// FABS, FLOAT and FIX do the same in integer mode: nothing says otherwise.
export const fabs: Execute = (core, operands, context) =>
  setFloat(core, operands, floatAbsolute(register(core, operands.n)), context);

export const float: Execute = (core, operands, context) =>
  setFloat(core, operands, floatFromInteger(register(core, operands.n), truncates(core)), context);

export const fix: Execute = (core, operands) =>
  setInteger(core, operands.d, fixToInteger(register(core, operands.n), truncates(core)));
