import { describeRemoteBehaviour } from '../../support/remote-behaviour/behaviour-suite.ts';
import { overRing } from '../../support/remote-behaviour/host-link-pairs.ts';

describeRemoteBehaviour('ring in shared memory', overRing);
