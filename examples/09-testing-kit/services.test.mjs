// Services and policies under test, with node:test. Under vitest the same calls work, and `expect.extend(matchers)` too.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  allOf,
  createPolicySet,
  defineService,
  each,
  expectLiteral,
  expectOrigin,
  expectThat,
  from,
  hostPeer,
  initPeer,
  literalOf,
  startService,
  whose,
} from 'beryl/services';
import {
  answer,
  assertDenied,
  assertFailed,
  assertServed,
  callAs,
  canonOf,
  GuardCoverage,
  literal,
  testNetwork,
} from 'beryl/testing';
import { z } from 'zod';

const { idOf } = testNetwork();
const [bankPeer, customer, mallory, ...approvers] = [
  'bank',
  'customer',
  'mallory',
  'ann',
  'bert',
  'cleo',
].map(idOf);

// A bank: accounts come from the customer's own address book, for a name that the customer wrote.
const bank = defineService({
  id: 'bank',
  functions: {
    pay: {
      arguments: { account: z.string(), amount: z.number() },
      guards: {
        account: from(initPeer, 'book', 'find', '.$.account', whose(0, literalOf(initPeer))),
        amount: expectLiteral(),
      },
      handler: ({ account, amount }) => `${amount} to ${account}`,
    },
  },
});

// A quorum: a vote counts if it is what an approver's own peer said, and three are needed.
const approvals = allOf(
  each(
    expectThat(
      'is not a vote of an approver',
      ({ tetraplets: [vote] }) =>
        approvers.includes(vote.peerId) &&
        vote.serviceId === 'vote' &&
        vote.functionName === 'approve' &&
        vote.getter === '',
    ),
  ),
  expectThat(
    'does not come from three approvers',
    ({ tetraplets }) => new Set(tetraplets.map(vote => vote.peerId)).size >= 3,
  ),
);
const quorum = defineService({
  id: 'quorum',
  functions: {
    release: {
      arguments: { votes: z.array(z.boolean()) },
      guards: { votes: approvals },
      handler: ({ votes }) => votes.every(vote => vote),
    },
  },
});

// A chat: messages are stamped by the host's own clock.
const chat = defineService({
  id: 'chat',
  state: { messages: [] },
  functions: {
    say: {
      arguments: { text: z.string(), at: z.number() },
      guards: { text: expectLiteral(), at: expectOrigin(hostPeer, 'peer', 'timestamp_sec', '') },
      handler: ({ text, at }, { state, initPeerId }) =>
        void state.messages.push({ text, at, from: initPeerId }),
    },
    read: { arguments: {}, guards: {}, handler: (_, { state }) => state.messages.map(({ text }) => text) },
  },
});

const coverage = new GuardCoverage({ services: [bank, quorum, chat] });
after(() => {
  assert.deepEqual(coverage.neverDenied, []);
  assert.deepEqual(coverage.neverAllowed, []);
});
const as = callAs({ host: bankPeer, services: [bank, quorum] });
const call = async (who, service, fn, args, origins) => {
  const decision = await as(who)(service, fn, args, { origins });
  coverage.decided(service, fn, decision);
  return decision;
};

test('the bank pays whom the customer looked up', async () => {
  const known = answer(customer, 'book', 'find', '.$.account', [literal()]);
  assertServed(await call(customer, 'bank', 'pay', ['DE1', 30], [known]), '30 to DE1');
});

test('the bank pays nobody that a mail named', async () => {
  const mail = answer(mallory, 'mail', 'latest', '.$.payee');
  const lured = answer(customer, 'book', 'find', '.$.account', [mail]);
  assertDenied(
    await call(customer, 'bank', 'pay', ['GG1', 30], [lured]),
    /comes from a call with a disallowed argument/,
  );
  assertDenied(
    await call(customer, 'bank', 'pay', ['GG1', 30], [mail, mail]),
    /argument `amount` is not a literal/,
  );
  assertFailed(await call(customer, 'bank', 'pay', [1, 30], []), 'ERR_CALL_ARGUMENTS');
});

