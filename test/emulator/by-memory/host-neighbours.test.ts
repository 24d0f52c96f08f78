import '../../support/boards/by-memory.ts';
import '../host-neighbours.test.ts';
