import { inEngine } from '../../support/control/engine-pair.ts';
import { describeRemoteBehaviour } from '../../support/remote-behaviour/behaviour-suite.ts';

describeRemoteBehaviour('QuickJS', inEngine);
