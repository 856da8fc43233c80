import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** A command with the words that name it, such as `runs show`; the program itself has none. */
export interface NamedCommand {
  readonly path: string;
  readonly command: CommandUnknownOpts;
}

/** A command and all commands below it, in the order of their definition. */
export function allCommands(command: CommandUnknownOpts, path = ''): NamedCommand[] {
  return [
    { path, command },
    ...command.commands.flatMap((inner) => allCommands(inner, `${path} ${inner.name()}`.trim())),
  ];
}
