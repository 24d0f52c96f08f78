import type { CoreFault } from './core.ts';

/** Thrown by an instruction that cannot complete, before it changed anything; caught by the step loop. */
export class CoreException {
  readonly kind: CoreFault['kind'];
  readonly message: string;
  readonly address: number | undefined;

  constructor(kind: CoreFault['kind'], message: string, address?: number) {
    this.kind = kind;
    this.message = message;
    this.address = address;
  }
}

/** An address or word as in reports. */
export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}
