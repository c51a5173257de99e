import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { History, historyPath } from '../../../../cli/repl/history.ts';
import { folderOf } from '../../../support/cli.ts';

describe('History', () => {
  const fresh = (): string => join(folderOf({}), 'beryl', 'repl-history');

  it('is there in the next session, and only its owner reads it', () => {
    const path = fresh();
    const first = new History(path);
    first.add('(seq\n(null)\n(null))');
    first.add(':peers');
    first.add(':peers');
    first.add(' :secret');
    first.add('');
    expect(new History(path).entries).toEqual(['(seq\n(null)\n(null))', ':peers']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    first.add(':help');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('goes back and forth, and gives back what was typed', () => {
    const history = new History(fresh());
    history.add('one');
    history.add('two');
    expect(history.older('draft')).toBe('two');
    expect(history.older('two')).toBe('one');
    expect(history.older('one')).toBeUndefined();
    expect(history.newer()).toBe('two');
    expect(history.newer()).toBe('draft');
    expect(history.newer()).toBeUndefined();
  });

  it('is bounded, in memory and in its file', () => {
    const path = fresh();
    const history = new History(path);
    for (let i = 0; i < 1200; i++) history.add(`(ap ${i} x)`);
    history.add('x'.repeat(100_000));
    expect(history.entries).toHaveLength(1000);
    expect(new History(path).entries).toHaveLength(1000);
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(1001);
  });

  it('leaves out what something else has written, and does without a file', () => {
    const path = join(folderOf({ h: '' }), 'h');
    writeFileSync(path, '"one"\nno json\n{}\n"two"\n');
    expect(new History(path).entries).toEqual(['one', 'two']);
    const nowhere = new History(join(path, 'no', 'folder'));
    nowhere.add('x');
    expect(nowhere.entries).toEqual(['x']);
  });

  it('stands in the folder for state', () => {
    expect(historyPath({ XDG_STATE_HOME: '/s' })).toBe('/s/beryl/repl-history');
    expect(historyPath({})).toMatch(/\/\.local\/state\/beryl\/repl-history$/);
  });
});
