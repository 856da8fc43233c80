import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** A command with the words that name it, such as `runs show`; the program itself has none. */
export interface NamedCommand {
  readonly path: string;
  readonly command: CommandUnknownOpts;
}

/** A command and all commands below it that help shows, in the order of their definition. */
export function allCommands(command: CommandUnknownOpts, path = ''): NamedCommand[] {
  return [
    { path, command },
    ...shown(command).flatMap((inner) => allCommands(inner, `${path} ${inner.name()}`.trim())),
  ];
}

/** The commands below a command that its help shows. */
export function shown(command: CommandUnknownOpts): CommandUnknownOpts[] {
  const visible = command.createHelp().visibleCommands(command);
  return command.commands.filter((inner) => visible.includes(inner));
}
