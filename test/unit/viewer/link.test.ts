import { expect, it } from 'vitest';
import { formatLink, parseLink, type View } from '../../../viewer/ui/link.ts';

it.each<View>([
  { tab: 'verdict', query: '' },
  { tab: 'calls', query: 'peer:carol "two words"', call: '0.12' },
  { tab: 'compare', query: '', left: '0.3', right: '1.3' },
  { tab: 'lanes', query: '', particle: '0.3' },
])('a link leads back to what it was made from: %j', view => {
  expect(parseLink(formatLink(view))).toEqual(view);
});

it.each<[hash: string, view: View]>([
  ['', { tab: 'verdict', query: '' }],
  ['#tab=nothing&call=<img>&left=1', { tab: 'verdict', query: '' }],
  ['#tab=calls&call=0.12.3&q=a', { tab: 'calls', query: 'a' }],
  ['#call=99999999999.1', { tab: 'verdict', query: '' }],
])('%j of a stranger gives %j', (hash, view) => {
  expect(parseLink(hash)).toEqual(view);
});

it('keeps only so much of a query', () => {
  expect(parseLink(`#q=${'a'.repeat(5000)}`).query).toHaveLength(1000);
});
