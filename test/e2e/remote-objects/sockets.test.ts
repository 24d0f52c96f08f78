import { describeRemoteBehaviour } from '../../support/remote-behaviour/behaviour-suite.ts';
import { overTcp, overUnixSocket } from '../../support/remote-behaviour/host-link-pairs.ts';

describeRemoteBehaviour('TCP', overTcp);
describeRemoteBehaviour('unix socket', overUnixSocket);
