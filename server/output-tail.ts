/**
 * Keeps the first and the last lines of a process's output, so that an error can show them without storing all of it.
 * The first lines are kept because a Go program prints the reason of a crash before its stack.
 */
export class OutputTail {
  private readonly first: string[] = [];
  private readonly lines: string[] = [];
  private dropped = 0;
  private partial = '';

  constructor(
    private readonly maxLines = 20,
    private readonly maxFirstLines = 5,
  ) {}

  /** Appends a piece of output, which need not end at the end of a line. */
  push(chunk: string): void {
    const parts = (this.partial + chunk).split('\n');
    this.partial = (parts.pop() ?? '').slice(-MAX_LINE_CHARACTERS);
    for (const line of parts) {
      if (line.trim() === '') continue;
      const kept = this.first.length < this.maxFirstLines ? this.first : this.lines;
      kept.push(line.trimEnd().slice(0, MAX_LINE_CHARACTERS));
    }
    this.dropped += this.lines.splice(0, this.lines.length - this.maxLines).length;
  }

  /** The last line, or an empty string. */
  lastLine(): string {
    return this.partial.trim() === '' ? (this.lines.at(-1) ?? this.first.at(-1) ?? '') : this.partial;
  }

  /** The kept lines, oldest first, each indented by two blanks; empty if there was no output. */
  text(): string {
    const gap = this.dropped === 0 ? [] : [`… ${this.dropped} lines …`];
    const rest = this.partial.trim() === '' ? [] : [this.partial];
    return [...this.first, ...gap, ...this.lines, ...rest].map((line) => `  ${line}`).join('\n');
  }
}

const MAX_LINE_CHARACTERS = 500;
