import '../../support/boards/by-line.ts';
import '../host-explain.test.ts';
