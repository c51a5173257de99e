import { describe, expect, it } from 'vitest';
import { Editor } from '../../../../cli/repl/editor.ts';

/** A text in which `|` is the cursor. */
function editorOf(marked: string): Editor {
  const editor = new Editor();
  editor.set(marked.replace('|', ''));
  editor.at = marked.indexOf('|');
  return editor;
}
const marked = ({ before, behind }: Editor): string => `${before}|${behind}`;

describe('Editor', () => {
  it.each<[string, (editor: Editor) => unknown, string]>([
    ['a|c', editor => editor.insert('b'), 'ab|c'],
    ['a👩‍👩‍👧|b', editor => editor.left(), 'a|👩‍👩‍👧b'],
    ['a|👩‍👩‍👧b', editor => editor.right(), 'a👩‍👩‍👧|b'],
    ['|a', editor => editor.left(), '|a'],
    ['(call auth|', editor => editor.wordLeft(), '(call |auth'],
    ['|(call auth', editor => editor.wordRight(), '(call| auth'],
    ['ab\ncd|e', editor => editor.lineStart(), 'ab\n|cde'],
    ['a|b\ncd', editor => editor.lineEnd(), 'ab|\ncd'],
    ['abc\nde|f', editor => editor.up(), 'ab|c\ndef'],
    ['abc|\nd', editor => editor.down(), 'abc\nd|'],
    ['ab|', editor => editor.deleteLeft(), 'a|'],
    ['a|é', editor => editor.deleteRight(), 'a|'],
    ['(seq one|', editor => editor.cutWordLeft(), '(seq |'],
    ['a\nbc|d', editor => editor.cutToLineStart(), 'a\n|d'],
    ['a|bc\nd', editor => editor.cutToLineEnd(), 'a|\nd'],
    ['a|\nd', editor => editor.cutToLineEnd(), 'a|d'],
    ['(call bl|', editor => editor.complete('bl', 'blog'), '(call blog|'],
  ])('%j', (before, act, after) => {
    const editor = editorOf(before);
    act(editor);
    expect(marked(editor)).toBe(after);
  });

  it('says where there is no line above or below', () => {
    expect(editorOf('a|b').up()).toBe(false);
    expect(editorOf('a|b').down()).toBe(false);
  });

  it('puts back what was cut', () => {
    const editor = editorOf('one two|');
    editor.cutWordLeft();
    editor.lineStart();
    editor.paste();
    expect(marked(editor)).toBe('two|one ');
  });
});
