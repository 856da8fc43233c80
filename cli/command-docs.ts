import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { allCommands, type NamedCommand } from './all-commands.js';
import { EXAMPLES } from './examples.js';
import { EXIT_CODES } from './exit-codes.js';
import { ENVIRONMENT } from './help-texts.js';

const INTRODUCTION = `# Commands

This page is written by \`npm run docs:cli\` from the definitions of the commands. \`vqi COMMAND\` is \`npm run vqi -- COMMAND\` in a clone;
programs that read its answer use \`npm run --silent vqi -- COMMAND\`, because npm prints two lines of its own.

A command prints its answer on standard output, and progress, hints and warnings on standard error. With \`--json\` the answer is one
JSON document: a list, or an object, with the names that the tables and results have. Long lists of sessions are cut in it too; tables have
all rows (\`vqi query --json\` or \`--csv\`, \`vqi export\`).`;

/** The page `docs/cli.md`: every command with arguments, options, defaults and an example; exit codes; environment. */
export function commandDocs(program: CommandUnknownOpts): string {
  const commands = allCommands(program).filter(({ path }) => path !== '');
  const sections = [
    INTRODUCTION,
    ...commands.map(section),
    listed('Exit codes', EXIT_CODES),
    listed('Environment', ENVIRONMENT),
    `## Completion

\`vqi completion bash|zsh|fish\` prints a script that completes commands, options, their choices, and the ids of runs, models and sessions in the home.
To try it in a shell: \`source <(vqi completion bash)\`, in fish \`vqi completion fish | source\`.`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function section({ path, command }: NamedCommand): string {
  const example = EXAMPLES[path];
  const facts = [
    ...command.registeredArguments.map((argument) => `- ${argumentText(argument)}`),
    ...command.options.map((option) => `- ${optionText(option)}`),
  ];
  const usage = command.usage().replace('[options] ', '').replace('[options]', '').trim();
  return [
    `## vqi ${path}`,
    `${capital(command.description())}.`,
    ...(usage === '' || command.commands.length > 0 ? [] : [`\`vqi ${path} ${usage}\``]),
    ...(facts.length === 0 ? [] : [facts.join('\n')]),
    ...(example === undefined ? [] : [`\`\`\`sh\n${example.command} # ${example.says}\n\`\`\``]),
  ].join('\n\n');
}

function argumentText(argument: Argument): string {
  const { description, argChoices, required, variadic } = argument;
  const name = `${argument.name()}${variadic ? '…' : ''}`;
  return `\`${required ? `<${name}>` : `[${name}]`}\`: ${escaped(description)}${choicesText(argChoices)}`;
}

function optionText({
  flags,
  description,
  argChoices,
  defaultValue,
  defaultValueDescription,
  mandatory,
}: Option): string {
  const shown: unknown = defaultValueDescription ?? defaultValue;
  const isShown = shown !== undefined && shown !== false && !description.includes('(default');
  const text = Array.isArray(shown) ? shown.join(',') : String(shown);
  return `\`${flags}\`${mandatory ? ' (required)' : ''}: ${escaped(description)}${choicesText(argChoices)}${isShown ? ` (default: ${text})` : ''}`;
}

function choicesText(choices: readonly string[] | undefined): string {
  return choices === undefined ? '' : `; one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`;
}

function listed(title: string, rows: readonly (readonly [unknown, string])[]): string {
  return `## ${title}\n\n${rows.map(([name, meaning]) => `- \`${String(name)}\`: ${escaped(meaning)}`).join('\n')}`;
}

/** Signs that mean something in Markdown. */
function escaped(text: string): string {
  return text.replaceAll(/[*<](?![^`]*`[^`]*$)/g, (sign) => `\\${sign}`);
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
