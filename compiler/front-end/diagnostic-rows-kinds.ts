/** SH21xx: number kinds. These are found by kind inference, not by TypeScript. */
export const KIND_ROWS = {
  SH2101: {
    message: 'the parameter `{name}` of an exported function does not say its number kind',
    reason: 'the host must know how many bits to send, and `number` does not say it',
    replacement: 'write `{name}: i32`, `{name}: u32` or `{name}: f32`',
  },
} as const;
