/** A debugger that is attached to exact Node: breakpoints in kernels, and the names and values of their variables. */
import { afterEach, expect, test } from 'vitest';
import { Project } from './exact-node-project.ts';

const KERNELS = `'use kernel';
import type { f32, i32 } from 'shoal/kernel';

/** The mean of \`count\` elements from \`first\` on. */
export function mean(x: Float32Array, first: i32, count: i32): f32 {
  let sum: f32 = 0;
  for (let i = 0; i < count; i++) {
    sum += x[first + i];
  }
  return sum / count;
}
`;
/** Line of `return`, from 1. */
const BREAKPOINT_LINE = 10;

/** The program that is debugged. It lets the debugger get ready. */
const APP = `import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
const debugger_ = new Worker(new URL('./debugger.mjs', import.meta.url), { execArgv: [] });
const messages = on(debugger_, 'message');
await messages.next(); // it listens
const { mean } = await import('./kernels.ts');
await messages.next(); // the breakpoint is set
console.log(mean(Float32Array.of(1, 2, 3, 6), 0, 4));
await debugger_.terminate();
`;

/** What the debugger of an editor does: finds the generated place of a line by the source map, and stops there. */
const DEBUGGER = `import { Session } from 'node:inspector';
import { SourceMap } from 'node:module';
import { parentPort } from 'node:worker_threads';
setInterval(() => {}, 1000); // a session alone does not keep a worker alive
const session = new Session();
session.connectToMainThread();
const post = (method, parameters) =>
  new Promise((resolve, reject) =>
    session.post(method, parameters, (error, answer) => (error ? reject(error) : resolve(answer))));
session.on('Debugger.scriptParsed', async ({ params }) => {
  if (!params.url.endsWith('/kernels.ts') || params.sourceMapURL === '') return;
  const encoded = params.sourceMapURL.replace(/^data:application\\/json[^,]*;base64,/, '');
  const map = new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
  const place = placeOf(map, ${BREAKPOINT_LINE} - 1, params.endLine);
  await post('Debugger.setBreakpoint', { location: { scriptId: params.scriptId, ...place } });
  parentPort.postMessage('set');
});
function placeOf(map, line, endLine) {
  for (let lineNumber = 0; lineNumber <= endLine; lineNumber++) {
    for (let columnNumber = 0; columnNumber < 200; columnNumber++) {
      const entry = map.findEntry(lineNumber, columnNumber);
      if (entry.originalLine === line && entry.generatedLine === lineNumber && entry.generatedColumn === columnNumber)
        return { lineNumber, columnNumber };
    }
  }
  throw new Error('the map has no such line');
}
session.on('Debugger.paused', async ({ params: { callFrames } }) => {
  const [frame] = callFrames;
  const values = [];
  for (const expression of ['sum', 'first', 'count', 'x.length']) {
    const { result } = await post('Debugger.evaluateOnCallFrame', { callFrameId: frame.callFrameId, expression });
    values.push(expression + '=' + result.value);
  }
  process._rawDebug(frame.functionName + ': ' + values.join(' '));
  await post('Debugger.resume');
});
await post('Debugger.enable');
parentPort.postMessage('listening');
`;

let project: Project;
afterEach(() => project.remove());

test('a breakpoint in a kernel stops there, and the variables have their names', async () => {
  project = await Project.create({ 'kernels.ts': KERNELS, 'app.mjs': APP, 'debugger.mjs': DEBUGGER });
  await project.install('shoal');
  const { code, stdout, stderr } = await project.run('--import', 'shoal/register', 'app.mjs');
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: '3\n',
    stderr: 'mean: sum=12 first=0 count=4 x.length=4\n',
  });
});
