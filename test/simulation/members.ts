import { signerOf, type Signer } from '../../interpreter/index.ts';
import { seedOf } from '../support/cast.ts';

/** Peers of simulated networks. The last ones are malicious where they take part. */
export const HONEST = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace'] as const;
export const MALICIOUS = ['mallory', 'trudy'] as const;

const signers = new Map([...HONEST, ...MALICIOUS].map(name => [name as string, signerOf(seedOf(name))]));

/** Keys are derived once: a run of many networks uses the same ones. */
export const signerOfMember = (name: string): Signer => signers.get(name) as Signer;
export const idOfMember = (name: string): string => signerOfMember(name).peerId;

const names = new Map([...signers].map(([name, { peerId }]) => [peerId, name]));

/** The member with this peer id; the id itself if it is nobody’s. */
export const memberOf = (peerId: string): string => names.get(peerId) ?? peerId;

export const isHonest = (name: string): boolean => (HONEST as readonly string[]).includes(name);

/** Puts names where a text has peer ids of members. */
export function withMembers(text: string): string {
  return [...names].reduce((named, [peerId, name]) => named.replaceAll(peerId, name), text);
}