test('a quorum needs three votes of approvers', async () => {
  const vote = peer => answer(peer, 'vote', 'approve');
  const of = peers => [canonOf(customer, peers.map(vote))];
  assertServed(await call(customer, 'quorum', 'release', [[true, true, true]], of(approvers)), true);
  const [ann, bert] = approvers;
  assertDenied(
    await call(customer, 'quorum', 'release', [[true, true, true]], of([ann, bert, bert])),
    /three approvers/,
  );
  assertDenied(
    await call(customer, 'quorum', 'release', [[true, true, true]], of([ann, bert, mallory])),
    /element 2 is not a vote/,
  );
});

test('a whole network: votes are collected, folded over and released', async () => {
  const network = testNetwork({ seed: 7 });
  network.setFaults({ latencyMs: [1, 50], duplication: 0.3 });
  const vote = defineService({
    id: 'vote',
    functions: { approve: { arguments: {}, guards: {}, handler: () => true } },
  });
  for (const name of ['ann', 'bert', 'cleo']) network.add(name, { services: [startService(vote)] });
  network.add('bank', { services: [startService(quorum)], observer: coverage });
  const starter = network.add('customer');
  const voters = JSON.stringify(approvers);
  const answerOf = await starter.run(
    `(seq (call %init_peer_id% ("getDataSrv" "voters") [] voters)
      (seq (fold voters voter (seq (call voter ("vote" "approve") [] $votes) (next voter)))
        (seq (canon %init_peer_id% $votes #votes)
          (seq (call "bank" ("quorum" "release") [#votes] released)
            (call %init_peer_id% ("callbackSrv" "response") [released])))))`,
    { voters: JSON.parse(voters) },
  );
  assert.equal(answerOf, true);
});

test('a chat calls back, and refuses a clock of others', async () => {
  const network = testNetwork();
  network.add('host', { services: [startService(chat)], observer: coverage });
  const guest = network.add('guest');
  const say = (clock, text = '"hello"') => `(seq (call "${clock}" ("peer" "timestamp_sec") [] now)
    (seq (call "host" ("chat" "say") [${text} now])
      (seq (call "host" ("chat" "read") [] all) (call %init_peer_id% ("callbackSrv" "response") [all]))))`;
  assert.deepEqual(await guest.run(say('host')), ['hello']);
  await assert.rejects(guest.run(say('guest')), /has the wrong origin/);
  await assert.rejects(guest.run(say('host', 'now')), /ERR_|argument/);
  const heard = [];
  const run = guest.peer.run(
    `(seq (call "${network.idOf('host')}" ("chat" "read") [] all) (fold all one (seq (call %init_peer_id% ("callbackSrv" "heard") [one]) (next one))))`,
    { handlers: { callbacks: { heard: text => void heard.push(text) } } },
  );
  run.done.catch(() => undefined);
  await network.simulation.settle();
  assert.deepEqual(heard, ['hello']);
  const says = callAs({ host: bankPeer, services: [chat] });
  const decision = await says(customer)('chat', 'say', ['hi', 1], {
    origins: [answer(mallory, 'a', 'b'), answer(bankPeer, 'peer', 'timestamp_sec')],
  });
  coverage.decided('chat', 'say', decision);
  assertDenied(decision, /argument `text` is not a literal/);
});

test('a policy is monitored, then enforced', async () => {
  const rules = mode => ({
    format: 'beryl/policy/1',
    mode,
    rules: [
      {
        id: 'small',
        service: 'bank',
        functions: ['pay'],
        because: 'large payments need a quorum',
        arguments: { amount: { literal: [10, 20] } },
      },
    ],
  });
  const policies = createPolicySet(rules('monitor'));
  const ruled = new GuardCoverage({ policies });
  const pays = callAs({ host: bankPeer, services: [bank], policies });
  const pay = async amount => {
    const decision = await pays(customer)('bank', 'pay', ['DE1', amount], {
      origins: [answer(customer, 'book', 'find', '.$.account', [literal()])],
    });
    ruled.decided('bank', 'pay', decision);
    return decision;
  };
  assertServed(await pay(30), '30 to DE1');
  assert.deepEqual(policies.report(), [{ rule: 'small', mode: 'monitor', covered: 1, denied: 0, noted: 1 }]);
  policies.replace(rules('enforce'));
  assertServed(await pay(20), '20 to DE1');
  assertDenied(await pay(30), /policy rule `small`: large payments need a quorum/);
  assert.deepEqual([ruled.neverDenied, ruled.neverAllowed], [[], []]);
});
