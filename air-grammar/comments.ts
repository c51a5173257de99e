/** A comment of a script, from its semicolon to the end of its line. */
export interface Comment {
  readonly start: number;
  readonly text: string;
}

const TOKEN = /"[^"]*"|;[^\r\n]*/gu;

/** All comments, in order. Semicolons inside of strings begin none. */
export function commentsIn(text: string): Comment[] {
  const comments: Comment[] = [];
  for (const { 0: token, index } of text.matchAll(TOKEN))
    if (token.startsWith(';')) comments.push({ start: index, text: token.trimEnd() });
  return comments;
}
