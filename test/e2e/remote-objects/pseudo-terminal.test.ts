import { describeRemoteBehaviour } from '../../support/remote-behaviour/behaviour-suite.ts';
import { overPseudoTerminal } from '../../support/remote-behaviour/host-link-pairs.ts';

describeRemoteBehaviour('pseudo-terminal', overPseudoTerminal);
