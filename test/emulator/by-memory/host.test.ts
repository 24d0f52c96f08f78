import '../../support/boards/by-memory.ts';
import '../host.test.ts';
