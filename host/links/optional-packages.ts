import { loadOptionalPackage } from '../../protocol/optional-package.ts';

/** A package that may be missing. */
export interface OptionalPackage {
  readonly name: string;
  /** What does not work without it. */
  readonly purpose: string;
  /** Rejects with LINK_DRIVER_MISSING. */
  load(): Promise<unknown>;
}

/** All that links need, for whoever wants to know which are there. */
export const OPTIONAL_PACKAGES: readonly OptionalPackage[] = [
  optional('serialport', 'serial ports', () => import('serialport')),
  optional('usb', 'USB devices', () => import('usb')),
  optional('koffi', 'memory windows and pseudo-terminals', () => import('koffi')),
];

function optional(name: string, purpose: string, load: () => Promise<unknown>): OptionalPackage {
  return { name, purpose, load: () => loadOptionalPackage(load, name, purpose) };
}
