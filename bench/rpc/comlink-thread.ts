/** The other end of comlink. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { serveComlink } from './comlink-end.ts';

serveComlink(workerData as MessagePort);
