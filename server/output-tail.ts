/** Keeps the last lines of a process's output, so that an error can show them without storing all of it. */
export class OutputTail {
  private readonly lines: string[] = [];
  private partial = '';

  constructor(private readonly maxLines = 20) {}

  /** Appends a piece of output; pieces need not end at line ends. */
  push(chunk: string): void {
    const parts = (this.partial + chunk).split('\n');
    this.partial = (parts.pop() ?? '').slice(-MAX_LINE_CHARACTERS);
    for (const line of parts) {
      if (line.trim() !== '') this.lines.push(line.trimEnd().slice(0, MAX_LINE_CHARACTERS));
    }
    this.lines.splice(0, this.lines.length - this.maxLines);
  }

  /** The last line, or an empty string. */
  lastLine(): string {
    return this.partial.trim() === '' ? (this.lines.at(-1) ?? '') : this.partial;
  }

  /** The kept lines, oldest first, each indented by two blanks; empty when there was no output. */
  text(): string {
    const all = this.partial.trim() === '' ? this.lines : [...this.lines, this.partial];
    return all.map((line) => `  ${line}`).join('\n');
  }
}

const MAX_LINE_CHARACTERS = 500;
