import { describe, expect, it, onTestFinished } from 'vitest';
import { mcpService, type McpServerOptions } from '../../../agents/index.ts';
import { safeName } from '../../../agents/mcp/names.ts';
import { argumentsOf } from '../../../agents/mcp/schemas.ts';
import { callAs, denialOf } from '../../../testing/index.ts';
import { expectLiteral, expectOrigin } from '../../../services/index.ts';
import { idOf } from '../../support/cast.ts';
import { testServer, texts, type TestTool } from '../../support/mcp.ts';

async function wrap(tools: readonly TestTool[], options: Partial<McpServerOptions> = {}) {
  const server = await testServer(tools);
  const service = await mcpService({ id: 'it', transport: server.transport, ...options });
  onTestFinished(() => service.close());
  return { server, service, call: callAs({ host: idOf('bob'), services: [service] })(idOf('alice')) };
}

describe('a server as a service', () => {
  it('passes arguments under the server’s names, and leaves out what is null', async () => {
    const tool = {
      name: 'read-file',
      inputSchema: texts(['file-path'], ['encoding', 'lock']),
      answer: () => 'text',
    };
    const { server, call, service } = await wrap([tool]);
    expect([...service.functions.keys()]).toEqual(['read_file']);
    expect(service.functions.get('read_file')?.arguments.map(({ name }) => name)).toEqual([
      'file_path',
      'encoding',
      'lock',
    ]);
    expect(await call('it', 'read_file', ['a', null, 'x'])).toMatchObject({
      kind: 'served',
      result: { resultJson: '"text"' },
    });
    expect(server.calls).toMatchObject([{ tool: 'read-file', args: { 'file-path': 'a', lock: 'x' } }]);
    expect(Object.keys(server.calls[0]?.args as object)).toEqual(['file-path', 'lock']);
    expect(server.calls[0]?.meta).toMatchObject({ 'beryl/idempotency-key': expect.any(String) });
  });

  it('refuses arguments that the server’s schema refuses', async () => {
    const { server, call } = await wrap([{ name: 'f', inputSchema: texts(['a']), answer: () => '' }]);
    expect(await call('it', 'f', [1])).toMatchObject({ kind: 'refused', code: 'ERR_CALL_ARGUMENTS' });
    expect(server.calls).toEqual([]);
  });

  it('takes guards by function and argument', async () => {
    const guards = { f: { a: expectLiteral() } };
    const tools = [{ name: 'f', inputSchema: texts(['a']), answer: () => 'done' }];
    const { call } = await wrap(tools, { guards });
    expect(await call('it', 'f', ['x'])).toMatchObject({ kind: 'served' });
    const denied = await wrap(tools, { guards: { f: { a: expectOrigin(idOf('carol'), 's', 'g', '') } } });
    expect(denialOf(await denied.call('it', 'f', ['x']))?.arguments).toMatchObject([{ name: 'a' }]);
    await expect(wrap(tools, { guards: { g: {} } })).rejects.toThrow(/unknown function `it\.g`/);
    await expect(wrap(tools, { guards: { f: { b: expectLiteral() } } })).rejects.toThrow(
      /unknown argument `b`/,
    );
  });

  it('offers the tools that are asked for', async () => {
    const tools = ['f', 'g'].map(name => ({ name, answer: () => '' }));
    expect([...(await wrap(tools, { tools: ['g'] })).service.functions.keys()]).toEqual(['g']);
    await expect(wrap(tools, { tools: ['h'] })).rejects.toMatchObject({ code: 'ERR_AGENT_TOOLS' });
  });

  it.each<[string, unknown, McpServerOptions['texts'], string]>([
    ['a text', 'hi', 'plain', '"hi"'],
    ['a text that is JSON, plain', '{"a":1}', 'plain', '"{\\"a\\":1}"'],
    ['a text that is JSON', '{"a":1}', 'json', '{"a":1}'],
    ['a text that is not JSON', '{a', 'json', '"{a"'],
    ['structured content', { content: [], structuredContent: { b: 2 } }, 'plain', '{"b":2}'],
    [
      'several parts',
      {
        content: [
          { type: 'text', text: 'a' },
          { type: 'image', data: 'AA==', mimeType: 'image/png' },
        ],
      },
      'plain',
      '["a",{"data":"AA==","mimeType":"image/png","type":"image"}]',
    ],
    ['nothing', { content: [] }, 'plain', '[]'],
  ])('answers with %s', async (_, answer, kind, expected) => {
    const { call } = await wrap([{ name: 'f', answer: () => answer }], { texts: kind ?? 'plain' });
    expect(await call('it', 'f')).toMatchObject({ kind: 'served', result: { resultJson: expected } });
  });

  it.each([
    [
      'an error of the tool',
      { isError: true, content: [{ type: 'text', text: 'no room' }] },
      /ERR_AGENT_TOOL_FAILED: `it\.f` failed: no room/,
    ],
    ['an answer against the protocol', { content: 1 }, /ERR_AGENT_TOOL_FAILED/],
    ['nothing at all', undefined, /ERR_AGENT_TOOL_FAILED/],
  ])('fails the call for %s', async (_, answer, message) => {
    const { call } = await wrap([{ name: 'f', answer: () => answer }]);
    expect(await call('it', 'f')).toMatchObject({ kind: 'failed', text: expect.stringMatching(message) });
  });

  it('fails calls of a server that has ended', async () => {
    const { call, service } = await wrap([{ name: 'f', answer: () => '' }]);
    await service.close();
    expect(await call('it', 'f')).toMatchObject({
      kind: 'failed',
      text: expect.stringMatching(/ERR_AGENT_CONNECT/),
    });
  });
});

