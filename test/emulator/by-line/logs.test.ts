import '../../support/boards/by-line.ts';
import '../logs.test.ts';
