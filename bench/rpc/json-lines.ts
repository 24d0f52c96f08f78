import type { Socket } from 'node:net';
import type { RpcTransport } from 'capnweb';

/** capnweb has no transport for TCP; this is the plain one: its messages, which are JSON, one on a line. */
export class JsonLines implements RpcTransport {
  readonly #socket: Socket;
  readonly #received: string[] = [];
  #waiting: { resolve(line: string): void; reject(error: Error): void } | undefined;
  #error: Error | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    let parts: string[] = [];
    socket.on('data', (text: string) => {
      let from = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        parts.push(text.slice(from, end));
        this.#receive(parts.join(''));
        parts = [];
        from = end + 1;
      }
      if (from < text.length) parts.push(text.slice(from));
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#error = new Error('the connection was closed');
      this.#waiting?.reject(this.#error);
    });
  }

  #receive(line: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#received.push(line);
    else waiting.resolve(line);
  }

  send(message: string): void {
    // What is sent in one turn goes to the system in one piece, as on our link.
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork();
      process.nextTick(() => this.#socket.uncork());
    }
    this.#socket.write(`${message}\n`);
  }

  async receive(): Promise<string> {
    const line = this.#received.shift();
    if (line !== undefined) return line;
    if (this.#error !== undefined) throw this.#error;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }
}
