import '../../support/boards/by-line.ts';
import '../host.test.ts';
