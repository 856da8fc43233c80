import { documentedIn, type PageBlock } from './page.js';

/** One command of a page, without prompt and comment. */
export interface DocumentedCommand {
  readonly line: number;
  readonly text: string;
  /** What the page shows below it as printed; null if it shows nothing. */
  readonly output: string | null;
}

interface Line {
  readonly line: number;
  readonly text: string;
}

/**
 * The commands in the blocks `sh` of a page, and behind the prompts of its blocks `console`. Output stands below its prompt, or
 * in a block `text` that follows a block `sh` at once, and belongs to the last command of that.
 */
export function commandsOf(page: string): DocumentedCommand[] {
  return documentedIn(page).flatMap(({ commands, output }) => {
    if (commands.language === 'console') return promptsOf(commands);
    const typed = commandsIn(linesOf(commands));
    return typed.map((each, at) => ({
      ...each,
      output: at === typed.length - 1 ? (output?.text ?? null) : null,
    }));
  });
}

/** The commands of a block `console`, each with what it printed. */
function promptsOf(block: PageBlock): DocumentedCommand[] {
  const lines = linesOf(block);
  const prompts = lines.flatMap(({ text }, at) => (text.startsWith('$ ') ? at : []));
  return prompts.flatMap((at, which) => {
    const { line, text } = lines[at]!;
    const output = lines
      .slice(at + 1, prompts[which + 1])
      .map((each) => each.text)
      .join('\n')
      .trim();
    return commandsIn([{ line, text: text.slice(2) }]).map((each) => ({ ...each, output: output || null }));
  });
}

function linesOf({ text, line }: PageBlock): Line[] {
  return text.split('\n').map((each, at) => ({ text: each, line: line + 1 + at }));
}

function commandsIn(lines: readonly Line[]): Line[] {
  return joined(lines).flatMap((command) => {
    const words = withoutComment(command.text).trim();
    return words === '' ? [] : { ...command, text: words };
  });
}

/** Lines of a quoted text belong to one command. */
function joined(lines: readonly Line[]): Line[] {
  const commands: Line[] = [];
  let open: Line | null = null;
  for (const { line, text } of lines) {
    const command: Line = open === null ? { line, text } : { line: open.line, text: `${open.text}\n${text}` };
    open = quoteAt(command.text, command.text.length) === null ? null : command;
    if (open === null) commands.push(command);
  }
  return commands;
}

/** The quote that is open at a place of a command; null if there is none. */
function quoteAt(text: string, place: number): string | null {
  let open: string | null = null;
  for (const letter of text.slice(0, place))
    if (letter === open) open = null;
    else if (open === null && (letter === '"' || letter === "'")) open = letter;
  return open;
}

function withoutComment(text: string): string {
  const [comment] = [...text.matchAll(/(^|\s)#/g)].filter(({ index }) => quoteAt(text, index) === null);
  return comment === undefined ? text : text.slice(0, comment.index);
}

/** The words of a command, as a shell would pass them; variables stay as they are. */
export function wordsOf(text: string): string[] {
  return [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  );
}
