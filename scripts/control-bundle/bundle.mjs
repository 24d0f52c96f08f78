/** The control runtime as one script for small engines: device/control/quickjs.ts and all that it imports, made small. */
import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { aliasThis } from './alias-this.mjs';
import { OURS, renameProperties } from './rename-properties.mjs';

const root = join(import.meta.dirname, '../..');
const entry = join(root, 'device/control/quickjs.ts');
/** What takes the place of engine-streams.ts. */
const noStreams = join(root, 'device/control/no-streams.ts');

/** Whose members others use by name: the embedding, boards' own scripts, the other side of a line, the language. */
const OUTSIDE = {
  'device/control/quickjs.ts': 'all',
  'device/control/embedding.ts': 'all',
  'device/control/engine-globals.ts': 'all',
  'device/control/file-system.ts': 'all',
  'device/control/core-service.ts': ['CoreService'],
  'protocol/cores/core-commands.ts': 'all',
  'device/control/control-runtime.ts': ['ControlOptions'],
  'protocol/errors.ts': 'all',
  'protocol/objects/engine-streams.ts': ['Sink'],
  'protocol/objects/platform.ts': 'all',
  'protocol/objects/sink-face.ts': 'all',
  'protocol/objects/session.ts': ['Session', 'SessionOptions'],
  'protocol/objects/connection.ts': ['SessionCounts', 'SessionLimits'],
  'protocol/objects/incoming-calls.ts': ['CallContext'],
  'protocol/objects/pending-result.ts': ['CallOptions', 'AbortSignalOption'],
  'protocol/objects/remote-streams.ts': ['RemoteSink'],
  'protocol/objects/scope.ts': ['Scope'],
  // A WeakRef is one.
  'protocol/objects/import-table.ts': ['Held'],
  // The language's own classes are some.
  'protocol/values/typed-arrays.ts': ['TypedArrayClass'],
  // An IteratorResult is one.
  'protocol/objects/cursor.ts': ['Step'],
};

const inProject = (file) => relative(root, file).split(sep).join('/');

/** @returns {Promise<{ script: string, bytesOf: Map<string, number> }>} the script, and what each source takes of it */
export async function bundleControlRuntime() {
  const texts = renameProperties(
    join(root, 'device/control/tsconfig.json'),
    [entry, noStreams],
    (file, declaration) => {
      const outside = OUTSIDE[inProject(file)] ?? [];
      return outside === 'all' || outside.includes(declaration);
    },
  );
  const smallSources = {
    name: 'sources made small',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /\/engine-streams\.ts$/ }, () => ({ path: noStreams }));
      onLoad({ filter: /\.ts$/ }, ({ path }) => ({
        contents: aliasThis(texts.get(path) ?? readFileSync(path, 'utf8')),
        loader: 'ts',
      }));
    },
  };
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: 'control.js',
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    mangleProps: new RegExp(`${OURS}$`),
    plugins: [smallSources],
    format: 'iife',
    platform: 'neutral',
    target: 'es2023',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  const bytesOf = new Map(Object.entries(inputs).map(([file, { bytesInOutput }]) => [file, bytesInOutput]));
  return { script: outputFiles[0].text, bytesOf };
}
