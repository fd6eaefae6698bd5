/**
 * Breaks a text between words so that no line, `indent` included, is longer than `width`; a word that is longer
 * than a line (an address) stays whole. Without a width the text stays one line.
 */
export function wrap(text: string, indent: string, width: number | undefined): string[] {
  const words = text.split(/\s+/).filter(Boolean);
  if (width === undefined) return [indent + words.join(" ")];
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && indent.length + longer.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = longer;
  }
  if (line !== "") lines.push(indent + line);
  return lines;
}
