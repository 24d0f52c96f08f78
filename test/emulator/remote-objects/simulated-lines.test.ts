import { describeRemoteBehaviour } from '../../support/remote-behaviour/behaviour-suite.ts';
import { overSimulatedLine } from '../../support/remote-behaviour/simulated-pair.ts';

describeRemoteBehaviour('stream', overSimulatedLine({ kind: 'stream', baud: 100_000_000 }));
describeRemoteBehaviour('message line', overSimulatedLine({ kind: 'messages', baud: 100_000_000 }));
describeRemoteBehaviour('serial line at 921 600 baud', overSimulatedLine({ baud: 921_600, latencyMs: 2 }));
