import '../../support/boards/by-memory.ts';
import '../host-memory.test.ts';
