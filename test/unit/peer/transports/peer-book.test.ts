import { describe, expect, it } from 'vitest';
import {
  NothingKept,
  PEER_BYTES_MAX,
  PeerBook,
  PEERS_KNOWN_MAX,
} from '../../../../peer/transports/peer-book.ts';

type Key = Parameters<PeerBook['put']>[0];
const key = (name: string): Key => ({ toString: () => `/peers/${name}` }) as unknown as Key;
const bytes = (size: number): Uint8Array => new Uint8Array(size);
async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
const names = (keys: Iterable<Key>): string[] => [...keys].map(String);

describe('a book of peers', () => {
  it('gives back what was put, and says what is not there', async () => {
    const book = new PeerBook('/peers/me');
    await listOf(
      book.putMany([
        { key: key('a'), value: bytes(1) },
        { key: key('b'), value: bytes(2) },
      ]),
    );
    expect(book.get(key('b'))).toHaveLength(2);
    expect(book.has(key('c'))).toBe(false);
    expect(() => book.get(key('c'))).toThrow(expect.objectContaining({ name: 'NotFoundError' }) as Error);
    const found = await listOf(book.getMany([key('a')]));
    expect(found.map(({ value }) => value.length)).toEqual([1]);
    await listOf(book.deleteMany([key('a')]));
    expect(names(book.queryKeys({}))).toEqual(['/peers/b']);
  });

  it('a batch changes nothing before it is committed', () => {
    const book = new PeerBook('/peers/me');
    book.put(key('old'), bytes(1));
    const batch = book.batch();
    batch.put(key('new'), bytes(1));
    batch.delete(key('old'));
    expect(names(book.queryKeys({}))).toEqual(['/peers/old']);
    batch.commit();
    expect(names(book.queryKeys({}))).toEqual(['/peers/new']);
  });

  it('answers queries by prefix, filters, order, offset and limit', () => {
    const book = new PeerBook('/peers/me');
    for (const name of ['c', 'a', 'd', 'b']) book.put(key(name), bytes(name.charCodeAt(0)));
    const orders = [(a: Key, b: Key) => (String(a) < String(b) ? -1 : 1) as -1 | 1];
    expect(names(book.queryKeys({ prefix: '/peers/', orders, offset: 1, limit: 2 }))).toEqual([
      '/peers/b',
      '/peers/c',
    ]);
    expect(names(book.queryKeys({ prefix: '/other/' }))).toEqual([]);
    const large = [...book.query({ filters: [({ value }) => value.length > 98] })];
    expect(large.map(pair => pair.value.length)).toEqual([99, 100]);
  });

  it('makes room: the entry used least recently goes, its own stays', () => {
    const book = new PeerBook('/peers/me');
    book.put(key('me'), bytes(1));
    book.put(key('friend'), bytes(1));
    for (let i = 0; i < PEERS_KNOWN_MAX; i++) {
      book.put(key(`stranger ${i}`), bytes(1));
      book.get(key('friend'));
    }
    expect(book.size).toBe(PEERS_KNOWN_MAX);
    expect(['me', 'friend', 'stranger 0'].map(name => book.has(key(name)))).toEqual([true, true, false]);
  });

  it('an entry that has grown too large is forgotten, so that it can be learnt again', () => {
    const book = new PeerBook('/peers/me');
    book.put(key('a'), bytes(PEER_BYTES_MAX));
    expect(book.has(key('a'))).toBe(true);
    book.put(key('a'), bytes(PEER_BYTES_MAX + 1));
    expect(book.has(key('a'))).toBe(false);
  });
});

it('a store for records of others keeps nothing', () => {
  expect(() => new NothingKept().put()).toThrow('stores no records');
});