describe('names and schemas of servers', () => {
  it.each([
    ['get-mail', 'get_mail'],
    ['2fa', '_2fa'],
    ['a"b', 'a_b'],
    ['ü', '_'],
    ['', undefined],
    ['__proto__', undefined],
    ['a'.repeat(200), undefined],
  ])('%j becomes %j', (name, safe) => expect(safeName(name)).toBe(safe));

  it('patterns of a server are not run', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string', pattern: '^(a+)+$' } },
      required: ['a'],
    };
    const [argument] = argumentsOf(schema, '`f`');
    expect(argument?.schema['~standard'].validate(`${'a'.repeat(50)}!`)).not.toHaveProperty('issues');
  });

  it('references into definitions are followed', () => {
    const schema = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/tree' } },
      required: ['a'],
      $defs: { tree: { type: 'object', properties: { left: { $ref: '#/$defs/tree' } } } },
    };
    const [argument] = argumentsOf(schema, '`f`');
    const validate = (value: unknown) => argument?.schema['~standard'].validate(value);
    expect(validate({ left: { left: {} } })).not.toHaveProperty('issues');
    expect(validate({ left: 1 })).toHaveProperty('issues');
  });

  it.each([
    ['a property without a schema', { properties: { a: 1 } }],
    ['a reference that leads nowhere', { properties: { a: { $ref: '#/$defs/b' } } }],
    ['a reference to another document', { properties: { a: { $ref: 'https://example.com/a' } } }],
    ['a required argument that it does not describe', { properties: {}, required: ['a'] }],
    ['too many arguments', texts(Array.from({ length: 65 }, (_, i) => `a${i}`))],
    [
      'too many parts',
      { properties: { a: { enum: [], anyOf: Array.from({ length: 3000 }, () => ({ type: 'string' })) } } },
    ],
  ])('a schema with %s is refused', (_, schema) => {
    expect(() => argumentsOf({ type: 'object', ...schema }, '`f`')).toThrow(
      expect.objectContaining({ code: 'ERR_AGENT_TOOL_SCHEMA' }),
    );
  });
});
