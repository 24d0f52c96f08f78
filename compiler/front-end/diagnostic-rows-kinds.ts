/** SH21xx: number kinds. These are found by kind inference, not by TypeScript. */
export const KIND_ROWS = {
  SH2101: {
    message: 'the parameter `{name}` of an exported function does not say its number kind',
    reason: 'the host must know how many bits to send, and `number` does not say it',
    replacement: 'write `{name}: i32`, `{name}: u32` or `{name}: f32`',
  },
  SH2102: {
    message: '`{text}` is an f32, and {target} is {kind}',
    reason: 'the fraction, and what is beyond 32 bits, would be lost without anyone seeing it',
    replacement: 'write `{fix}`',
  },
  SH2103: {
    message: '`{text}` is a fraction (f32), and {target} is {kind}',
    reason: '`/` divides as JavaScript does, also where both operands are integers',
    replacement: 'write `{fix}` for integer division',
  },
  SH2104: {
    message: '`{text}` is {source}, and {target} is {kind}',
    reason: 'an i32 and a u32 with the same bits are different numbers if the highest bit is set',
    replacement: 'write `{fix}` to keep the bits',
  },
  SH2105: {
    message: '`{left} {operator} {right}` mixes i32 and u32',
    reason: 'an i32 and a u32 with the same bits are different numbers if the highest bit is set',
    replacement: 'write `{fix}` to work with {kind}',
  },
  SH2106: {
    message: '`{text}` may not fit into {target}, which is {kind}',
    reason: 'a small kind promises its range, and nothing shows that the value keeps to it',
    replacement: 'write `{fix}` to keep the low bits, or give {target} the kind {wide}',
  },
  SH2108: {
    message: '`{text}` gives one of two numbers here',
    reason: '`&&` and `||` have a value of their own only between booleans, or behind a variable',
    replacement: 'write `{fix}`',
  },
  SH2109: {
    message: '`{text}` is {source}, and {target} is {kind}',
    reason: 'booleans and numbers do not become each other by themselves',
    replacement: '{fix}',
  },
  SH2110: {
    message: '`{text}` does not give a value that a core can hold',
    reason: 'variables of kernels are numbers, booleans and typed arrays, each of one kind',
    replacement: null,
  },
  SH2111: {
    message: 'the value of `{name}`, {value}, is not {kind}',
    reason: 'module variables are frozen at build time, and the value that was computed is outside of its kind',
    replacement: 'compute a value that fits, or give `{name}` another kind',
  },
  SH2112: {
    message: 'arrays are compared',
    reason: 'which array a name stands for is not known to a core',
    replacement: 'compare their lengths or elements',
  },
  SH2113: {
    message: 'an array is used as a condition',
    reason: 'an array is always true',
    replacement: 'compare its length: `{text}.length > 0`',
  },
  SH2114: {
    message: 'the field `{name}` is `{first}` in one type and `{second}` in another, and values flow between the two',
    reason: 'a field has one place and one kind in memory, through whatever type it is read',
    replacement: 'give the field the same kind in both types, or another name in one of them',
  },
  SH2115: {
    message: 'no object of this program has a `{name}` that could be meant here',
    reason:
      'what stands behind `{text}` is one of the classes of which the kernels make objects, and none of those has it',
    replacement: 'make an object of a class that has it, or leave the call out',
  },
  SH2116: {
    message: '`{name}` is a getter or setter here, and a field in another type through which its objects are used',
    reason: 'a field is read from memory, and a getter is called: what is read says which',
    replacement: 'write `get {name}()` and `set {name}(v)` in the interface too',
  },
} as const;
