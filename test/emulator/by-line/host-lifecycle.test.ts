import '../../support/boards/by-line.ts';
import '../host-lifecycle.test.ts';
