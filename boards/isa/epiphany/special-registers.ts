/**
 * Special registers of Epiphany-III and -IV: names, the group and number that MOVTS and MOVFS use, and their address in
 * a core's window. The first name is the one GNU binutils 2.40 prints; the others are accepted too.
 */
export interface SpecialRegister {
  readonly names: readonly [string, ...string[]];
  /** 0 core, 1 DMA, 2 memory, 3 mesh. */
  readonly group: number;
  readonly number: number;
  /** Offset in the core's 1 MB window. */
  readonly address: number;
}

const GROUPS: readonly (readonly (string | undefined)[])[] = [
  [
    'config',
    'status',
    'pc',
    'debug debugstatus',
    'iab',
    'lc',
    'ls',
    'le',
    'iret',
    'imask',
    'ilat',
    'ilatst',
    'ilatcl',
    'ipend',
    'ctimer0',
    'ctimer1',
    'hstatus fstatus',
    undefined,
    'debugcmd',
  ],
  [
    'dma0config',
    'dma0stride',
    'dma0count',
    'dma0srcaddr',
    'dma0dstaddr',
    'dma0auto0',
    'dma0auto1',
    'dma0status',
    'dma1config',
    'dma1stride',
    'dma1count',
    'dma1srcaddr',
    'dma1dstaddr',
    'dma1auto0',
    'dma1auto1',
    'dma1status',
  ],
  ['memconfig', 'memstatus', 'memprotect', 'memreserve'],
  ['meshconfig', 'coreid', 'meshmulticast multicast', 'swreset resetcore', 'cmeshroute', 'xmeshroute', 'rmeshroute'],
];

/** First special register in a core's window; group g begins at this + 0x100 × g. General registers begin at 0xf0000. */
export const SPECIAL_REGISTER_BASE = 0xf0400;
export const GENERAL_REGISTER_BASE = 0xf0000;

export const SPECIAL_REGISTERS: readonly SpecialRegister[] = GROUPS.flatMap((group, groupNumber) =>
  group.flatMap((text, number) => {
    if (text === undefined) return [];
    const names = text.split(' ') as [string, ...string[]];
    return [{ names, group: groupNumber, number, address: SPECIAL_REGISTER_BASE + 0x100 * groupNumber + 4 * number }];
  }),
);

const BY_NAME = new Map(
  SPECIAL_REGISTERS.flatMap((register) => register.names.map((name) => [name, register] as const)),
);
const BY_NUMBER = new Map(
  SPECIAL_REGISTERS.map((register) => [register.group * 64 + register.number, register] as const),
);

/** A special register by any of its names, lower case. */
export function specialRegister(name: string): SpecialRegister | undefined {
  return BY_NAME.get(name);
}

/** A special register by group and number. */
export function specialRegisterAt(group: number, number: number): SpecialRegister | undefined {
  return BY_NUMBER.get(group * 64 + number);
}

const GROUP_NAMES: readonly string[] = ['core', 'dma', 'mem', 'mesh'];

/** How a special register is written: its first name, or for a number without a name `core.17`, `mesh.40`. */
export function specialRegisterText(group: number, number: number): string {
  return specialRegisterAt(group, number)?.names[0] ?? `${GROUP_NAMES[group]}.${number}`;
}

/** A special register by a name or by what {@link specialRegisterText} writes for those without one. */
export function readSpecialRegister(text: string): Pick<SpecialRegister, 'group' | 'number'> | undefined {
  const named = specialRegister(text);
  if (named !== undefined) return named;
  const match = /^(core|dma|mem|mesh)\.([0-9]|[1-5][0-9]|6[0-3])$/.exec(text);
  return match === null ? undefined : { group: GROUP_NAMES.indexOf(match[1] ?? ''), number: Number(match[2]) };
}
