/** Breaks a text between words into lines of at most so many characters. */
export function wrapText(text: string, width: number): string {
  const broken = [''];
  for (const word of text.split(' ')) {
    const longer = `${broken.at(-1)} ${word}`.trim();
    if (longer.length > width) broken.push(word);
    else broken[broken.length - 1] = longer;
  }
  return broken.join('\n');
}
