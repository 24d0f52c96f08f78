import '../../support/boards/by-memory.ts';
import '../host-map.test.ts';
