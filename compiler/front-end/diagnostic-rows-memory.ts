/** SH3xxx: the memory model. A core has no heap. */
export const MEMORY_ROWS = {
  SH3001: {
    message: '`new {name}` inside a function',
    reason: 'a core has no heap: nothing can be allocated while a kernel runs',
    replacement: 'make it a top-level `const` of the module, or pass it in as an argument',
  },
  SH3002: {
    message: '`{name}` and `{other}` share one memory',
    reason:
      'each array of a module gets its own place on the core, so a write to one would no longer show in the other',
    replacement: 'use one of the two everywhere, or copy it with `.slice()`',
  },
  SH3003: {
    message: 'the value of `{name}` ({type}) cannot be kept on a core',
    reason:
      'module constants and state are numbers, booleans, objects of known fields, and arrays of at most 32 bits an element',
    replacement: '{fix}',
  },
  SH3004: {
    message: '`{name}` has no value at the start',
    reason: 'module state is loaded with the module and so needs its first value there',
    replacement: 'write `let {name} = 0`',
  },
  SH3005: {
    message: '`{name}` calls itself{way}',
    reason: 'stacks have a fixed size, and how deep it goes is not known',
    replacement: 'write a loop, or say how many calls may be open at once: `/** @depth 12 */` before {missing}',
  },
  SH3006: {
    message: '`{name}` returns an array',
    reason: 'a core has no heap, and what a function makes ends with it',
    replacement: 'pass the array that shall be filled as a parameter',
  },
  SH3007: {
    message: 'the array `{name}` of a module is replaced by another',
    reason: 'the arrays of a module have fixed places on the core',
    replacement: 'write its elements, or hold the array that is in use in a variable of the function',
  },
  SH3008: {
    message: '`{text}` is not an array that a core can name',
    reason: 'an array is a parameter, a variable, an array of a module, a new one, a part of one, or a choice by `?:`',
    replacement: 'use one of those',
  },
  SH3009: {
    message: 'the array variable `{name}` has no value at its declaration',
    reason: 'an array variable stands for an array from its first line on',
    replacement: 'give it an array: `let {name} = x`',
  },
  SH3010: {
    message: '`{text}` replaces an array in the middle of an expression',
    reason: 'an array is no value that an expression can pass on',
    replacement: 'write it as a statement of its own',
  },
  SH3011: {
    message: 'module state would keep what lives in one call only',
    reason:
      'what a function makes lives in its frame, and the arrays of a call in its message; both end, and a core has no heap',
    replacement: 'make the object or array at the top level of the module, and write its fields or elements here',
  },
  SH3012: {
    message: 'an object of the caller would keep an object that this function made',
    reason: 'what a function makes lives in its frame and ends with it; a core has no heap',
    replacement: 'write the fields of an object that is there already, or return the new one to the caller',
  },
  SH3013: {
    message: 'an object made in a loop is kept beyond its turn',
    reason: 'the place of the object in the frame is used again in the next turn',
    replacement: 'make one object before the loop, and write its fields in the loop',
  },
  SH3014: {
    message: 'a function returns objects that it makes, and calls itself to make them',
    reason: 'what is returned lives in the frame of the caller, and how much that is must be known',
    replacement: 'pass an object that shall be filled as a parameter',
  },
  SH3015: {
    message: 'the exported kernel `{name}` has {what} `{text}` that is an object',
    reason: 'the host passes numbers, booleans and typed arrays; objects do not travel to a core',
    replacement: 'pass the fields as parameters of their own, or in a typed array',
  },
  SH3016: {
    message: '`{text}` may be null or missing, and nothing checks that it is not',
    reason: 'a core would read whatever stands at address 0, where Node throws a TypeError',
    replacement: "test it first: `if (p === null) throw new Error('no p');`",
  },
  SH3017: {
    message: '`{text}` is a number, boolean or string that may be missing',
    reason:
      'a kernel gives one word, and so does a method that is found while it runs; fields, variables and results of other functions may be missing',
    replacement: 'say what it is where nothing is there: `p.w ?? 0`',
  },
  SH3020: {
    message: '`{name}` is assigned the function `{function}`, which uses `{used}`',
    reason: 'the variable may outlive what the function uses, and a core has no heap to keep that in',
    replacement: 'hold it in a `const`, or choose with `if` where it is called',
  },
  SH3021: {
    message: '`{name}` comes back to itself, and its code stands in the place of its calls',
    reason:
      'so it is for functions that take functions or use variables of a function around them: a core has no heap for those; here it has no end',
    replacement: 'write a loop, or let the function that calls itself use its parameters only: numbers and arrays',
  },
  SH3023: {
    message: 'the parameter `{name}` of a kernel is a function',
    reason: 'code cannot be sent to a core with a call: it has the functions that it was built with',
    replacement: 'pass a number, and choose the function by it: `mode === 0 ? add : multiply`',
  },
  SH3022: {
    message: '`{name}` is expanded too often',
    reason:
      'functions that take functions are put in the place of each of their calls; the limit is {limit} in a program',
    replacement: 'call it from a function without function parameters, which is one piece of code for all its calls',
  },
  SH3024: {
    message: 'the field `{name}` of an object is a function that uses variables of a function around it',
    reason: 'a field says which function it is; the variables may be gone when it is called, and a core has no heap',
    replacement: 'give the values to the function as parameters, or keep them in fields of the object',
  },
  SH3028: {
    message: 'the optional field `{name}` is left out, and it is a function',
    reason: 'a number or boolean has no value that means missing; only an object can be null',
    replacement: 'give it a value always, or hold it in an object that may be missing: `{name}?: { value: f32 }`',
  },
  SH3030: {
    message: 'the field `{name}` of an object is an array that may be missing',
    reason: 'a field holds where an array is and how long, and neither says that there is none',
    replacement: 'give it an array always, an empty one for none: `new Float32Array(0)`',
  },
  SH3029: {
    message: '`{text}`: a default for an element of an array',
    reason: 'an index outside of an array ends the call, here as everywhere; nothing that is read there means missing',
    replacement: 'test the length: `const a = x.length > 0 ? x[0] : 1`',
  },
  SH3025: {
    message: 'the comment before this function has an `@depth` that is no number from 1 to {limit}',
    reason: 'it says how many calls of the function may be open at once, and so how large its stack is',
    replacement: 'write `/** @depth 12 */`',
  },
  SH3031: {
    message: 'the generic class `{name}` makes the first value of a field without a constructor',
    reason: 'what the type parameters are is known in its constructor, and the first value may depend on them',
    replacement: 'write a constructor: `constructor() { this.{field} = …; }`, or `constructor() {}` beside the fields',
  },
  SH3032: {
    message: '`{name}` in a pattern is a getter or method',
    reason: 'a pattern takes the fields of an object; a getter is a call',
    replacement: 'read it by its name: `const {name} = object.{name}`',
  },
  SH3026: {
    message: '{names} call each other, and their `@depth` is not the same',
    reason: 'their open calls are counted together',
    replacement: 'write `/** @depth {depth} */` before each of them',
  },
  SH3033: {
    message: '`{text}` is not known at build time, and a table of functions is no value on a core',
    reason: 'a core has no addresses of functions: which one is called is a constant, or a choice that is written out',
    replacement: 'name one by a constant (`ops.plus`, `ops[MODE]`), or choose: `mode === 0 ? ops.plus : ops.minus`',
  },
  SH3034: {
    message: '`{text}` was frozen at build time and is assigned',
    reason: 'the code that it belongs to ran once, at build time, and what is left of it is a constant',
    replacement: 'use a `let` of the module for what kernels change',
  },
  SH3040: {
    message: '`{text}` has no place on another core',
    reason:
      'a view is of an array of a module, `const row = new Float32Array(64)`: it has the same place on every core',
    replacement: 'give `view` the name of such an array',
  },
  SH3041: {
    message: '`{text}` is not a lock of a module',
    reason: 'a lock is a word that all cores know: it is made once, at the top level',
    replacement: 'write `const tally = new Lock();` there, and `tally.acquire();` here',
  },
  SH3050: {
    message: 'the length of `{text}` is not known when the kernel is built',
    reason: 'a core has no heap: the array lives in the frame of its function, whose size must be known',
    replacement:
      'write the largest length that is needed, `const MOST = 64`, and use the part of it: `new Float32Array(MOST).subarray(0, n)`',
  },
  SH3051: {
    message: '`{text}` has a length of {length}',
    reason: 'a length is an integer from 0 on; JavaScript would throw a RangeError',
    replacement: 'write the number of elements',
  },
  SH3052: {
    message: '`{text}` needs {bytes} of {limit} bytes',
    reason: 'it lives in the frame of its function, in the memory of one core',
    replacement: 'make it smaller, or pass an array from the host, which may be in shared memory',
  },
  SH3053: {
    message: '`{text}` copies an array whose length is not known when the kernel is built',
    reason: 'a core has no heap: the copy lives in the frame of its function, whose size must be known',
    replacement: 'use `.subarray(…)`, which copies nothing, or copy into an array of fixed length: `part.set(x)`',
  },
  SH3054: {
    message: '`{text}` changes the length of an array',
    reason: 'arrays have a fixed length: a core has no heap in which one could grow',
    replacement:
      'say how long it can be: `const list = fixedArray<i32>(16)` of `shoal/kernel` has `push` and `pop`, and starts empty',
  },
  SH3070: {
    message: '`{text}` does not say the kind of its elements',
    reason: 'the memory of an array is laid out when the kernel is built, by the kind of what is in it',
    replacement: 'write it: `fixedArray<f32>(16)`, `fixedArray<i32>(16)`',
  },
} as const;
