import '../../support/boards/by-memory.ts';
import '../logs.test.ts';
