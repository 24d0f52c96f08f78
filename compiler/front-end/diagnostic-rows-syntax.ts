/** SH1xxx: syntax. SH10xx is not in this version yet; SH11xx is not in the language. */
export const SYNTAX_ROWS = {
  SH1000: {
    message: '{kind} is not known to this version of the compiler',
    reason: 'syntax that is not known is refused, because nothing says what it would mean on a core',
    replacement: null,
  },
  SH1001: {
    message: 'this part of a class is not in this version yet',
    reason:
      'classes stand at the top level of a module, with fields, a constructor, methods and accessors, static or not',
    replacement: 'declare the class with `class` at the top level, and write a getter and a setter for `accessor`',
  },
  SH1002: {
    message: 'the fields of this object are not known',
    reason: 'an object is laid out in memory when the kernel is compiled: fields with names, each of one kind',
    replacement: 'write an interface or a literal with all fields, without methods and computed names',
  },
  SH1003: {
    message: 'an array is of a kind that is not in this version yet',
    reason: 'this version has tuples, arrays of numbers, arrays of objects, and typed arrays',
    replacement: 'use a tuple or an object for values of several kinds, and a typed array for many numbers',
  },
  SH1004: {
    message: 'destructuring stands here',
    reason: 'a value is taken apart by a declaration in a function, a parameter or a statement of its own',
    replacement: 'read each value by itself, or write the assignment as a statement',
  },
  SH1006: {
    message: '`{name}` is used as a value',
    reason: 'functions of the library are operations of the machine, and library objects are nothing on a core',
    replacement: 'write a function that calls it: `() => coreIndex()`',
  },
  SH1007: {
    message: 'the parameter `{name}` of a kernel may be left out',
    reason: 'the host passes every argument of a kernel, so that its type says what a call costs',
    replacement: 'move the default into a function that is not exported, or pass the value in every call',
  },
  SH1008: {
    message:
      'a parameter that may be left out is an array or function or is assigned, or a rest parameter is no array of numbers or objects',
    reason:
      'what is left out has no place on a core: the function is compiled once with it and once without; values for `...rest` become an array where the function is called',
    replacement: 'give the parameter a default: `n: i32 = 1`; write the kind: `...rest: f32[]`',
  },
  SH1009: {
    message: 'a kernel has a type parameter',
    reason: 'a generic function is compiled once for each type that it is called with, and the host calls it with any',
    replacement: 'export one function for each type, which calls the generic one',
  },
  SH1010: {
    message: 'an enum inside a function',
    reason: 'the members of an enum are constants of a module',
    replacement: 'declare it at the top level of the module',
  },
  SH1011: {
    message: 'a string of which the possible values are not known',
    reason: 'a core has no place for text: string literals are held as numbers, which can be compared and passed on',
    replacement:
      "write a union of literals as the type: `'left' | 'right'`; text is allowed in `console.log(…)` and `throw new Error(…)`",
  },
  SH1012: {
    message: '`...` takes what is not known here',
    reason:
      'what it stands for is known of an object in an object, of a tuple or array of numbers in an array or call, and of the rest in a pattern',
    replacement: 'write the elements one by one',
  },
  SH1013: {
    message: 'async functions and await are not in this version yet',
    reason: 'a core runs one task in this version',
    replacement: 'write the steps one after the other',
  },
  SH1014: {
    message: 'generators are not in this version yet',
    reason: 'a core runs one task in this version',
    replacement: 'write a loop',
  },
  SH1015: {
    message: 'try and catch are not in this version yet',
    reason: 'what is thrown ends the call: the error arrives at the host',
    replacement: 'test for the fault before, or catch it on the host',
  },
  SH1017: {
    message: '`in` is not in this version yet',
    reason: 'there are no objects yet whose properties could be asked for',
    replacement: 'compare with `<` and `===`',
  },
  SH1018: {
    message: '`instanceof` is not in this version yet',
    reason: 'what is known of a value behind it needs checks that this version does not make',
    replacement: 'give the classes a field that tells them apart, `kind: 0` and `kind: 1`, or a method that each has',
  },
  SH1019: {
    message: 'bigint is not in this version yet',
    reason: 'a core calculates in 32 bits, and 64-bit integers come later',
    replacement: 'use two i32, or pass smaller numbers',
  },
  SH1020: {
    message: '`{name}` is not in this version yet',
    reason: 'the core has nothing yet that could do it',
    replacement: 'keep results in a typed array and read them on the host',
  },
  SH1021: {
    message: '`{name}` of an array is not in this version yet',
    reason:
      'arrays have elements, length, at, copyWithin, fill, includes, indexOf, lastIndexOf, reverse, set, slice, sort and subarray here',
    replacement: 'write a loop over the elements',
  },
  SH1022: {
    message: '`Math.{name}` is not in the language',
    reason: '{reason}',
    replacement: '{fix}',
  },
  SH1023: {
    message: '`?.` and `??` stand where they have no meaning here',
    reason:
      'what stands before them is always there, or what they give goes where something has to be; one word in memory cannot tell null from undefined',
    replacement: 'read the value directly, or say what it is where nothing is there: `p?.x ?? 0`',
  },
  SH1024: {
    message: 'for-of over `{type}` is not in this version yet',
    reason: 'for-of goes over arrays, tuples and `range(…)` here',
    replacement: 'loop over an index: `for (const i of range(n))`',
  },
  SH1025: {
    message: 'switch over `{type}` is not in this version yet',
    reason: 'switch compares integers, enums and string literals here',
    replacement: 'write `if` and `else`',
  },
  SH1026: {
    message: 'this form of import or export is not in this version yet',
    reason: 'the compiler follows named imports and named exports only',
    replacement: 'write `import { name } from` and `export function name`',
  },
  SH1027: {
    message: '`using` is not in this version yet',
    reason: 'nothing on a core needs to be disposed of',
    replacement: 'write `const`',
  },
  SH1028: {
    message: '`&&=`, `||=` and `??=` with a setter are not in this version yet',
    reason: 'they call it only sometimes, which this version does not compile',
    replacement: 'write `if (…) p.x = …`',
  },
  SH1029: {
    message: 'for-of needs a new variable',
    reason: 'the loop variable of this version belongs to the loop',
    replacement: 'write `for (const x of …)`',
  },
  SH1030: {
    message: 'overloads are not in this version yet',
    reason: 'one function has one machine form',
    replacement: 'give each form a name of its own',
  },
  SH1031: {
    message: 'values of type `{type}` are not in this version yet',
    reason:
      'this version has numbers, booleans, objects of known fields, and typed arrays of at most 32 bits an element',
    replacement: 'use i32, u32, f32, boolean, an interface or a typed array',
  },
  SH1032: {
    message: 'this target of an assignment is not in this version yet',
    reason: 'only variables and elements of typed arrays can be assigned to',
    replacement: 'assign to a variable',
  },
  SH1033: {
    message: '`range` stands outside of for-of',
    reason: 'it is a counted loop on a core, and no value that could be kept or passed on',
    replacement: 'write `for (const i of range(n))`',
  },
  SH1034: {
    message: 'the step `{text}` of a range is no constant, or not one that counts',
    reason: 'its sign decides how the loop ends, and a step of 0 never does',
    replacement: 'write an integer other than 0, or a constant of the module that is one',
  },
  SH1035: {
    message: 'the pairs of `{text}.entries()` are not taken apart',
    reason: 'the loop counts an index and reads an element; no pair is made of them',
    replacement: 'write `for (const [i, v] of {text}.entries())`',
  },
  SH1040: {
    message: '`console.{name}` is not in the language',
    reason: 'what a kernel shows goes to the host as numbers, and two functions of the console are made for that',
    replacement: 'write `console.log(…)`, or `console.assert(condition, …)`',
  },
  SH1041: {
    message: '`{text}` cannot be logged',
    reason: 'a core sends numbers, booleans and strings of which all possible values are known; the host has the texts',
    replacement: 'log its fields or elements one by one',
  },
  SH1042: {
    message: 'one call logs {count} values',
    reason: 'a message of a core has at most {limit}, so that it fits its buffer',
    replacement: 'write two calls',
  },
  SH1043: {
    message: 'the message of `assert` is not a literal string',
    reason: 'the message stays on the host and the core sends only its number',
    replacement: "write the text: `assert(i < n, 'i is too large')`; `console.assert` shows values",
  },
  SH1101: {
    message: '`any` and `unknown` are not in the language',
    reason: 'a core must know how every value is held, and these types say nothing',
    replacement: 'write the type: i32, f32, boolean, a typed array',
  },
  SH1102: {
    message: '`{name}` cannot be used in kernels',
    reason: 'a core has no compiler: all code is known when the kernel is built',
    replacement: 'write the code itself',
  },
  SH1103: {
    message: '`delete` is not in the language',
    reason: 'what a kernel uses has its place from the start to the end',
    replacement: 'keep a flag that says whether the value counts',
  },
  SH1104: {
    message: 'regular expressions are not in the language',
    reason: 'a core has no strings to search',
    replacement: 'search on the host',
  },
  SH1105: {
    message: '`var` is not in the language',
    reason: 'its scope is the whole function, which hides what a loop changes',
    replacement: 'write `let` or `const`',
  },
  SH1106: {
    message: '`{operator}` compares after converting',
    reason: 'JavaScript converts its operands by rules that a core does not have',
    replacement: 'write `{replacement}`',
  },
  SH1107: {
    message: '`with` is not in the language',
    reason: 'names would be looked up while the kernel runs',
    replacement: 'write the names in full',
  },
  SH1108: {
    message: '`debugger` is not in the language',
    reason: 'a core has no debugger statement',
    replacement: 'set a breakpoint in the debugger',
  },
  SH1109: {
    message: 'prototypes are not in the language',
    reason: 'functions are called by address here, and are not looked up while the kernel runs',
    replacement: 'call the function by its name',
  },
  SH1110: {
    message: '`arguments` is not in the language',
    reason: 'arguments are in registers, and the number of them is fixed',
    replacement: 'name the parameters',
  },
  SH1111: {
    message: 'for-in is not in the language',
    reason: 'it goes over names of properties, which a core does not keep',
    replacement: 'write `for (let i = 0; i < x.length; i++)`',
  },
  SH1112: {
    message: 'namespaces are not in the language',
    reason: 'they are objects at run time, and type stripping does not remove them',
    replacement: 'use a module',
  },
  SH1113: {
    message: 'modules that are chosen at run time are not in the language',
    reason: 'all code of a kernel is known when it is built',
    replacement: "write `import { name } from './module.ts'` at the top",
  },
  SH1114: {
    message: '`{operator}` is not in the language',
    reason: 'types are known when the kernel is built, so there is nothing to ask at run time',
    replacement: 'leave it out',
  },
  SH1115: {
    message: "only `throw new Error('literal')` and `throw new RangeError('literal')` are in the language",
    reason: 'the message stays on the host and the core sends only its number',
    replacement: 'throw an Error with a literal message; constants may stand in it, values can be logged before',
  },
  SH1116: {
    message: '`{name}` is not in the language',
    reason: 'only what has a type that says so can be missing: an object, number, boolean or string',
    replacement: 'write it in the type, `i32 | undefined`, or use a value that cannot occur, such as -1',
  },
  SH1117: {
    message: 'decorators are not in the language',
    reason: 'they change functions at run time, and on a core functions do not change',
    replacement: 'call the wrapping function by its name',
  },
  SH1118: {
    message: '`<T>x` is not in the language',
    reason: 'type stripping does not remove it',
    replacement: 'write `x as T`',
  },
  SH1119: {
    message: '`{comment}` is not in the language',
    reason: 'what TypeScript does not check, the compiler cannot hold a core to',
    replacement: 'correct the error instead',
  },
  SH1120: {
    message: 'symbols are not in the language',
    reason: 'there are no property names at run time',
    replacement: 'use numbers',
  },
  SH1121: {
    message: '`declare` is not in the language',
    reason: 'nothing on a core provides what is only declared',
    replacement: 'import it, or write it',
  },
  SH1122: {
    message: 'a template literal stands where no text goes to the host',
    reason: 'a core has no strings to build; the host builds those of logs and errors',
    replacement: 'use it in `console.log(…)`, or send numbers and build the text on the host',
  },
  SH1123: {
    message: '`this`, `super` and `new.target` stand outside of a class',
    reason: 'only methods and constructors have an object',
    replacement: 'pass what is needed as a parameter',
  },
  SH1124: {
    message: 'JSX is not in the language',
    reason: 'it builds objects',
    replacement: 'call a function',
  },
  SH1125: {
    message: 'this is not an element of a typed array',
    reason: '`a[i]` reads typed arrays by an integer index',
    replacement: 'index a typed array by a number',
  },
  SH1126: {
    message: 'the name of a register must be a literal string',
    reason: 'the register is a part of the instruction',
    replacement: 'write its name in quotes',
  },
  SH1127: {
    message: '`{text}` is a method without its object',
    reason: 'a method that is passed on has lost what `this` stands for: in Node it would be undefined',
    replacement: 'write a function that calls it: `() => {text}()`',
  },
} as const;
