import type { ModuleTable } from './module-table.ts';
import type { RuntimeImage } from './runtime-image.ts';

/** What stands at a local address: a source line of a loaded kernel, or a function of the runtime; null if neither. */
export function locate(address: number, modules: ModuleTable, image: RuntimeImage): string | null {
  for (const module of modules.loaded) {
    const position = module.positionOf(address);
    if (position !== null) return position;
  }
  if (address >= image.endAddress) return null;
  let nearest: string | null = null;
  let start = -1;
  for (const [name, value] of image.symbols) {
    if (value <= address && value > start) [nearest, start] = [name, value];
  }
  return nearest === null ? null : `${nearest}+0x${(address - start).toString(16)} of the runtime`;
}
