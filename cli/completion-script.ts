import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { allCommands, type NamedCommand } from './all-commands.js';
import type { Shell } from './shells.js';

/** A script for a shell that completes commands, options and their choices, made of the definitions of the commands. */
export function completionScript(shell: Shell, program: CommandUnknownOpts): string {
  const commands = allCommands(program);
  return shell === 'fish' ? fishScript(commands) : posixScript(shell, commands);
}

/** What may stand in the place of a command's next word. */
function wordsOf({ command }: NamedCommand): string[] {
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  return [...command.commands.map((inner) => inner.name()), ...choices];
}

function optionsOf({ path, command }: NamedCommand): Option[] {
  const { options } = command;
  const help = command.createHelp().visibleOptions(command).slice(options.length);
  return path === ''
    ? [...options, ...help.filter((option) => !options.includes(option))]
    : [...options, ...help];
}

const flagsOf = (option: Option): string[] =>
  [option.long, option.short].filter((flag) => flag !== undefined);
const takesValue = ({ required, optional }: Option): boolean => required || optional;

/** Bash and zsh differ only in where they keep the words of the line, and in how they take what completes it. */
function posixScript(shell: Exclude<Shell, 'fish'>, commands: readonly NamedCommand[]): string {
  const inner = commands.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  const valued = commands.flatMap((named) =>
    optionsOf(named)
      .filter(takesValue)
      .map((option) => ({
        pattern: flagsOf(option)
          .map((flag) => quoted(`${named.path}:${flag}`))
          .join('|'),
        choices: option.argChoices ?? [],
      })),
  );
  const body = `  local at='' word found=''
  for word in "\${before[@]}"; do
    case "\${at:+$at }$word" in
      ${inner.join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at:$previous" in
${valued.map(({ pattern, choices }) => `    ${pattern}) ${giving(choices)}; return ;;`).join('\n')}
  esac
  case "$at:$current" in
${commands.map((named) => `    ${quoted(`${named.path}:-`)}*) ${giving(optionsOf(named).flatMap(flagsOf))} ;;\n    ${quoted(`${named.path}:`)}*) ${giving(wordsOf(named))} ;;`).join('\n')}
  esac`;
  return shell === 'bash'
    ? `# bash completion of vqi. A line without a suggestion is completed by the names of files.
_vqi_give() { COMPREPLY=($(compgen -W "$*" -- "$current")); }
_vqi() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local before=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
  COMPREPLY=()
${body}
}
complete -o bashdefault -o default -F _vqi vqi
`
    : `#compdef vqi
# zsh completion of vqi. A line without a suggestion is completed by the names of files.
_vqi_give() { if (( $# > 0 )); then compadd -- "$@"; else _files; fi; }
_vqi() {
  local current="\${words[CURRENT]}" previous="\${words[CURRENT-1]}"
  local -a before=("\${(@)words[2,CURRENT-1]}")
${body}
}
if [ "\${funcstack[1]}" = _vqi ]; then _vqi "$@"; else compdef _vqi vqi; fi
`;
}

function giving(words: readonly string[]): string {
  return ['_vqi_give', ...words].join(' ');
}

function fishScript(commands: readonly NamedCommand[]): string {
  const inner = commands.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  const lines = commands.flatMap((named) => {
    const { path, command } = named;
    const when = `complete -c vqi -n "__vqi_at '${path}'"`;
    const subcommands = command.commands.map(
      (child) => `${when} -f -a ${child.name()} -d ${quoted(child.description())}`,
    );
    const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
    const options = optionsOf(named).map((option) => {
      const { argChoices, long, short, description } = option;
      const flags = [
        ...(long === undefined ? [] : [`-l ${long.replace('--', '')}`]),
        ...(short === undefined ? [] : [`-s ${short.replace('-', '')}`]),
      ].join(' ');
      const value = !takesValue(option) ? '' : argChoices ? ` -x -a ${quoted(argChoices.join(' '))}` : ' -r';
      return `${when} ${flags}${value} -d ${quoted(description)}`;
    });
    return [
      ...subcommands,
      ...(choices.length === 0 ? [] : [`${when} -f -a ${quoted(choices.join(' '))}`]),
      ...options,
    ];
  });
  return `# fish completion of vqi.
function __vqi_at
    set -l at ''
    for word in (commandline -opc)[2..]
        set -l longer (string trim "$at $word")
        if contains -- $longer ${inner.join(' ')}
            set at $longer
        end
    end
    test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}

/** A text as one word of each of the shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}
