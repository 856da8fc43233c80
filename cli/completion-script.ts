import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { IdKind } from '../warehouse/reading/id-kinds.js';
import { allCommands, shown, type NamedCommand } from './all-commands.js';
import type { Shell } from './shells.js';

/** Arguments and options whose values are ids of the warehouse. */
const IDS: Readonly<Record<string, IdKind>> = {
  run: 'runs',
  other: 'runs',
  model: 'models',
  '--run': 'runs',
  '--run-id': 'runs',
  '--model': 'models',
  '--timeline': 'sessions',
};

/** A script for a shell that completes commands, options, their choices and ids, made of the definitions of the commands. */
export function completionScript(shell: Shell, program: CommandUnknownOpts): string {
  const commands = allCommands(program);
  return shell === 'fish' ? fishScript(commands) : posixScript(shell, commands);
}

/** What may stand in the place of a command's next word. */
function wordsOf({ command }: NamedCommand): string[] {
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  return [...shown(command).map((inner) => inner.name()), ...choices];
}

/** What the ids name that may stand there; null: none. */
function idsOf({ command }: NamedCommand): IdKind | null {
  return command.registeredArguments.flatMap((argument) => IDS[argument.name()] ?? [])[0] ?? null;
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
        ids: IDS[option.long ?? ''] ?? null,
      })),
  );
  const body = `  local at='' word found=''
  for word in "\${before[@]}"; do
    case "\${at:+$at }$word" in
      ${inner.join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at:$previous" in
${valued.map(({ pattern, choices, ids }) => `    ${pattern}) ${giving(choices, ids)}; return ;;`).join('\n')}
  esac
  case "$at:$current" in
${commands.map((named) => `    ${quoted(`${named.path}:-`)}*) ${giving(optionsOf(named).flatMap(flagsOf))} ;;\n    ${quoted(`${named.path}:`)}*) ${giving(wordsOf(named), idsOf(named))} ;;`).join('\n')}
  esac`;
  return shell === 'bash'
    ? `# bash completion of vqi. A line without a suggestion is completed by the names of files.
_vqi_give() { COMPREPLY=($(compgen -W "$*" -- "$current")); }
# Ids are texts of strangers' files: none is expanded, all are quoted.
_vqi_give_ids() {
  local id
  while IFS= read -r id; do COMPREPLY+=("$(printf %q "$id")"); done < <(command vqi known-ids "$1" "$current" 2>/dev/null)
}
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
_vqi_give_ids() {
  local -a ids=("\${(@f)$(command vqi known-ids "$1" "\${words[CURRENT]}" 2>/dev/null)}")
  if [ -n "\${ids[1]}" ]; then compadd -- "\${ids[@]}"; fi
}
_vqi() {
  local current="\${words[CURRENT]}" previous="\${words[CURRENT-1]}"
  local -a before=("\${(@)words[2,CURRENT-1]}")
${body}
}
if [ "\${funcstack[1]}" = _vqi ]; then _vqi "$@"; else compdef _vqi vqi; fi
`;
}

function giving(words: readonly string[], ids: IdKind | null = null): string {
  return ids === null ? ['_vqi_give', ...words].join(' ') : `_vqi_give_ids ${ids}`;
}

function fishScript(commands: readonly NamedCommand[]): string {
  const inner = commands.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  const lines = commands.flatMap((named) => {
    const { path, command } = named;
    const when = `complete -c vqi -n "__vqi_at '${path}'"`;
    const subcommands = shown(command).map(
      (child) => `${when} -f -a ${child.name()} -d ${quoted(child.description())}`,
    );
    const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
    const ids = idsOf(named);
    const options = optionsOf(named).map((option) => {
      const { argChoices, long, short, description } = option;
      const flags = [
        ...(long === undefined ? [] : [`-l ${long.replace('--', '')}`]),
        ...(short === undefined ? [] : [`-s ${short.replace('-', '')}`]),
      ].join(' ');
      const ids = IDS[long ?? ''] ?? null;
      const given = argChoices ? quoted(argChoices.join(' ')) : ids === null ? null : fishIds(ids);
      const value = !takesValue(option) ? '' : given === null ? ' -r' : ` -x -a ${given}`;
      return `${when} ${flags}${value} -d ${quoted(description)}`;
    });
    return [
      ...subcommands,
      ...(choices.length === 0 ? [] : [`${when} -f -a ${quoted(choices.join(' '))}`]),
      ...(ids === null ? [] : [`${when} -f -a ${fishIds(ids)}`]),
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

function fishIds(ids: IdKind): string {
  return quoted(`(command vqi known-ids ${ids} (commandline -ct) 2>/dev/null)`);
}

/** A text as one word of each of the shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}
