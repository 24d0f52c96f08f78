/** Tries to open a board, and prints code and hint of the error as one JSON line. */
import { openControl } from '../../../dist/host/control/open-control.js';

try {
  (await openControl(process.argv[2])).close();
  console.log(JSON.stringify({ code: null, hint: null }));
} catch ({ code, hint }) {
  console.log(JSON.stringify({ code, hint }));
}
