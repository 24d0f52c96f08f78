import { describeRemoteBehaviour } from '../../../support/remote-behaviour/behaviour-suite.ts';
import { inProcess } from '../../../support/remote-behaviour/connected-pair.ts';

describeRemoteBehaviour('in process', inProcess);
