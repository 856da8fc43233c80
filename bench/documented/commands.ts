import { blocksOf } from './page.js';

/** One command of a page, without prompt and comment. */
export interface DocumentedCommand {
  readonly line: number;
  readonly text: string;
}

/** The commands in the blocks `sh` of a page, and behind the prompts of its blocks `console`. */
export function commandsOf(page: string): DocumentedCommand[] {
  return blocksOf(page).flatMap(({ language, text, line }) => {
    if (language !== 'sh' && language !== 'console') return [];
    const lines = text.split('\n').map((each, at) => ({ text: each, line: line + 1 + at }));
    const typed =
      language === 'sh'
        ? lines
        : lines.flatMap((each) => (each.text.startsWith('$ ') ? { ...each, text: each.text.slice(2) } : []));
    return joined(typed).flatMap((command) => {
      const words = withoutComment(command.text).trim();
      return words === '' ? [] : { ...command, text: words };
    });
  });
}

/** Lines of a quoted text belong to one command. */
function joined(lines: readonly DocumentedCommand[]): DocumentedCommand[] {
  const commands: DocumentedCommand[] = [];
  let open: DocumentedCommand | null = null;
  for (const { line, text } of lines) {
    const command: DocumentedCommand =
      open === null ? { line, text } : { line: open.line, text: `${open.text}\n${text}` };
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
