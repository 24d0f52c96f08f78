/** The control runtime as one script for small engines: device/control/quickjs.ts and all that it imports, made small. */
import { readFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { build, transform } from 'esbuild';
import { minify } from 'terser';
import { aliasThis } from './alias-this.mjs';
import { arrowFunctions } from './arrow-functions.mjs';
import { closures } from './closures.mjs';
import { withoutErrorTexts } from './error-texts.mjs';
import { callsForOperators } from './operator-calls.mjs';
import { OURS, renameProperties } from './rename-properties.mjs';
import { nameRepeated } from './repeated-names.mjs';
import { shortNames } from './short-names.mjs';
import { callsThatThrow } from './throwing-calls.mjs';
import { dropUnsetFields } from './unset-fields.mjs';
import { dropUnusedMembers } from './unused-members.mjs';

const root = join(import.meta.dirname, '../..');
const entry = join(root, 'device/control/quickjs.ts');
/** What takes the place of files about things that small engines do not have, or leave to the host. */
const REPLACED = {
  'engine-streams.ts': join(root, 'device/control/no-streams.ts'),
  'engine-text.ts': join(root, 'device/control/no-text.ts'),
  'full-text.ts': join(root, 'device/control/no-full-text.ts'),
  'aligned-array-head.ts': join(root, 'device/control/no-alignment.ts'),
  'call-traces.ts': join(root, 'device/control/no-call-traces.ts'),
};

/** Whose members others use by name: the embedding, boards' own scripts, the other side of a line, the language. */
const OUTSIDE = {
  'device/control/quickjs.ts': 'all',
  'device/control/embedding.ts': 'all',
  'device/control/engine-globals.ts': 'all',
  'device/control/core-sharing.ts': 'all',
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

/** Classes whose instances programs hold, or the other side of a line reaches: what is private in them stays so. */
const REACHED = {
  'protocol/objects/cursor.ts': ['Cursor'],
  'protocol/objects/incoming-calls.ts': ['Answer'],
  'protocol/objects/remote-iteration.ts': ['RemoteIterator'],
};

/** Classes of which a session has few objects, none of which is passed to the other side. */
const FEW = [
  'Connection',
  'ReliableLink',
  'IncomingCalls',
  'OutgoingCalls',
  'Outbox',
  'ExportTable',
  'ImportTable',
  'OutgoingNames',
  'IncomingNames',
  'OutgoingShapes',
  'IncomingShapes',
  'OutgoingReferences',
  'IncomingReferences',
  'SegmentSplitter',
  'EngineTimers',
  'EngineLine',
  'SendQueue',
  'Reassembly',
  'RoundTrip',
  'Deadline',
  'SlotTable',
  'Transfer',
  'LossyTransfer',
  'SafeTransfer',
  'Session',
];

const inProject = (file) => relative(root, file).split(sep).join('/');

/** Whether a list by files has a declaration. */
const isListed = (list) => (file, declaration) => {
  const names = list[inProject(file)] ?? [];
  return names === 'all' || names.includes(declaration);
};

const OPTIONS = {
  absWorkingDir: root,
  outfile: 'script.js',
  write: false,
  bundle: true,
  platform: 'neutral',
  target: 'es2023',
  define: { 'Number.POSITIVE_INFINITY': 'Infinity', 'Number.MAX_SAFE_INTEGER': String(Number.MAX_SAFE_INTEGER) },
  legalComments: 'none',
  logLevel: 'warning',
};

/** Gives a bundler the text of each source, without texts of errors that the host has. */
function sources(textOf) {
  const table = readFileSync(join(root, 'protocol/error-texts.ts'), 'utf8');
  const isOnHost = (key) => table.includes(`  ${key}: `);
  return {
    name: 'sources for small engines',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /\.ts$/ }, ({ path }) => {
        const replacement = REPLACED[basename(path)];
        return replacement === undefined ? undefined : { path: replacement };
      });
      onLoad({ filter: /\.ts$/ }, ({ path }) => ({
        contents: withoutErrorTexts(textOf(path), isOnHost),
        loader: 'ts',
      }));
    },
  };
}

/** @returns {Promise<{ script: string, bytesOf: Map<string, number> }>} the script, and what each source takes of it, about */
export async function bundleControlRuntime() {
  const isOutside = isListed(OUTSIDE);
  const { texts, differ, check } = renameProperties(
    join(root, 'device/control/tsconfig.json'),
    [entry, ...Object.values(REPLACED)],
    isOutside,
    (file, name) => isOutside(file, name) || isListed(REACHED)(file, name),
  );
  const options = {
    ...OPTIONS,
    entryPoints: [entry],
    metafile: true,
    minifySyntax: true,
    format: 'esm',
    plugins: [sources((path) => texts.get(path) ?? readFileSync(path, 'utf8'))],
  };
  const [{ text }] = (await build(options)).outputFiles;
  const ours = new RegExp(`\\b\\w+${OURS}\\b`, 'g');
  const wasPrivate = (name) => name !== undefined && new RegExp(`_\\d+${OURS}$`).test(name);
  const isOurs = (name) => name.endsWith(OURS);
  const steps = [
    (each) => dropUnusedMembers(each, isOurs),
    (each) => closures(each, (name) => FEW.includes(name), wasPrivate),
    (each) => dropUnsetFields(each, isOurs),
    (each) => aliasThis(each, isOurs),
    callsThatThrow,
    callsForOperators,
    arrowFunctions,
    (each) => nameRepeated(each, isOurs),
  ];
  const rewritten = steps.reduce((each, step) => step(each), text);
  const bundled = await transform(rewritten, { minify: true, format: 'iife', target: 'es2023' });
  const code = await inlined(bundled.code);
  const short = shortNames(code, ours, differ);
  const shortened = (each) => each.replace(ours, (name) => short.get(name) ?? name);
  check(new Map([...texts].map(([file, each]) => [file, shortened(each)])));
  const script = shortened(code);
  const { metafile } = await build({ ...options, minify: true, mangleProps: new RegExp(`${OURS}$`) });
  return { script, bytesOf: shares(metafile, script.length) };
}

/** The script with what stands in one place only put there: functions and variables, which esbuild leaves where they are. */
async function inlined(text) {
  // Sequences would take the place of statements that are shorter; esbuild has made the others.
  const compress = { ecma: 2020, passes: 3, toplevel: true, keep_fargs: false, sequences: false };
  const { code } = await minify(text, { ecma: 2020, compress, mangle: { toplevel: true } });
  return code;
}

/** @returns {Promise<string>} a module of device/control as a script by itself, which the runtime's embedding loads */
export async function bundleModule(entry) {
  const { outputFiles } = await build({
    ...OPTIONS,
    entryPoints: [join(root, 'device/control', entry)],
    minify: true,
    format: 'iife',
    plugins: [sources((path) => readFileSync(path, 'utf8'))],
  });
  return outputFiles[0].text;
}

/** What each source takes of the script, about: its share of what a bundler alone makes. */
function shares({ outputs }, lengthBytes) {
  const [{ inputs }] = Object.values(outputs);
  const all = Object.entries(inputs).map(([file, { bytesInOutput }]) => [file, bytesInOutput]);
  const sum = all.reduce((total, [, bytes]) => total + bytes, 0);
  return new Map(all.map(([file, bytes]) => [file, Math.round((bytes / sum) * lengthBytes)]));
}
