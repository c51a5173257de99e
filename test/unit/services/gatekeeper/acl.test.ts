import { describe, expect, it } from 'vitest';
import { loadAcl, ServiceError, type Acl } from '../../../../services/index.ts';
import { ACL_PEERS_MAX, ACL_RULES_MAX } from '../../../../services/limits.ts';
import { ALICE, BOB } from '../harness.ts';

const rule = { effect: 'allow', initPeers: [ALICE], service: 's' };
const withRule = (more: object): unknown => ({ rules: [{ ...rule, ...more }] });

function refusal(data: unknown): ServiceError {
  try {
    loadAcl(data);
  } catch (failure) {
    expect(failure).toBeInstanceOf(ServiceError);
    return failure as ServiceError;
  }
  throw new Error('the list was accepted');
}

describe('an access list', () => {
  it.each<[string, Acl['rules'][number]]>([
    ['for every peer', { effect: 'deny', initPeers: '*', service: '*' }],
    ['for several peers', { effect: 'allow', initPeers: [ALICE, BOB], service: 's' }],
    ['for all functions', { effect: 'allow', initPeers: [ALICE], service: 's', functions: '*' }],
    ['for several functions', { effect: 'allow', initPeers: [ALICE], service: 's', functions: ['f', 'g'] }],
    ['with a text', { effect: 'deny', initPeers: [ALICE], service: 's', because: 'spam' }],
  ])('is accepted: %s', (_, accepted) => {
    expect(loadAcl(JSON.parse(JSON.stringify({ rules: [accepted] })))).toEqual({ rules: [accepted] });
  });

  it('may have as many rules and peers as the limits allow, and no more', () => {
    const many = (count: number, of: unknown): unknown[] => Array.from({ length: count }, () => of);
    expect(loadAcl({ rules: many(ACL_RULES_MAX, rule) }).rules).toHaveLength(ACL_RULES_MAX);
    expect(refusal({ rules: many(ACL_RULES_MAX + 1, rule) }).details).toEqual({ path: 'rules' });
    expect(loadAcl(withRule({ initPeers: many(ACL_PEERS_MAX, ALICE) })).rules).toHaveLength(1);
    expect(refusal(withRule({ initPeers: many(ACL_PEERS_MAX + 1, ALICE) })).details).toEqual({
      path: 'rules.0.initPeers',
    });
  });

  it('bounds calls by any number from 1 on', () => {
    for (const most of [1, 2, 1_000_000]) {
      const limit = {
        service: 's',
        concurrent: most,
        size: most,
        rate: { calls: most, perMs: most },
        sizes: { size: most, perMs: most },
      };
      expect(loadAcl({ rules: [], limits: [limit] }).limits).toEqual([limit]);
    }
  });

  it.each<[string, unknown, path: string]>([
    ['nothing', null, ''],
    ['a text', 'allow', ''],
    ['an empty list, which would match no peer', withRule({ initPeers: [] }), 'rules.0.initPeers'],
    ['`*` inside a list, which would match no peer', withRule({ initPeers: ['*'] }), 'rules.0.initPeers.0'],
    ['a name in place of a peer id', withRule({ initPeers: [ALICE, 'alice'] }), 'rules.0.initPeers.1'],
    ['a peer id with a letter too few', withRule({ initPeers: [ALICE.slice(0, -1)] }), 'rules.0.initPeers.0'],
    ['a peer id with a letter too many', withRule({ initPeers: [`${ALICE}x`] }), 'rules.0.initPeers.0'],
    ['a peer id with a blank before it', withRule({ initPeers: [` ${ALICE}`] }), 'rules.0.initPeers.0'],
    ['an empty service', withRule({ service: '' }), 'rules.0.service'],
    ['an empty list of functions', withRule({ functions: [] }), 'rules.0.functions'],
    ['an empty function', withRule({ functions: [''] }), 'rules.0.functions.0'],
    ['an empty text', withRule({ because: '' }), 'rules.0.because'],
    ['no calls at a time', { rules: [], limits: [{ service: 's', concurrent: 0 }] }, 'limits.0.concurrent'],
    ['no size', { rules: [], limits: [{ service: 's', size: 0 }] }, 'limits.0.size'],
    [
      'no calls in a time',
      { rules: [], limits: [{ service: 's', rate: { calls: 0, perMs: 1 } }] },
      'limits.0.rate.calls',
    ],
    [
      'calls in no time',
      { rules: [], limits: [{ service: 's', rate: { calls: 1, perMs: 0 } }] },
      'limits.0.rate.perMs',
    ],
    [
      'no sizes in a time',
      { rules: [], limits: [{ service: 's', sizes: { size: 0, perMs: 1 } }] },
      'limits.0.sizes.size',
    ],
    [
      'sizes in no time',
      { rules: [], limits: [{ service: 's', sizes: { size: 1, perMs: 0 } }] },
      'limits.0.sizes.perMs',
    ],
  ])('is refused: %s', (_, data, path) => {
    const { code, message, details } = refusal(data);
    expect({ code, details }).toEqual({ code: 'ERR_ACL_SHAPE', details: { path } });
    expect(message).toContain(`access list is malformed at \`${path === '' ? '(top)' : path}\`: `);
    expect(message).not.toContain('did you mean');
  });

  it.each<[string, unknown, text: string | RegExp]>([
    [
      'a misspelt key of a rule',
      withRule({ function: ['f'] }),
      'access list is malformed at `rules.0`: Unrecognized key: "function"; did you mean `functions`?',
    ],
    [
      'a misspelt key that leaves a needed one missing',
      { rules: [{ ...rule, service: undefined, servise: 's' }] },
      'access list is malformed at `rules.0`: Unrecognized key: "servise"; did you mean `service`?',
    ],
    [
      'a misspelt key of the list',
      { rulez: [] },
      'access list is malformed at `(top)`: Unrecognized key: "rulez"; did you mean `rules`?',
    ],
    ['an unknown key', withRule({ colour: 'red' }), /Unrecognized key: "colour"$/],
    ['a misspelt effect', withRule({ effect: 'alow' }), /did you mean `allow`\?$/],
    ['an unknown effect', withRule({ effect: 'permit' }), /\(?"allow"\|"deny"\)?$/],
    ['an effect that is not a text', withRule({ effect: 7 }), /\(?"allow"\|"deny"\)?$/],
  ])('names the mistake: %s', (_, data, text) => {
    expect(refusal(data).message).toEqual(typeof text === 'string' ? text : expect.stringMatching(text));
  });

  it('says what a peer id looks like', () => {
    expect(refusal(withRule({ initPeers: ['alice'] })).message).toBe(
      'access list is malformed at `rules.0.initPeers.0`: expected a peer id (12D3KooW…)',
    );
  });
});
