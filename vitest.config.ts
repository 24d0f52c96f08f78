import { defineConfig } from 'vitest/config';

const kinds = ['unit', 'conformance', 'emulator', 'faults', 'architecture', 'e2e'] as const;

export default defineConfig({
  resolve: { conditions: ['dev'] },
  ssr: { resolve: { conditions: ['dev'] } },
  test: {
    maxWorkers: 2,
    projects: kinds.map((kind) => ({
      extends: true,
      test: { name: kind, include: [`test/${kind}/**/*.test.ts`], testTimeout: 60_000, hookTimeout: 60_000 },
    })),
  },
});
