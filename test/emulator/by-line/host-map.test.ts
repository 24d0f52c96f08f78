import '../../support/boards/by-line.ts';
import '../host-map.test.ts';
