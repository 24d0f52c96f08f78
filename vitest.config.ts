import { defineConfig } from 'vitest/config';

const kinds = ['unit', 'conformance', 'emulator', 'faults', 'architecture', 'e2e', 'vm'] as const;

/** A virtual machine without help of the processor takes tens of times as long. */
function timeoutsOf(kind: string): { readonly testTimeout: number; readonly hookTimeout: number } {
  const timeoutMs = kind === 'vm' ? 300_000 : 60_000;
  return { testTimeout: timeoutMs, hookTimeout: timeoutMs };
}

export default defineConfig({
  resolve: { conditions: ['dev'] },
  ssr: { resolve: { conditions: ['dev'] } },
  test: {
    maxWorkers: 2,
    projects: kinds.map((kind) => ({
      extends: true,
      test: {
        name: kind,
        include: [`test/${kind}/**/*.test.ts`],
        ...timeoutsOf(kind),
        // After all others: it would only wait for them.
        sequence: { groupOrder: kind === 'vm' ? 1 : 0 },
      },
    })),
  },
});
