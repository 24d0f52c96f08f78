import type { CompiledParameter } from '../compiled-module.ts';
import type { KernelFunction, KernelProgram } from '../kernel-tree/tree.ts';
import { parameterEffects } from './parameter-effects.ts';

/** The parameters of a kernel of the program as callers know them: what is a word, and which arrays travel which way. */
export function kernelParameters(program: KernelProgram): (kernel: KernelFunction) => readonly CompiledParameter[] {
  const effects = parameterEffects(program);
  return (kernel) => {
    const arrays = effects.get(kernel)?.arrays ?? [];
    return kernel.parameters.map((local) => {
      if (local.type.tag === 'scalar') return { name: local.name, scalar: local.type.scalar };
      const direction = arrays.find(({ parameter }) => parameter === local)?.direction ?? 'in-out';
      const { element } = local.type;
      // Arrays of objects are refused where kernels are exported.
      if (element === 'reference') throw new Error(`${kernel.name} has objects as its parameter ${local.name}`);
      return { name: local.name, element, direction };
    });
  };
}
