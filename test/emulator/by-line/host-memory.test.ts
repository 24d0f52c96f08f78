import '../../support/boards/by-line.ts';
import '../host-memory.test.ts';
