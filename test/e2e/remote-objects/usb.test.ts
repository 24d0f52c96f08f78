import { describeRemoteBehaviour } from '../../support/remote-behaviour/behaviour-suite.ts';
import { overUsb } from '../../support/remote-behaviour/host-link-pairs.ts';

describeRemoteBehaviour('USB', overUsb);
