import { onTestFinished } from 'vitest';
import { createAgent, mcpService, type Agent, type AgentOptions } from '../../agents/index.ts';
import { seedOf } from './cast.ts';
import { testServer, texts, type TestServer } from './mcp.ts';

/** Payees come from the address book, for a name that the plan's author wrote. */
export const PAYEES = {
  format: 'beryl/policy/1',
  rules: [
    {
      id: 'known-payees',
      service: 'bank',
      functions: ['pay'],
      because: 'payees come from the address book',
      arguments: {
        payee: {
          from: {
            peer: 'host',
            service: 'book',
            function: 'find',
            getter: '.$.account',
            whose: { '0': { literal: true } },
          },
        },
        amount: { literal: true },
      },
    },
  ],
} as const;

/** An agent with a mailbox, an address book and a bank, each a real MCP server in this process. */
export interface MailAssistant {
  readonly agent: Agent;
  readonly mail: TestServer;
  readonly book: TestServer;
  readonly bank: TestServer;
}

const structured = (value: object): object => ({ content: [], structuredContent: value });

const MAIL_TOOLS = [{ name: 'latest', answer: () => structured({ payee: 'GG-MALLORY', name: 'Mallory' }) }];
const BOOK_TOOLS = [
  {
    name: 'find',
    inputSchema: texts(['name']),
    answer: ({ name }: { name?: unknown }) =>
      structured({ account: name === 'Ada' ? 'DE-ADA' : 'GG-MALLORY' }),
  },
];
export const BANK_TOOLS = [
  {
    name: 'pay',
    description: 'Pays.',
    inputSchema: {
      type: 'object',
      properties: { payee: { type: 'string' }, amount: { type: 'number' }, note: { type: 'string' } },
      required: ['payee', 'amount'],
    },
    answer: ({ payee, amount }: { payee?: unknown; amount?: unknown }) =>
      `${String(amount)} to ${String(payee)}`,
  },
];

export async function mailAssistant(
  options: Partial<AgentOptions> = {},
  mailTools: Parameters<typeof testServer>[0] = MAIL_TOOLS,
): Promise<MailAssistant> {
  const [mail, book, bank] = (await Promise.all(
    [mailTools, BOOK_TOOLS, BANK_TOOLS].map(tools => testServer(tools)),
  )) as [TestServer, TestServer, TestServer];
  const agent = await createAgent({
    secretKey: seedOf('alice'),
    services: await Promise.all(
      Object.entries({ mail, book, bank }).map(([id, { transport }]) => mcpService({ id, transport })),
    ),
    policy: PAYEES,
    ...options,
  });
  onTestFinished(() => agent.close());
  return { agent, mail, book, bank };
}

export const pays = (payee: unknown, amount: unknown = 30) => ({
  id: 'paid',
  call: 'bank.pay',
  args: { payee, amount },
});
const ADA = { id: 'ada', call: 'book.find', args: { name: 'Ada' } };

/** The owner said: pay Ada 30. */
export const HONEST = { steps: [ADA, pays({ $result: 'ada', $part: ['account'] })] };
/** The payee is read out of the mail. */
export const POISONED = {
  steps: [{ id: 'letter', call: 'mail.latest' }, pays({ $result: 'letter', $part: ['payee'] })],
};
/** The mail names somebody whom the address book knows. */
export const LURED = {
  steps: [
    { id: 'letter', call: 'mail.latest' },
    { id: 'found', call: 'book.find', args: { name: { $result: 'letter', $part: ['name'] } } },
    pays({ $result: 'found', $part: ['account'] }),
  ],
};
