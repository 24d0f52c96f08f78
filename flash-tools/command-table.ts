import type { AddCommand } from './command.ts';

/** One command: what the list of commands says of it, and its module, which is loaded only when it is used. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<AddCommand>;
}

/** All commands, in the order of the help page. A new command takes its file and one line here. */
export const COMMAND_TABLE: readonly CommandEntry[] = [
  entry('init', 'make a new project', async () => (await import('./commands/init.ts')).addInitCommand),
  entry(
    'run',
    'run a program whose kernels give the bits of a core',
    async () => (await import('./commands/run.ts')).addRunCommand,
  ),
  entry(
    'compile',
    'compile a kernel module to machine code',
    async () => (await import('./commands/compile.ts')).addCompileCommand,
  ),
  entry(
    'disasm',
    'show the machine code of an ELF file',
    async () => (await import('./commands/disasm.ts')).addDisasmCommand,
  ),
  entry(
    'emulate',
    'an emulated board by itself, or programs on one',
    async () => (await import('./commands/emulate.ts')).addEmulateCommand,
  ),
  entry('flash', 'put a runtime package on a board', async () => (await import('./commands/flash.ts')).addFlashCommand),
  entry(
    'images',
    'list the images in the slots of a board',
    async () => (await import('./commands/images.ts')).addImagesCommand,
  ),
  entry('read', 'read memory of a board', async () => (await import('./commands/read.ts')).addReadCommand),
  entry(
    'write',
    'write a file into memory of a board, or into its free slot',
    async () => (await import('./commands/write.ts')).addWriteCommand,
  ),
  entry(
    'erase',
    'clear memory of a board, or its free slot',
    async () => (await import('./commands/erase.ts')).addEraseCommand,
  ),
  entry('reset', 'restart a board', async () => (await import('./commands/reset.ts')).addResetCommand),
  entry('monitor', 'show what a board logs', async () => (await import('./commands/monitor.ts')).addMonitorCommand),
  entry(
    'repl',
    'use the objects of a board, line by line',
    async () => (await import('./commands/repl.ts')).addReplCommand,
  ),
  entry(
    'bench',
    'measure a board and the line to it',
    async () => (await import('./commands/bench.ts')).addBenchCommand,
  ),
  entry(
    'devices',
    'list what boards can be reached by',
    async () => (await import('./commands/devices.ts')).addDevicesCommand,
  ),
  entry('info', 'show what is known of one board', async () => (await import('./commands/info.ts')).addInfoCommand),
  entry(
    'doctor',
    'check this computer for what boards need',
    async () => (await import('./commands/doctor.ts')).addDoctorCommand,
  ),
  entry(
    'udev',
    'print or install the rules by which users may open boards',
    async () => (await import('./commands/udev.ts')).addUdevCommand,
  ),
  entry(
    'boards',
    'list the boards that are known by name',
    async () => (await import('./commands/boards.ts')).addBoardsCommand,
  ),
  entry(
    'completion',
    'print what makes a shell complete commands and options',
    async () => (await import('./commands/completion.ts')).addCompletionCommand,
  ),
];

function entry(name: string, summary: string, load: () => Promise<AddCommand>): CommandEntry {
  return { name, summary, load };
}
