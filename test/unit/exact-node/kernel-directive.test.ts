import { expect, test } from 'vitest';
import { isKernelModule } from '../../../host/run/kernel-directive.ts';

test.each([
  `'use kernel';`,
  `"use kernel"`,
  `\ufeff// first\n/* a\n * b */\n'use kernel';\nexport {};`,
  `#!/usr/bin/env node\n'use strict'; 'use kernel';`,
  `'use strict'\n'use kernel'\n`,
])('is a kernel module: %j', (source) => {
  expect(isKernelModule(source)).toBe(true);
});

test.each([
  '',
  `import './x.ts';\n'use kernel';`,
  `// 'use kernel';\nexport {};`,
  `/* 'use kernel' */ f();`,
  `'use kernels';`,
  `('use kernel');`,
  `'use \\kernel';`,
  `/* not closed 'use kernel'`,
])('is none: %j', (source) => {
  expect(isKernelModule(source)).toBe(false);
});
