import '../../support/boards/by-line.ts';
import '../host-neighbours.test.ts';
