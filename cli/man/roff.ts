/** Text as it stands in a man page: a backslash, and a dot or quote that begins a line, would be read as a request. */
export const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gmu, '\\&');

/** In bold. */
export const bold = (text: string): string => `\\fB${roff(text)}\\fR`;

/** A heading of a section. */
export const heading = (title: string): string => `.SH ${title.toUpperCase()}`;

/** What stands on the left, and below it, indented, what is said about it. */
export const term = (left: string, right: string): string => `.TP\n${left}\n${right}`;
